"""What stands at the end of the body and is none of it: the signature, and the sentence that names agencies."""

from __future__ import annotations

import re

from huisheng.kernel.text import normalise
from huisheng.proposals.intake import agencies, people
from huisheng.proposals.intake.labels import squeeze
from huisheng.proposals.intake.markers import marker
from huisheng.proposals.intake.paper import CLOSING, DATE, SEAL, Paper, Part


class Ending:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def peel(self) -> None:
        self._peel_signature()
        self._peel_agencies()

    def _peel_signature(self) -> None:
        peeled: list[Part] = []
        while (
            self.paper.body and not self.paper.body[-1].line.field and self._is_signature(self.paper.body[-1])
        ):
            part = self.paper.body.pop()
            part.role = "signature"
            peeled.append(part)
        self.paper.signature = [part.full for part in reversed(peeled)]

    def _is_signature(self, part: Part) -> bool:
        text = squeeze(part.full)
        if len(text) > 44 or marker(part.full):
            return False
        if DATE.fullmatch(normalise(text)) or SEAL.search(text) or re.fullmatch(r"此致|敬礼[！!]?", text):
            return True
        if CLOSING.fullmatch(text) and not agencies.is_agency_sentence(text, self.paper.directory):
            return True
        if text.endswith(("。", "；", "！", "？", "：")):
            return False
        if part.line.align == "right":
            return True
        found = people.mentions(part.full, self.paper.roster)
        return (
            bool(found)
            and len(text) <= 30
            and all(
                people.key(one.name) in self.paper.roster.by_name or people.body(one.name, self.paper.roster)
                for one in found
            )
        )

    def _peel_agencies(self) -> None:
        kept: list[Part] = []
        for part in self.paper.body:
            if part.line.field == "suggestions" and "agencies" in self.paper.values:
                kept.append(part)
                continue
            found = marker(part.full)
            text = part.full[found.end :] if found else part.full
            if agencies.is_agency_sentence(text, self.paper.directory) and (
                not found or re.search(r"(承办|办理)。?$", text)
            ):
                part.role = "agencies"
                self.paper.value("agencies", text)
                continue
            kept.append(part)
        self.paper.body = kept
        for part in self.paper.body[-3:]:  # … or as the last sentence of a paragraph
            cut = part.full.rstrip("。 ").rfind("。") + 1
            last = part.full[cut:].strip()
            if (
                cut > 4
                and len(last) > 8
                and agencies.is_agency_sentence(last, self.paper.directory)
                and re.search(r"(承办|办理|主办|会办|协办)", last)
            ):
                self.paper.value("agencies", last)
                tail = Part(part.line, "agencies", last)
                self.paper.parts.insert(self.paper.parts.index(part) + 1, tail)
                part.text = part.full[:cut]
