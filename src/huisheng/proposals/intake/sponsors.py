"""Who proposes: the title, the sponsor or the body that proposes, co-sponsors, and whether it may be published."""

from __future__ import annotations

import re

from huisheng.kernel.text import normalise
from huisheng.proposals.intake import people
from huisheng.proposals.intake.labels import squeeze
from huisheng.proposals.intake.markers import HAN
from huisheng.proposals.intake.paper import CLOSING, DATE, SEAL, Paper


class Sponsors:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def find(self) -> None:
        draft, roster = self.paper.draft, self.paper.roster
        draft.title = self._title()
        said = "、".join(self._once(self.paper.values.get("sponsor", [])))
        if not said.strip() or people.NOBODY.fullmatch(said):
            said = self._signed()
        found = people.mentions(said, roster)
        written_sector = " ".join(self.paper.values.get("sector", []))
        collective = [one for one in found if people.is_collective(one, roster)]
        if collective:
            self._collective(found, collective)
        elif found:
            self._individual(found, written_sector)
        else:
            draft.sector = people.sector_as_written(written_sector, roster)
            draft.warn("sponsor_missing", "没有找到提案人。请填写提案人姓名。")
        self._cosponsors(found[1:] if not collective else [one for one in found if one not in collective])
        yes = "".join(self.paper.values.get("publishable", []))
        draft.publishable = _consent(yes)

    def _once(self, values: list[str]) -> list[str]:
        """A name that stands at the head and again in the signature is one sponsor."""
        seen: list[str] = []
        for value in values:
            names = [people.key(one.name) for one in people.mentions(value, self.paper.roster)]
            before = [people.key(one.name) for old in seen for one in people.mentions(old, self.paper.roster)]
            if not (names and set(names) <= set(before)):
                seen.append(value)
        return seen

    def _title(self) -> str:
        title = "".join(self.paper.values.get("title", []) or self.paper.values.get("open_title", []))
        title = re.sub(rf"(?<=[{HAN}，、。“”（）])[\s\u3000]+(?=[{HAN}，、。“”（）])", "", title).strip(
            " 　。；;"
        )
        if title.startswith("《") and title.endswith("》"):
            title = title[1:-1]
        if title:
            return title
        stem = re.sub(r"^[\d\W_]+|\.[A-Za-z0-9]{1,5}$", "", self.paper.name)
        if stem.startswith("关于"):
            self.paper.draft.warn("title_from_file_name", "文中没有写案由，暂用文件名作案由。请核对。")
            return stem
        self.paper.draft.warn("title_missing", "没有找到案由（标题）。请填写“关于……的提案”。")
        return ""

    def _signed(self) -> str:
        """The name at the end of the paper, when none stands at its head."""
        for text in self.paper.signature:
            bare = re.sub(r"[（(][^）)]*(章|签)[^）)]*[）)]", "", text).strip()
            if (
                bare
                and not DATE.search(normalise(squeeze(bare)))
                and not CLOSING.fullmatch(bare)
                and people.mentions(bare, self.paper.roster)
            ):
                return re.sub(r"^(提案人|提案者|领衔人)\s*[：:]?", "", bare)
        return (
            self.paper.bylines[0] if self.paper.bylines else "、".join(self.paper.values.get("convener", []))
        )

    def _individual(self, found: list[people.Mention], written_sector: str) -> None:
        sponsor = found[0]
        if written_sector and len(found) == 1 or (written_sector and not sponsor.about):
            sponsor.about.append(written_sector)
            sponsor.about += written_sector.split()
        sponsor.about += self.paper.values.get("unit", [])
        person = people.resolve(sponsor, self.paper.roster, self.paper.draft, cosponsor=False)
        self.paper.draft.sponsor_person = person
        self.paper.draft.sponsor = person.name
        self.paper.draft.sector = (
            people.sector_as_written(written_sector, self.paper.roster) if written_sector else person.sector
        )
        if not self.paper.draft.sector:
            self.paper.draft.sector = ""

    def _collective(self, found: list[people.Mention], collective: list[people.Mention]) -> None:
        draft, first = self.paper.draft, collective[0]
        body = people.body(first.name, self.paper.roster)
        draft.sponsor = first.name
        draft.sponsor_person = people.Person(first.name, body=body.id if body else None)
        draft.sponsor_kind = people.body_kind(first.name, body)
        draft.sector = None
        if self.paper.roster.bodies and not body and draft.sponsor_kind != "委员小组":
            draft.warn(
                f"not_in_roster:{first.name}", f"机构表里没有“{first.name}”。请核对名称，或从机构表中选择。"
            )
        draft.warn("collective", f"这是集体提案（{draft.sponsor_kind}）。", "layout")
        for other in collective[1:]:
            self._joint(other)
        sealed = self.paper.values.get("seal") or any(
            SEAL.search(part.full)
            for part in self.paper.parts
            if part.role in ("signature", "sponsor", "convener", "text", "rest", "office", "signed")
        )
        if sealed:
            draft.warn("seal_to_verify", "集体提案须加盖公章：文中有“盖章”字样，请在纸质件上核对公章。")
        elif draft.sponsor_kind in ("界别", "委员小组") and self.paper.values.get("convener"):
            draft.warn("signature_to_verify", "界别和小组提案须由召集人签名，请在纸质件上核对签名。")
        else:
            draft.warn(
                "seal_missing",
                "集体提案须加盖公章（界别、小组由召集人签名），文中没有看到。请补盖后上传扫描件。",
            )

    def _joint(self, other: people.Mention) -> None:
        body = people.body(other.name, self.paper.roster)
        self.paper.draft.cosponsors.append(people.Person(other.name, body=body.id if body else None))
        self.paper.draft.warn("joint_bodies", "这是几个单位联合提出的集体提案，每个单位都须盖章。")

    def _cosponsors(self, more: list[people.Mention]) -> None:
        draft, roster = self.paper.draft, self.paper.roster
        named = [
            *more,
            *(
                one
                for value in self.paper.values.get("cosponsors", [])
                for one in people.mentions(value, roster)
            ),
        ]
        seen: set[tuple[str, int | None, str]] = set()
        for one in named:
            if people.is_collective(one, roster):
                self._joint(one)
                continue
            if self._repeats_sponsor(one):
                draft.warn(
                    f"sponsor_repeated:{one.name}", f"“{one.name}”已是提案人，又写在联名人里，已去掉一次。"
                )
                continue
            person = people.resolve(one, roster, draft, cosponsor=True)
            mark = (people.key(person.name), person.member, person.sector)
            if mark in seen and person.member is not None:
                draft.warn(f"cosponsor_repeated:{one.name}", f"联名人“{one.name}”写了两次，已去掉一次。")
                continue
            seen.add(mark)
            draft.cosponsors.append(person)

    def _repeats_sponsor(self, one: people.Mention) -> bool:
        sponsor = self.paper.draft.sponsor_person
        if (
            sponsor is None
            or self.paper.draft.sponsor_kind
            or people.key(one.name) != people.key(sponsor.name)
        ):
            return False
        said = next((name for part in one.about if (name := people.sector(part, self.paper.roster))), "")
        if len(self.paper.roster.by_name.get(people.key(one.name), [])) < 2:
            return True
        if said:
            return said == sponsor.sector
        return not one.about and sponsor.member is None


def _consent(text: str) -> bool | None:
    """☑同意　□不同意, 同意√, 否 …: True, False, or None when nothing is ticked."""
    plain = squeeze(text)
    if not plain:
        return None
    ticked = re.findall(r"[☑✓√✔☒■●◉🗹][（(]?(?:是|否|不?同意|不?可以?|不?公开)", plain)
    ticked += re.findall(r"(?:是|否|不?同意|不?可以?|不?公开)[（(]?[☑✓√✔☒■]", plain) if not ticked else []
    if ticked:
        return not re.search(r"不|否", ticked[0])
    if re.search(r"[□○☐]", plain):
        return None
    return not re.search(r"不|否", plain) if re.search(r"是|否|同意|可|公开", plain) else None
