"""Which agencies a paper proposes: standard names, short names resolved, the host where one is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from huisheng.proposals.intake.draft import Agency, Draft, Roster, key
from huisheng.proposals.intake.markers import HAN

UNIT_END = (
    r"(?:局|委员会|工委|农委|发改委|住建委|卫计委|卫健委|工信委|委|办公室|办事处|街道办|办|分局|大队|支队|总队|公司|中心|管理处|处|人民政府|镇政府|政府|"
    r"联合会|总工会|妇联|残联|工商联|科协|团区委|法院|检察院|院|部|学校|医院|银行|所|站)"
)
LOOKS = re.compile(rf"[{HAN}]{{1,18}}?{UNIT_END}(?![{HAN}])")
VERBS = r"(?:研究)?(?:承办|办理|主办|会办|协办|牵头办理|牵头|落实|答复)"
HOST_BEHIND = re.compile(
    r"^[\s\u3000]*(?:[（(]\s*)?(?:为主办|为主|主办|牵头|负责主办|主责|作为主办|为牵头|具体牵头)"
)
NOT_HOST = re.compile(r"^[\s\u3000]*(?:[（(]\s*)?(?:协办|会办|配合|分办)")
HOST_BEFORE = re.compile(
    r"(?:主办单位|主办|牵头单位|牵头|主责单位)[\s\u3000]*[：:]?[\s\u3000]*(?:为|是|由)?[\s\u3000]*$"
)


@dataclass
class Found:
    names: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    host: str = ""
    unknown: list[str] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    covered: float = 0.0  # share of the text that is agency names


class Directory:
    """All the ways the agencies of one roster are written."""

    def __init__(self, roster: Roster) -> None:
        self.forms: dict[str, Agency] = {}
        shorts = {key(short): agency for agency in roster.agencies for short in agency.short_names}
        agencies = [  # a short name entered once more as a unit of its own is the same unit
            agency
            for agency in roster.agencies
            if shorts.get(key(agency.name), agency) is agency or not shorts.get(key(agency.name))
        ]
        doubles = [
            a
            for a in agencies
            if key(a.name) in {key(s) for b in agencies if b is not a for s in b.short_names}
        ]
        agencies = [agency for agency in agencies if agency not in doubles]
        for agency in agencies:
            self.forms[key(agency.name)] = agency
        for agency in agencies:
            for short in agency.short_names:
                self.forms.setdefault(key(short), agency)
        for agency in agencies:
            for form in (
                *_derived(key(agency.name)),
                *(f for short in agency.short_names for f in _derived(key(short))),
            ):
                self.forms.setdefault(form, agency)
        longest = sorted(self.forms, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest))) if longest else None

    def read(self, text: str, role: str = "") -> Found:
        """The agencies named in ``text``. ``role`` is "host" or "assisting" when a label said so."""
        plain = key(text)
        out = Found()
        taken: list[tuple[int, int]] = []
        for match in self.pattern.finditer(plain) if self.pattern else ():
            if not _stands_alone(plain, match.start(), match.end(), match[0]):
                continue
            agency = self.forms[match[0]]
            taken.append(match.span())
            self._add(out, agency, match[0], plain, match, role)
        leftovers = _without(plain, taken)
        for name in _unknown(leftovers):
            if self.pattern is None:
                out.names.append(name)
            else:
                out.unknown.append(name)
        out.covered = (sum(end - start for start, end in taken) + sum(map(len, out.unknown))) / max(
            len(plain), 1
        )
        return out

    def _add(
        self, out: Found, agency: Agency, form: str, plain: str, match: re.Match[str], role: str
    ) -> None:
        before, behind = plain[: match.start()], plain[match.end() :]
        if form != key(agency.name):
            out.aliases.append((form, agency.name))
        leads = (
            role == "host" or HOST_BEHIND.match(behind) or HOST_BEFORE.search(before)
        ) and not NOT_HOST.match(behind)
        if leads and not out.host:
            out.host = agency.name
        if agency.name not in out.names:
            out.names.append(agency.name)
            out.ids.append(agency.id)


def _derived(name: str) -> list[str]:
    """Short forms nobody enters in a list but everybody writes."""
    if name.endswith("街道办事处"):
        stem = name.removesuffix("街道办事处")
        return [f"{stem}办事处", f"{stem}街道办", f"{stem}街办", f"{stem}街道"]
    if name.endswith("镇人民政府"):
        stem = name.removesuffix("人民政府")
        return [f"{stem}政府", stem]
    if name.startswith("区"):
        return [name[1:]] if len(name) > 3 else []
    return [] if name.endswith(("镇", "办事处", "政府")) else [f"区{name}"]


def _stands_alone(text: str, start: int, end: int, form: str) -> bool:
    """财政局 inside 市财政局 is another unit; 矿山街道 inside 矿山街道工委 too."""
    before, behind = text[max(0, start - 1) : start], text[end : end + 2]
    if not form.startswith(("区", "团", "共")) and before in ("市", "省", "县", "国", "州"):
        return False
    if form.startswith("区") and re.search(r"(?:金水|中原|二七|惠济|管城)$", text[:start]):
        return False
    return not behind.startswith(("工委", "党工", "卫生", "社区卫", "安置", "居民", "片区", "境内", "辖区"))


def _without(text: str, taken: list[tuple[int, int]]) -> str:
    out, at = [], 0
    for start, end in taken:
        out.append(text[at:start])
        at = end
    return "|".join([*out, text[at:]])


FILLERS = re.compile(
    r"建议|希望|恳请|请|以下|单位|部门|主办|会办|协办|牵头|配合|为主|负责|承办|办理|研究|落实|答复|由|和|与|及|以及|共同|会同|联合|等|分别|作为|其中|本提案|此件|"
    r"相关|有关|为"
)


def _unknown(text: str) -> list[str]:
    out = []
    for piece in re.split(r"[|、，,；;。：:（）()\[\]/\s]+", text):
        piece = FILLERS.sub("|", piece)
        for word in piece.split("|"):
            if (
                3 <= len(word) <= 20
                and re.fullmatch(rf"[{HAN}]+?{UNIT_END}", word)
                and not re.fullmatch(r"(各|相关|有关|全).*", word)
            ):
                out.append(word)
    return list(dict.fromkeys(out))


def is_agency_sentence(text: str, directory: Directory) -> bool:
    """建议由区环保局、区城管局承办 - a sentence that does nothing but name who should handle the paper."""
    if len(text) > 220 or not re.search(VERBS, text):
        return False
    if not re.match(
        r"[\s\u3000（(]*(?:以上|上述|本|该|此|特|为此|综上|最后|故|拟|兹)?(?:建议|提案|意见|事项|件)?(?:，|,)?(?:请|恳请|希望|建议|拟|交|由|提请|烦请|转|主办|会办|协办|承办)",
        text,
    ):
        return False
    found = directory.read(text)
    named = found.covered >= 0.4 or (
        found.covered >= 0.25 and re.search(r"(承办|办理|主办|会办|协办)[。.）)]?$", text.strip())
    )
    if found.names or found.unknown:
        return bool(named)
    return bool(re.search(rf"由.{{2,60}}{UNIT_END}.{{0,6}}(承办|办理)。?$", text) and len(text) < 80)


def report(found: Found, draft: Draft) -> None:
    for form, standard in found.aliases:
        draft.warn(f"agency_alias:{form}→{standard}", f"“{form}”已按全称“{standard}”登记。", "hint")
    for name in found.unknown:
        draft.warn(f"agency_unknown:{name}", f"承办单位名录里没有“{name}”。请核对名称，或从名录中选择。")
