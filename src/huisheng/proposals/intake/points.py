"""The draft put together from its sections: situation, analysis, and the suggestions point by point."""

from __future__ import annotations

from huisheng.proposals.intake.markers import Marker, marker, split_inline
from huisheng.proposals.intake.paper import CLOSING, Paper, Part, Section


class Points:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def assemble(self, sections: list[Section]) -> None:
        texts: dict[str, list[str]] = {"situation": [], "analysis": []}
        if not any(section.role == "situation" and section.parts for section in sections):
            first = next(
                (section for section in sections if section.role == "analysis" and section.parts), None
            )
            if first:
                first.role = "situation"
        several = sum(section.role == "analysis" and bool(section.title) for section in sections) > 1
        for section in sections:
            if section.role == "suggestions":
                self._suggestions(section)
                continue
            for part in section.parts:
                part.role = section.role
            if section.role in texts:
                again = several if section.role == "analysis" else bool(texts["situation"])
                texts[section.role] += [section.title] if section.title and again else []
                texts[section.role] += [part.full for part in section.parts]
        self._whole_paper_in_one(sections, texts)
        self.paper.draft.situation = "\n".join(texts["situation"])
        self.paper.draft.analysis = "\n".join(texts["analysis"])
        self.paper.draft.attachment = "\n".join(
            part.full for part in self.paper.parts if part.role == "attachment"
        )
        if not any(section.title or section.style == "cell" for section in sections):
            self.paper.marks.add("no_headings")

    def _whole_paper_in_one(self, sections: list[Section], texts: dict[str, list[str]]) -> None:
        """Without headings the first paragraph is the situation and the others follow as analysis."""
        before = [section for section in sections if section.role != "suggestions"]
        if any(section.title or section.style == "cell" for section in before) or len(texts["situation"]) < 2:
            return
        texts["situation"], moved = texts["situation"][:1], texts["situation"][1:]
        texts["analysis"] = moved + texts["analysis"]
        for section in sections:
            for part in section.parts[1:] if section.role == "situation" else []:
                part.role = "analysis"

    def _suggestions(self, section: Section) -> None:
        items: list[list[str]] = []
        style: str = ""
        nested: tuple[str, int] | None = None
        parts = self._counted_out(section.parts)
        unmarked = not any(self._mark(part) for part in parts)
        grouped = unmarked and self._headed_items(parts)
        for part in parts:
            found = self._mark(part)
            text = part.full
            part.role = "suggestions"
            if not found and CLOSING.fullmatch(text) and (items or len(text) < 30):
                part.role = "rest"
            elif (
                not found
                and items
                and style
                and part.line.field
                and part.full.startswith(("注：", "注:", "备注"))
            ):
                part.role = "rest"
            elif found and (
                not style
                or found.style == style
                or (found.value == len(items) + 1 and nested != (found.style, found.value - 1) and items)
            ):
                style = style or found.style
                items.append([text[found.end :].strip()])
                nested = None
            elif found:
                nested = (found.style, found.value)
                self.paper.marks.add("nested_suggestions")
                items[-1].append(text)
            elif items and (style or (grouped and not self._is_item_heading(part))):
                items[-1].append(text)
            elif not style and not unmarked:
                part.role = "lead"  # words before the first number
            else:
                items.append([text])
        self.paper.draft.suggestions += [
            "\n".join(line for line in item if line).strip() for item in items if any(item)
        ]

    def _mark(self, part: Part) -> Marker | None:
        if part.line.number and not part.text:
            found = marker(part.line.number)
            return Marker(
                found.style if found else "auto", found.value if found else 0, len(part.line.number)
            )
        return marker(part.full)

    def _counted_out(self, parts: list[Part]) -> list[Part]:
        """Points counted inside one paragraph (一是…；二是…, ①…②…) become parts of their own."""
        marked = [part for part in parts if self._mark(part)]
        if len(marked) > 1:
            return parts
        out: list[Part] = []
        for part in parts:
            pieces = split_inline(part.full)
            if len(pieces) == 1 or (marked and part not in marked):
                out.append(part)
                continue
            at = self.paper.parts.index(part)
            cut = [Part(part.line, "suggestions", piece) for piece in pieces]
            self.paper.parts[at : at + 1] = cut
            out += cut
        return out

    def _headed_items(self, parts: list[Part]) -> bool:
        heads = [part for part in parts if self._is_item_heading(part)]
        return len(heads) >= 2 and len(heads) < len(parts) and self._is_item_heading(parts[0])

    def _is_item_heading(self, part: Part) -> bool:
        return (
            len(part.full) <= 30
            and not part.full.endswith(("。", "；", "！", "，"))
            and (part.line.bold or part.line.heading or len(part.full) <= 20)
        )
