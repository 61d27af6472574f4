"""Accounts of the demonstration: one to sign in with per role, and one without a password for everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from huisheng.people.models import Account, Agency, Body, Member, Post

PASSWORD = "huisheng-2017"
BEGAN = date(2016, 1, 1)  # the office and the agencies were there before the ninth committee
SEATED = date(2016, 12, 1)  # its members and conveners


@dataclass(frozen=True)
class Hat:
    """A post and its place: a member's, body's or agency's name; a member who shares the name is told by sector."""

    kind: str
    place: str = ""
    sector: str = ""


@dataclass(frozen=True)
class DemoAccount:
    username: str
    name: str
    role: str
    hats: tuple[Hat, ...]
    hint: str


# fmt: off
DEMO: tuple[DemoAccount, ...] = (
    DemoAccount("member",   "曹红霞", "委员（教育界）", (Hat("member", "曹红霞"),), "起草提案、确认面商、评价答复"),
    DemoAccount("member2",  "孟凡军", "委员（经济界）", (Hat("member", "孟凡军"),), "同意联名、联名人评价"),
    DemoAccount("convener", "戴永昌", "经济委员会召集人、委员", (Hat("convener", "经济委员会"), Hat("member", "戴永昌")), "以专委会名义提出集体提案"),
    DemoAccount("clerk",    "周明岚", "提案委工作人员", (Hat("clerk"),), "初审、拟定承办单位、审核答复、代录纸质提案"),
    DemoAccount("clerk2",   "贾思远", "提案委工作人员", (Hat("clerk"),), "复核不予立案（两人原则）"),
    DemoAccount("reviewer", "尹德厚", "提案委主任、委员", (Hat("reviewer"), Hat("member", "尹德厚")), "审定；自己的提案须回避"),
    DemoAccount("office",   "葛向南", "政协办公室", (Hat("office"),), "交办、届次与名册"),
    DemoAccount("editor",   "温如玉", "信息编辑", (Hat("editor"),), "收线索、编社情民意信息、答复来信人"),
    DemoAccount("archivist", "史可为", "文史工作人员", (Hat("archivist"),), "征集、批量导入照片、初审、移交"),
    DemoAccount("leader",   "卢振邦", "区领导", (Hat("leader"),), "看《政协直通车》、写批示"),
    DemoAccount("chair",    "秦伯年", "主席会议成员", (Hat("chair"),), "重点提案督办、表彰优秀提案"),
    DemoAccount("coordinator", "鲁海峰", "督查室", (Hat("coordinator"),), "决定申退和延期、催办、认定会签"),
    DemoAccount("handler",  "沈爱英", "区住房和城乡建设局经办人", (Hat("handler", "区住房和城乡建设局"),), "签收、申退、面商、拟写答复、报告承诺"),
    DemoAccount("head",     "汤建国", "区住房和城乡建设局负责人", (Hat("agency_head", "区住房和城乡建设局"),), "审签答复"),
    DemoAccount("handler2", "宋长青", "区财政局经办人", (Hat("handler", "区财政局"),), "会办意见、会签"),
    DemoAccount("admin",    "季安",   "系统管理员", (Hat("admin"),), "账号、备份；看不到评价和提案内容之外的操作"),
    DemoAccount("auditor",  "苗清",   "审计员", (Hat("auditor"),), "查看办理记录链和登录记录"),
)
# fmt: on

Where = tuple[str, Member | Body | Agency]  # name of the post's column, and the place
Seat = tuple[str, str, str, Where]  # username, name, post, place

# heads of agencies, as many as there are agencies: family names and given names walked at different paces
_FAMILY = "乔卢邢顾薛雷侯邹熊孟秦江阎柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤"
_GIVEN = (
    "建设", "文华", "立本", "国胜", "志成", "永康", "树德", "长河", "春生", "明义", "维新", "仲山", "启东", "秉正",
    "广源", "怀远", "连城", "振华", "学农", "克勤", "守信", "玉田", "新民",
)  # fmt: skip


# who leads whom in the office: leader → those led; the chair confirms what they grade
LED = {"reviewer": ("clerk", "clerk2"), "office": ("reviewer", "editor", "archivist")}
CONFIRMS = "chair"


def make_leaders() -> None:
    """主管领导 and 机关负责人, for the office's own appraisal."""
    known = {one.username: one for one in Account.objects.filter(is_demo=True)}
    Post.objects.bulk_create(
        Post(account=known[leader], kind="line_leader", staff=known[name], starts_on=BEGAN)
        for leader, names in LED.items()
        for name in names
    )
    Post.objects.create(account=known[CONFIRMS], kind="office_head", starts_on=BEGAN)


def head_name(i: int) -> str:
    return _FAMILY[i % len(_FAMILY)] + _GIVEN[i * 5 % len(_GIVEN)]


def demo_accounts() -> list[tuple[str, str, str, str, str]]:
    """(username, password, name, role, what to try) of the demonstration accounts that exist here."""
    there = set(Account.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))
    return [(one.username, PASSWORD, one.name, one.role, one.hint) for one in DEMO if one.username in there]


def make_staff() -> None:
    """The accounts of the office itself, which was there before the members: those with no place."""
    _make([one for one in DEMO if not any(hat.place for hat in one.hats)], [])


def make_accounts() -> None:
    """Everyone else who acts: those one can sign in with, and for each member, body and agency one that nobody can."""
    places = _Places()
    _make([one for one in DEMO if any(hat.place for hat in one.hats)], places.everybody(), places)


def _make(demo: list[DemoAccount], others: list[Seat], places: _Places | None = None) -> None:
    secret = make_password(PASSWORD)  # one hash for all: a demonstration password is printed anyway
    accounts = {
        one.username: Account(username=one.username, name=one.name, is_demo=True, password=secret)
        for one in demo
    }
    hats = [(one.username, hat.kind, places.of(hat) if places else None) for one in demo for hat in one.hats]
    taken = {(kind, place) for _, kind, place in hats}
    for username, name, kind, place in others:
        if (kind, place) not in taken:
            accounts[username] = Account(username=username, name=name, password=make_password(None))
            hats.append((username, kind, place))
    Account.objects.bulk_create(accounts.values())
    Post.objects.bulk_create(
        Post(
            account=accounts[username],
            kind=kind,
            starts_on=SEATED if kind in ("member", "convener") else BEGAN,
            **({place[0]: place[1]} if place else {}),
        )
        for username, kind, place in hats
    )


class _Places:
    """Where posts are held, by name."""

    def __init__(self) -> None:
        self.members = {
            (m.name, m.sector.name if m.sector else ""): m for m in Member.objects.select_related("sector")
        }
        self.bodies = {b.name: b for b in Body.objects.all()}
        self.agencies = {a.name: a for a in Agency.objects.all()}

    def of(self, hat: Hat) -> Where | None:
        if hat.kind == "member":
            found = [
                m
                for (name, sector), m in self.members.items()
                if name == hat.place and hat.sector in ("", sector)
            ]
            return "member", found[0]
        if hat.kind == "convener":
            return "body", self.bodies[hat.place]
        if hat.kind in ("handler", "agency_head"):
            return "agency", self.agencies[hat.place]
        return None

    def everybody(self) -> list[Seat]:
        members: list[Seat] = [
            (f"m{m.pk:03d}", m.name, "member", ("member", m)) for m in self.members.values()
        ]
        bodies: list[Seat] = [
            (f"b{b.pk:03d}", b.leader or b.name, "convener", ("body", b)) for b in self.bodies.values()
        ]
        handlers: list[Seat] = [
            (f"h{a.pk:03d}", a.contact or a.name, "handler", ("agency", a)) for a in self.agencies.values()
        ]
        heads: list[Seat] = [
            (f"l{a.pk:03d}", head_name(i), "agency_head", ("agency", a))
            for i, a in enumerate(self.agencies.values())
        ]
        return [*members, *bodies, *handlers, *heads]
