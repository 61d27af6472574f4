"""Names in a paper: split, compared with the roster, told apart by sector or unit, never chosen when in doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from huisheng.proposals.intake.draft import Body, Draft, Member, Person, Roster, key
from huisheng.proposals.intake.labels import squeeze
from huisheng.proposals.intake.markers import HAN

NAME = re.compile(rf"[{HAN}]{{2,5}}(?:[·•‧・][{HAN}]{{1,8}})*")
ONE = re.compile(rf"[{HAN}]")
PHONE = re.compile(
    r"(?<!\d)(?:\+?86[-\s]?)?(1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|0\d{2,3}[-\s—]?\d{7,8}|[2-8]\d{6,7})(?!\d)"
)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
NOBODY = re.compile(r"[\s/无空\-—–_＿无（）()]*")
TITLES = re.compile(r"(委员|同志|先生|女士|常委|副主席|主席|代表|主任|主委)$")
ETC = re.compile(r"等[\d０-９一二三四五六七八九十]*(位|名|人|个)*(委员|同志)?$")
COMMON_SECTORS = (
    "中共 民革 民盟 民建 民进 农工党 致公党 九三学社 台盟 无党派人士 无党派 共青团 总工会 工会 妇联 青联 工商联 科协 侨联 台联 文化艺术界 文艺界 "
    "科技界 科学技术界 社会科学界 社科界 经济界 农业界 农林界 教育界 体育界 新闻出版界 新闻界 医药卫生界 医卫界 对外友好界 社会福利界 "
    "社会福利和社会保障界 社会保障界 少数民族界 民族界 宗教界 少数民族和宗教界 民宗界 特邀 特邀人士 特别邀请人士 港澳台侨界 港澳界 侨台界 "
    "城建界 环境资源界 环资界 企业界 政法界 法律界 基层界"
).split()
BODY_WORDS = re.compile(
    r"(委员会|专委会|经济委|提案委|支部|支社|总支|基层委|工委|联合会|总工会|工商联|妇联|团区委|共青团.*委|科协|侨联|台联|文联|残联|小组|联组|"
    r"活动组|界别|界$|区委|县委|市委|联谊会|商会|协会|学会|办公室|党派|民革.{2,}|民盟.{2,}|民建.{2,}|民进.{2,}|农工党.{2,}|致公党.{2,}|"
    r"九三学社.{2,}|九三.{2,}社|台盟.{2,}|政协.{2,})"
)
PREFIX = re.compile(
    r"^(?:中国人民政治协商会议|人民政协|政协)(?:.{2,12}?(?:委员会|(?=第)))?(?:第.{1,3}届委员会)?|^.{0,6}?(?:区|县|市)政协|^中国(?=民主|农工|致公)"
)


@dataclass
class Mention:
    """A name as written, with what stands beside it."""

    name: str
    about: list[str] = field(default_factory=list)


def mentions(text: str, roster: Roster) -> list[Mention]:
    """The people or bodies in a label's value: 张三（教育界）、李四；王　五 138-…"""
    text = EMAIL.sub(" ", PHONE.sub(" ", text))
    if NOBODY.fullmatch(text):
        return []
    chunks = re.split(r"[、，,；;\n|/]+(?![^（(]*[）)])", text)
    out: list[Mention] = []
    for chunk in chunks:
        out += _chunk(chunk, roster, bool(out))
    return [one for one in out if one.name]


def _chunk(chunk: str, roster: Roster, follows: bool) -> list[Mention]:
    about = [squeeze(part) for part in re.findall(r"[（(\[【]([^）)\]】]*)[）)\]】]", chunk)]
    marked = re.sub(r"[（(\[【][^）)\]】]*[）)\]】]", " \x00 ", chunk).strip(" 。.：:")
    words = _join_spaced(marked.split(), roster)
    out: list[Mention] = []
    for word in words:
        if word == "\x00":
            note = about.pop(0) if about else ""
            if out and not re.fullmatch(r"签名|签字|盖章|公章|印章|签章|章|印|代|女|男", note):
                out[-1].about += [part for part in re.split(r"[，,、；;]", note) if part]
            continue
        for part in _conjoined(word):
            _word(part, out, roster, follows)
    return out


def _word(word: str, out: list[Mention], roster: Roster, follows: bool) -> None:
    word = ETC.sub("", word).strip("：:。.·")
    plain = TITLES.sub("", word) if len(word) > 3 and not BODY_WORDS.search(word) else word
    if not word or re.fullmatch(r"签名|签字|盖章|（盖章）|[\d\W]+", word):
        return
    known = key(plain) in roster.by_name
    if (out or follows) and not known and (sector(word, roster) or _is_default_sector(word)):
        (out[-1].about.append(word) if out else None)
        return
    if out and not known and not NAME.fullmatch(plain) and not body(word, roster):
        out[-1].about.append(word)  # a unit or a post behind the name
        return
    if out and not known and NAME.fullmatch(plain) and len(plain) > 3 and not BODY_WORDS.search(plain):
        out[-1].about.append(word)
        return
    if len(word) > 4 and not known:
        for size in (3, 2, 4):  # a sector or unit glued in front: 科技界韩志远
            if key(word[-size:]) in roster.by_name and (
                sector(word[:-size], roster) or body(word[:-size], roster)
            ):
                out.append(Mention(word[-size:], [word[:-size]]))
                return
    out.append(Mention(plain))


def _join_spaced(words: list[str], roster: Roster) -> list[str]:
    """李　娟 is one name; 张　伟　李　娟 are two."""
    out: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and ONE.fullmatch(word):
            run.append(word)
            continue
        if len(run) == 1 and len(word) == 2 and key(word) not in roster.by_name and NAME.fullmatch(word):
            out.append(run.pop() + word)  # 秦　素云
            continue
        if len(run) == 1 and out and len(out[-1]) == 2 and key(out[-1]) not in roster.by_name:
            out[-1] += run.pop()  # 欧阳　修
        out += _names_of_run(run, roster)
        run = []
        if word:
            out.append(word)
    return out


def _names_of_run(run: list[str], roster: Roster) -> list[str]:
    if len(run) < 2:
        return run
    whole = "".join(run)
    if key(whole) in roster.by_name or len(run) < 4:
        return [whole]
    sizes = [2] * (len(run) // 2) if len(run) % 2 == 0 else [3, *[2] * ((len(run) - 3) // 2)]
    names, at = [], 0
    for size in sizes:
        names.append(whole[at : at + size])
        at += size
    return names


def _conjoined(word: str) -> list[str]:
    parts = re.split(r"(?<=[^\W\d_]{2})(?:和|与|及|以及)(?=[^\W\d_]{2})", word)
    if (
        len(parts) > 1
        and all(NAME.fullmatch(part) and len(part) <= 4 for part in parts)
        and not BODY_WORDS.search(word)
    ):
        return parts
    return [word]


def sector(text: str, roster: Roster) -> str:
    """The sector's name as in the roster, for the name, another name, or one with 界 left out or added; else ""."""
    wanted = key(re.sub(r"^(界别|所属界别)[：:]?", "", squeeze(text)))
    wanted = re.sub(r"(委员|界别|组)$", "", wanted)
    if not wanted:
        return ""
    for one in roster.bodies:
        if one.kind != "界别":
            continue
        names = {key(name) for name in (one.name, *one.other_names)}
        if wanted in names or wanted + "界" in names or wanted.removesuffix("界") in names:
            return one.name
    return ""


def _is_default_sector(text: str) -> bool:
    word = key(text)
    return word in COMMON_SECTORS or word + "界" in COMMON_SECTORS


def sector_as_written(text: str, roster: Roster) -> str:
    """The standard name where the roster knows it, otherwise what stands in the paper."""
    parts = [part for part in re.split(r"[\s，,、；;（(]", text) if part]
    return sector(text, roster) or next(
        (found for part in parts if (found := sector(part, roster))), squeeze(text)
    )


def body(text: str, roster: Roster) -> Body | None:
    """The body a name stands for: 区政协经济委员会, 经济委, 科技界."""
    wanted = key(re.sub(r"[（(].*?[）)]", "", text))
    bare = PREFIX.sub("", wanted)
    best: tuple[int, Body] | None = None
    for one in roster.bodies:
        for name in (one.name, *one.other_names):
            name = key(name)
            fits = name in (wanted, bare) or (len(name) > 3 and wanted.endswith(name))
            if fits and (best is None or len(name) > best[0]):
                best = (len(name), one)
    return best[1] if best else None


def is_collective(mention: Mention, roster: Roster) -> bool:
    if key(mention.name) in roster.by_name:
        return False
    if body(mention.name, roster):
        return True
    return len(mention.name) > 2 and bool(BODY_WORDS.search(key(mention.name)))


def body_kind(name: str, found: Body | None) -> str:
    word = key(name)
    if found:
        return {"专委会": "专门委员会"}.get(found.kind, found.kind)
    for pattern, kind in (
        (r"界$|界别", "界别"), (r"小组|联组|活动组", "委员小组"), (r"工委", "镇街工委"),
        (r"民革|民盟|民建|民进|农工|致公|九三|台盟|支部|支社", "党派"),
        (r"工会|共青团|妇联|妇女|工商|科协|侨联|台联|青联|联合会|协会", "团体"), (r"委员会|专委", "专门委员会"),
    ):  # fmt: skip
        if re.search(pattern, word):
            return kind
    return "集体"


def resolve(mention: Mention, roster: Roster, draft: Draft, *, cosponsor: bool) -> Person:
    """The member behind a name. Same names are told apart by what the paper says, or asked about."""
    found = roster.by_name.get(key(mention.name), [])
    said = next((name for part in mention.about if (name := sector(part, roster))), "")
    written = said or next((part for part in mention.about if _is_default_sector(part)), "")
    person = Person(mention.name, written, candidates=[member.id for member in found])
    if not roster.members:
        return person
    _spelling(mention.name, found, draft)
    if not found:
        near = _nearly(mention.name, roster)
        asked = f"是不是{'、'.join(f'{member.name}（{member.sector}）' for member in near)}？" if near else ""
        draft.warn(
            f"not_in_roster:{mention.name}",
            f"委员名册里没有“{mention.name}”。{asked}请核对姓名；如不是本届委员，请删去。",
        )
        person.candidates = [member.id for member in near]
        return person
    if len(found) == 1:
        return _only(person, found[0], said, draft)
    return _one_of(person, found, said, mention.about, draft, cosponsor)


def _nearly(name: str, roster: Roster) -> list[Member]:
    """Members whose name differs in one character: 丁立欣 for 丁立新. Offered, never chosen."""
    wanted = key(name)
    if len(wanted) < 3:
        return []
    return [
        member
        for member in roster.members
        if len(other := key(member.name)) == len(wanted)
        and sum(a != b for a, b in zip(wanted, other, strict=True)) == 1
    ][:3]


def _spelling(name: str, found: list[Member], draft: Draft) -> None:
    if any(not "\u4e00" <= char <= "\u9fff" and char not in "·•‧・" for char in name if ONE.fullmatch(char)):
        draft.warn(
            f"rare_character:{name}", f"“{name}”里有生僻字，已原样保留。打印前请看一眼是否显示正常。", "hint"
        )
    if found and name not in {squeeze(member.name) for member in found}:
        standard = squeeze(found[0].name)
        draft.warn(
            f"name_variant:{name}→{standard}",
            f"“{name}”与名册里的“{standard}”是同一个名字的不同写法，请确认是同一人。",
        )


def _only(person: Person, member: Member, said: str, draft: Draft) -> Person:
    person.member, person.candidates = member.id, [member.id]
    if said and member.sector and key(said) != key(member.sector):
        draft.warn(
            f"sector_differs:{person.name}",
            f"文中写“{person.name}”是{said}，名册里是{member.sector}。请核对是不是同一人。",
        )
    person.sector = said or member.sector or person.sector
    return person


def _one_of(
    person: Person, found: list[Member], said: str, about: list[str], draft: Draft, cosponsor: bool
) -> Person:
    by_sector = [member for member in found if said and key(member.sector) == key(said)]
    if len(by_sector) == 1:
        draft.warn(
            f"same_name_resolved_by_sector:{person.name}",
            f"名册里有 {len(found)} 位“{person.name}”，已按界别（{said}）认定。请核对。",
        )
        return _only(person, by_sector[0], said, draft)
    pool = by_sector or found
    by_unit = [member for member in pool if any(_same_unit(part, member.unit) for part in about)]
    if len(by_unit) == 1:
        draft.warn(
            f"same_name_resolved_by_unit:{person.name}",
            f"名册里有 {len(found)} 位“{person.name}”，已按单位（{by_unit[0].unit}）认定。请核对。",
        )
        return _only(person, by_unit[0], "", draft)
    choices = "；".join(f"{member.sector}·{member.unit}" for member in pool)
    code = "cosponsor_ambiguous" if cosponsor else "sponsor_ambiguous"
    draft.warn(
        f"{code}:{person.name}",
        f"名册里有 {len(found)} 位“{person.name}”（{choices}），文中没有写明是哪一位，请选定。",
    )
    person.candidates = [member.id for member in pool]
    return person


def _same_unit(written: str, unit: str) -> bool:
    """The paper may write the unit short: 第三小学 for 上街区第三小学教务主任."""
    one, two = key(written), key(unit)
    if len(one) < 3 or not two:
        return False
    if one in two or two in one:
        return True
    size = max(4, int(len(one) * 0.6))
    return any(one[at : at + size] in two for at in range(len(one) - size + 1))
