"""The other particulars: agencies proposed, how to reach the sponsor, and the session the head line names."""

from __future__ import annotations

import re
import unicodedata

from huisheng.kernel.text import normalise
from huisheng.proposals.intake import agencies, people
from huisheng.proposals.intake.labels import squeeze
from huisheng.proposals.intake.markers import chinese_number
from huisheng.proposals.intake.paper import NUMERAL, Paper

SESSION = re.compile(rf"第?(?P<term>{NUMERAL})届.{{0,6}}?第?(?P<session>{NUMERAL})次")
STANDARD = re.compile(
    r"政协.{2,16}第[一二三四五六七八九十]{1,3}届委员会第[一二三四五六七八九十]{1,3}次(?:全体)?会议(?:提案.{0,4})?"
)


class Particulars:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def find(self) -> None:
        self._agencies()
        self._contact()
        self._head()

    def _agencies(self) -> None:
        draft = self.paper.draft
        total = agencies.Found()
        for key in ("host", "agencies", "assisting"):
            for value in self.paper.values.get(key, []):
                if people.NOBODY.fullmatch(value):
                    continue
                found = self.paper.directory.read(value, key)
                for name, number in zip(found.names, found.ids or [0] * len(found.names), strict=False):
                    if name not in total.names:
                        total.names.append(name)
                        if found.ids:
                            total.ids.append(number)
                total.host = total.host or found.host
                total.unknown += [name for name in found.unknown if name not in total.unknown]
                total.aliases += found.aliases
        agencies.report(total, draft)
        draft.suggested_agencies, draft.agency_ids = total.names, total.ids
        draft.host_agency, draft.unknown_agencies = total.host, total.unknown

    def _contact(self) -> None:
        draft = self.paper.draft
        said = " ".join([*self.paper.values.get("contact", []), *self.paper.values.get("contact_person", [])])
        around = " ".join(
            part.full
            for part in self.paper.parts
            if part.role in ("sponsor", "contact_person", "unit", "address", "signature")
        )
        plain = unicodedata.normalize("NFKC", f"{said} {around}").replace("—", "-").replace("–", "-")
        if found := people.PHONE.search(plain):
            draft.contact = re.sub(r"\D", "", found[1])
        if mail := people.EMAIL.search(
            unicodedata.normalize("NFKC", " ".join([*self.paper.values.get("email", []), said, around]))
        ):
            draft.email = mail[0]
        for one in people.mentions(
            " ".join(self.paper.values.get("contact_person", [])[:1]), self.paper.roster
        )[:1]:
            draft.contact_person = one.name
        if draft.contact:
            return
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", said))
        if digits:
            draft.warn("contact_invalid", f"联系电话“{said.strip()[:30]}”不像一个完整的号码。请核对。")
        elif not draft.email:
            draft.warn("contact_missing", "没有写联系电话。请补写，以便承办单位与您联系。")
        else:
            draft.warn("contact_missing", "只写了邮箱，没有写联系电话。请补写，以便承办单位与您联系。")

    def _head(self) -> None:
        draft = self.paper.draft
        joined = "".join(self.paper.heads)
        in_margin = [
            text
            for kind, text in draft.asides
            if kind in ("header", "footer") and SESSION.search(normalise(squeeze(text)))
        ]
        found = SESSION.search(joined)
        if not found and not any("提案" in one for one in self.paper.heads) and in_margin:
            draft.warn(
                "head_in_page_header", "“政协……委员会……会议提案”这一行只在页眉里，正文中没有。请核对届次。"
            )
            found = SESSION.search(normalise(squeeze(in_margin[0])))
        elif not found and in_margin:
            draft.warn("head_in_page_header", "届次只写在页眉里，正文的标头没有写。请核对届次。")
            found = SESSION.search(normalise(squeeze(in_margin[0])))
        elif not self.paper.heads:
            draft.warn("head_missing", "没有写明是哪一届哪一次会议的提案，将按当前会议收下。", "hint")
        elif not any(STANDARD.fullmatch(one) for one in (*self.paper.heads, joined)):
            draft.warn(
                "head_variant", f"标头“{self.paper.heads[0]}”与统一写法不同，印制时按统一写法。", "hint"
            )
        if found and self.paper.roster.session:
            session = (chinese_number_or_digits(found["term"]), chinese_number_or_digits(found["session"]))
            if session != self.paper.roster.session:
                wanted = self.paper.roster.session
                draft.warn(
                    "wrong_session",
                    f"标头写的是{found['term']}届{found['session']}次会议，现在是{wanted[0]}届{wanted[1]}次会议，可能用了旧模板。请核对。",
                )


def chinese_number_or_digits(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_number(text)
