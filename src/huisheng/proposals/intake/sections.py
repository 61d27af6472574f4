"""Second pass: the sections of the body, by their headings or, where those do not tell, by where they stand."""

from __future__ import annotations

import re

from huisheng.proposals.intake.document import Line
from huisheng.proposals.intake.headings import Heading, heading, lead_in
from huisheng.proposals.intake.markers import marker, split_inline
from huisheng.proposals.intake.paper import Paper, Part, Section

ASKS = re.compile(
    r"[“\"]?(?:为此|因此|对此|鉴于此|综上所述|综上|所以|故|据此|同时|另外|此外|还)?[，,]?(?:我|我们|本人|笔者|特)?(?:特|郑重|强烈|诚恳|殷切|再)?此?"
    r"(?:建议|提议|倡议|恳请|呼吁|希望)(?!书|承办|办理|单位|部门|是)"
)


class Sections:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def found(self) -> list[Section]:
        seen = [
            (part, heading(Line(part.full, "", part.line.bold, part.line.align, part.line.heading)))
            for part in self.paper.body
        ]
        strict = [found for _, found in seen if found and found.strict]
        top = strict[0].style if strict else self._pseudo_style(seen)
        topics = [
            head
            for _, head in seen
            if head and head.style != "free" and not head.role and re.match("关于|關於", head.core)
        ]
        self.paper.topics = topics if len(topics) > 1 else []
        sections = [Section("")]
        cell = ""
        for part, found in seen:
            if part.line.field and part.line.field != cell:
                cell = part.line.field
                role = "" if cell == "content" else cell
                sections.append(Section(role, style="cell", strict=cell != "content"))
            now = sections[-1]
            if found in self.paper.topics and found.style != self._item_style(now):
                sections.append(Section("", found.core, found.style))
                part.role = "heading"
                continue
            if found and self._opens(found, now, top, part, bool(strict)):
                sections.append(Section(found.role, found.core, found.style, found.strict))
                part.role = "heading"
                if found.rest:
                    self.paper.marks.add("inline_headings")
                    sections[-1].parts.append(self._cut(part, found.rest))
                elif not found.strict and found.style == "free":
                    self.paper.marks.add("pseudo_headings")
                continue
            start = lead_in(part.full) if now.role != "suggestions" else -1
            if start >= 0:
                self._lead(part, start, sections)
                continue
            now.parts.append(part)
        return self._with_roles([section for section in sections if section.parts or section.title])

    def _cut(self, part: Part, rest: str) -> Part:
        """One line becomes its heading and the text behind it."""
        at = part.full.rfind(rest)
        tail = Part(part.line, "text", rest)
        part.text = part.full[:at].strip()
        self.paper.parts.insert(self.paper.parts.index(part) + 1, tail)
        return tail

    def _lead(self, part: Part, start: int, sections: list[Section]) -> None:
        if start > 0:
            tail = Part(part.line, "heading", part.full[start:])
            self.paper.parts.insert(self.paper.parts.index(part) + 1, tail)
            part.text = part.full[:start]
            sections[-1].parts.append(part)
        else:
            part.role = "heading"
        sections.append(Section("suggestions", "", "lead", True))

    def _pseudo_style(self, seen: list[tuple[Part, Heading | None]]) -> str:
        """No heading uses the usual words: short bold lines, or numbered short lines, followed by text."""
        for style in ("free", "zh,", "part", "formal", "(zh)", "n."):
            found = [
                at for at, (part, head) in enumerate(seen[:-1])
                if head and head.style == style and self._stands_out(part, head) and not self._stands_out(*seen[at + 1])
            ]  # fmt: skip
            if len(found) >= 2:
                return style
        return ""

    def _stands_out(self, part: Part, head: Heading | None) -> bool:
        if head is None or part.full.endswith(("。", "；")):
            return False
        return head.style != "free" or part.line.bold or part.line.heading or len(head.core) <= 16

    def _opens(self, found: Heading, now: Section, top: str, part: Part, any_strict: bool) -> bool:
        if now.role == "suggestions" and now.style != "cell":
            if found.strict and found.role != "suggestions":
                return found.style == now.style or (found.style == "free" and now.style in ("free", "lead"))
            return found.style == now.style != "free" and self._item_style(now) != found.style
        if now.style == "cell" and now.role == "suggestions":
            return found.strict and found.role in ("situation", "analysis") and bool(not now.parts)
        if found.strict:
            return True
        if found.style == "free":
            return (
                top == "free"
                and self._stands_out(part, found)
                and len(found.core) <= 20
                and (part.line.bold or part.line.heading or not any_strict or found.role != "")
            )
        return found.style == top and not (now.style == "cell" and now.role)

    def _item_style(self, section: Section) -> str:
        """The style of the list a suggestions section has begun, "" when none."""
        if section.role != "suggestions":
            return ""
        return next((found.style for part in section.parts if (found := marker(part.full))), "")

    def _with_roles(self, sections: list[Section]) -> list[Section]:
        """Sections whose heading does not tell get their role from where they stand."""
        told = [section for section in sections if section.role]
        has_suggestions = any(
            section.role == "suggestions" and (section.parts or section.strict) for section in told
        )
        headed = [section for section in sections if section.title or section.style]
        if not has_suggestions and headed and self._suggests(headed[-1]):
            headed[-1].role = "suggestions"
            has_suggestions = True
        past = False
        for section in sections:
            if section.role == "suggestions":
                past = True
            elif not section.role:
                before = any(one.role == "situation" for one in sections[: sections.index(section)])
                told_apart = any(section.title == topic.core for topic in self.paper.topics)
                section.role = (
                    "rest"
                    if past and section.title and not told_apart
                    else "analysis"
                    if before
                    else "situation"
                )
        if not has_suggestions:
            self._suggestions_without_heading(sections)
        return sections

    def _suggests(self, section: Section) -> bool:
        """The last part of a paper counts its points, or asks for something, under whatever heading."""
        if section.role in ("situation", "analysis") and section.strict:
            return False
        marked = [part for part in section.parts if marker(part.full)]
        asking = [part for part in section.parts if ASKS.match(part.full)]
        inline = any(len(split_inline(part.full)) > 2 for part in section.parts)
        return len(marked) >= 2 or bool(asking) or inline

    def _suggestions_without_heading(self, sections: list[Section]) -> None:
        parts = [part for section in sections for part in section.parts]
        if not parts:
            return
        chosen = self._numbered_run(parts) or [
            part for part in parts if ASKS.match(self._behind_marker(part.full))
        ]
        if not chosen:
            chosen = self._asking_sentences(parts)
        if not chosen:
            return
        for section in sections:
            section.parts = [part for part in section.parts if part not in chosen]
        sections.append(Section("suggestions", "", "found", True, chosen))

    def _behind_marker(self, text: str) -> str:
        found = marker(text)
        return text[found.end :] if found else text

    def _numbered_run(self, parts: list[Part]) -> list[Part]:
        """The last list 1, 2, 3 … of paragraphs that is not a list of problems."""
        runs: list[list[int]] = []
        for at, part in enumerate(parts):
            found = marker(part.full)
            if found is None or found.style == "bullet":
                continue
            if found.value == 1:
                runs.append([at])
            elif (
                runs
                and (last := marker(parts[runs[-1][-1]].full))
                and last.style == found.style
                and found.value == len(runs[-1]) + 1
            ):
                runs[-1].append(at)
        for run in reversed(runs):
            before = parts[run[0] - 1].full[-40:] if run[0] else ""
            problems = re.search(r"问题|困难|原因|不足|难在|表现", before) and not re.search(
                r"建议|措施|对策", before
            )
            asking = sum(bool(ASKS.match(self._behind_marker(parts[at].full))) for at in run)
            if len(run) >= 2 and (not problems or asking):
                end = next(
                    (at for at in range(run[-1] + 1, len(parts)) if not marker(parts[at].full)), len(parts)
                )
                return parts[run[0] : end]
        return []

    def _asking_sentences(self, parts: list[Part]) -> list[Part]:
        """…… 。建议在东侧空地划出六十个车位。 - the paragraph is cut before the first sentence that asks."""
        for part in reversed(parts):
            sentences = re.split(r"(?<=[。！？；!?])", part.full)
            for at, sentence in enumerate(sentences):
                if at and ASKS.match(sentence.strip()) and len(sentence) > 8:
                    part.text = "".join(sentences[:at])
                    pieces: list[str] = []
                    for one in sentences[
                        at:
                    ]:  # a sentence that asks begins a suggestion, others belong to it
                        if ASKS.match(one.strip()) or not pieces:
                            pieces.append(one.strip())
                        else:
                            pieces[-1] += one
                    tails = [Part(part.line, "text", piece) for piece in pieces]
                    where = self.paper.parts.index(part) + 1
                    self.paper.parts[where:where] = tails
                    return tails
        return []
