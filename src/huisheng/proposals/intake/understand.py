"""From lines to a draft: head, labels, title, sections, suggestions, agencies, signature, attachment.

Two passes. The first takes out what names itself (labels, form cells, head, title, signature, attachment); the
second finds the sections of what is left. Every line ends with a role, and every role is shown: none is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from huisheng.kernel.text import normalise
from huisheng.proposals.intake import agencies, people
from huisheng.proposals.intake.document import Document, Line
from huisheng.proposals.intake.draft import Block, Draft, Roster
from huisheng.proposals.intake.headings import Heading, heading, lead_in
from huisheng.proposals.intake.labels import label_of, labelled, squeeze
from huisheng.proposals.intake.markers import HAN, Marker, chinese_number, marker, split_inline

INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
CELLS = ("situation", "analysis", "suggestions", "content")
IN_BODY = (  # labels that are believed also after the text has begun
    "agencies", "host", "assisting", "contact", "email", "contact_person", "sponsor", "cosponsors", "date",
    "publishable", "copies", "office", "convener", "sector", "unit", "address", "second", "party", "signed",
)  # fmt: skip
NUMERAL = r"[一二三四五六七八九十\d]{1,3}"
SESSION = re.compile(rf"第?(?P<term>{NUMERAL})届.{{0,6}}?第?(?P<session>{NUMERAL})次")
HEAD = re.compile(
    rf"(?:中国人民政治协商会议|人民政协|政协|.{{0,12}}政协).{{0,24}}?(?:第?{NUMERAL}届).{{0,24}}|"
    rf"第?{NUMERAL}届.{{0,8}}第?{NUMERAL}次.{{0,4}}会议.{{0,8}}|"
    r".{0,16}(?:政协|政治协商会议).{0,16}提案(?:表|纸|登记表|用纸|书|专用纸)?|"
    r"(?:委员|集体|政协|政协委员|大会|会议)?提案(?:表|纸|登记表|用纸|书|专用纸)?(?:\(.{1,8}\))?"
)
STANDARD = re.compile(
    r"政协.{2,16}第[一二三四五六七八九十]{1,3}届委员会第[一二三四五六七八九十]{1,3}次(?:全体)?会议(?:提案.{0,4})?"
)
TITLE_END = r"(?:提案|建议|意见|议案|报告|请求|设想|思考|建议案)"
TITLE = re.compile(rf"(?:关于|对于|对|就)?.{{4,80}}?{TITLE_END}(?:[（(].{{1,12}}[）)])?")
APPENDIX = re.compile(
    r"[（(]?(?:附件|附表|附录|附图|附记|附注|附)\s*[一二三四五六\d]{0,2}\s*(?:[：:]|[）)]?$)"
)
DATE = re.compile(
    rf"(?:[12]\d{{3}}|[〇零○一二三四五六七八九\d]{{4}})\s*[年.\-/]\s*(?:{NUMERAL}\s*[月.\-/]?\s*(?:{NUMERAL}\s*日?)?)?|年\s*月\s*日"
)
CAPTION = re.compile(
    r"(?:图|表|照片)\s*[\d一二三四五六七八九十]{1,3}(?:[-－.．]\d)?[\s\u3000：:.、]\s*[^。]{2,40}"
)
CLOSING = re.compile(
    r"(?:以上|妥否|当否|特此|此提案|此致|敬礼|请予|谢谢|专此|盼复|特提此案|特此提案|恳请采纳|请审议|请予审议|不妥之处).{0,32}"
)
SEAL = re.compile(r"盖章|公章|印章|签章|[（(]章[）)]|加盖")
ASKS = re.compile(
    r"[“\"]?(?:为此|因此|对此|鉴于此|综上所述|综上|所以|故|据此|同时|另外|此外|还)?[，,]?(?:我|我们|本人|笔者|特)?(?:特|郑重|强烈|诚恳|殷切|再)?此?"
    r"(?:建议|提议|倡议|恳请|呼吁|希望)(?!书|承办|办理|单位|部门|是)"
)


@dataclass(eq=False)
class Part:
    """A line and what it was taken for."""

    line: Line
    role: str = "rest"
    text: str = ""  # where a line was cut: what this part of it says

    @property
    def full(self) -> str:
        return self.text or self.line.full


@dataclass(eq=False)
class Section:
    role: str
    title: str = ""
    style: str = ""
    strict: bool = False
    parts: list[Part] = field(default_factory=list)


def understand(document: Document, roster: Roster, name: str = "") -> Draft:
    return _Reader(document, roster, name).draft_of()


class _Reader:
    def __init__(self, document: Document, roster: Roster, name: str) -> None:
        self.document = document
        self.roster = roster
        self.directory = agencies.Directory(roster)
        self.name = name
        self.marks = set(document.marks)
        self.draft = Draft(asides=list(document.asides), images=list(document.images))
        self.values: dict[str, list[str]] = {}
        self.parts: list[Part] = []
        self.body: list[Part] = []
        self.heads: list[str] = []
        self.pending = ""
        self.in_appendix = False
        self.signature: list[str] = []
        self.bylines: list[str] = []

    # --- first pass

    def draft_of(self) -> Draft:
        self.lines = self._cleaned()
        for line in self.lines:
            self._take(line)
        self._peel_signature()
        self._peel_agencies()
        sections = self._sections()
        self._assemble(sections)
        self._who()
        self._agencies()
        self._contact()
        self._head()
        self.draft.blocks = [Block(part.role, part.full) for part in self.parts]
        self.draft.rest = [part.full for part in self.parts if part.role == "rest"]
        self.sections = sections
        return self.draft

    def _cleaned(self) -> list[Line]:
        lines = []
        for line in self.document.lines:
            text = unicodedata.normalize("NFC", line.text)
            if INVISIBLE.search(text):
                self.marks.add("zero_width_characters")
                text = INVISIBLE.sub("", text)
            text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff]", "", text.replace("\u00a0", " ")).strip()
            if text:
                lines.append(Line(text, line.number, line.bold, line.align, line.heading, line.field))
        joined = "".join(line.text for line in lines)
        if re.search("[０-９]", joined):
            self.marks.add("full_width_digits")
        ideographs = re.findall(f"[{HAN}]", joined)
        if sum(normalise(char) != char for char in ideographs) * 12 > len(ideographs) > 0:
            self.marks.add("traditional")
        return lines

    def _put(self, line: Line, role: str, text: str = "") -> Part:
        part = Part(line, role, text)
        self.parts.append(part)
        return part

    def _value(self, key: str, value: str) -> None:
        if value.strip():
            self.values.setdefault(key, []).append(value.strip())

    def _take(self, line: Line) -> None:
        if line.field:
            self._cell(line)
        elif self._is_appendix(line):
            self.in_appendix = True
            self._put(line, "attachment")
        elif self._label(line) or self._continues(line):
            return
        elif CAPTION.fullmatch(line.full) and (line.align == "center" or len(line.full) < 24):
            self._put(line, "caption")
        elif self.in_appendix:
            self._put(line, "attachment")
        elif not self.body and (self._is_head(line) or self._is_title(line) or self._is_byline(line)):
            return
        elif not self.body and self._before_labels(line):
            self._put(line, "rest")
        else:
            self._into_body(line)

    def _cell(self, line: Line) -> None:
        self.pending = ""
        if line.field in CELLS:
            if line.field != "content" or not self._label(line):
                self._into_body(line)
        elif line.field in ("agencies", "host", "assisting", "attachment"):
            self._put(line, "attachment" if line.field == "attachment" else "agencies")
            if line.field != "attachment":
                self._agency_line(line.field, line.full)
        elif not self._label(line, inside=line.field):
            self._value(line.field, line.full)
            self._put(line, "office" if line.field in ("office", "remark") else line.field)

    def _before_labels(self, line: Line) -> bool:
        """A short line above the labels (a slogan, a receiving mark) does not begin the text."""
        text = line.full
        if len(text) > 30 or text.endswith(("。", "：", "；", ":")) or heading(line) and marker(text):
            return False
        at = next(n for n, one in enumerate(self.lines) if one is line)
        found = heading(line)
        ahead = [
            pairs[0][0] for one in self.lines[at + 1 : at + 12] if (pairs := labelled(one.full, bare=True))
        ]
        return not (found and found.strict) and bool({"title", "sponsor", "sector"} & set(ahead))

    def _into_body(self, line: Line) -> None:
        self.body.append(self._put(line, "text"))

    def _is_appendix(self, line: Line) -> bool:
        return (
            bool(self.body)
            and not self.in_appendix
            and len(line.text) < 60
            and bool(APPENDIX.match(line.text))
        )

    def _label(self, line: Line, inside: str = "") -> bool:
        """Label lines, also numbered ones (五、建议承办单位：…) and labels standing alone above their value."""
        found = marker(line.full)
        text = line.full[found.end :] if found and found.style not in ("bullet",) else line.full
        pairs = labelled(text, bare=not self.body)
        if pairs and found and self.body and pairs[0][0] not in ("agencies", "host", "assisting"):
            pairs = []
        wanted = IN_BODY if "title" in self.values else (*IN_BODY, "title")
        if self.parts and self.parts[-1].line.field and not line.field:
            wanted = (*wanted, "remark")  # 注：… below a form
        if (
            pairs
            and self.body
            and (
                pairs[0][0] not in wanted
                or len(text) > 160
                and pairs[0][0] not in ("agencies", "host", "assisting")
            )
        ):
            pairs = []
        if self.in_appendix and pairs and pairs[0][0] not in ("agencies", "host"):
            pairs = []
        if not pairs:
            return self._lonely_label(line, text)
        self.pending = ""
        self._put(
            line, pairs[0][0] if pairs[0][0] not in ("office", "remark", "copies", "date") else "office"
        )
        for key, label, value in pairs:
            if key == "person":  # 姓名：… inside the cell or block of a sponsor
                key = inside if inside in ("sponsor", "cosponsors") else "sponsor"
            if key in ("agencies", "host", "assisting"):
                self._agency_line(key, value)
            else:
                self._value(key, value)
            if SEAL.search(label):
                self._value("seal", label)
        last = pairs[-1]
        open_list = last[0] in ("cosponsors", "agencies", "host", "assisting", "sponsor") and last[
            2
        ].endswith(("、", "，", ","))
        open_title = last[0] == "title" and last[2] and not re.search(rf"{TITLE_END}$", normalise(last[2]))
        if not last[2] or open_list or open_title:
            self.pending = last[0]
        return True

    def _lonely_label(self, line: Line, text: str) -> bool:
        key = label_of(text) if len(text) <= 14 else ""
        wanted = ("title", "sponsor", "cosponsors", "agencies", "host", "assisting", "contact", "sector")
        if (
            key not in wanted
            or (self.body and key not in ("agencies", "host", "assisting"))
            or self.in_appendix
        ):
            return False
        if line.field or self.pending == key:
            return False
        self._put(line, key)
        self.pending = key
        return True

    def _continues(self, line: Line) -> bool:
        """The value of a label, written in the line below it."""
        key, self.pending = self.pending, ""
        if not key or self.in_appendix:
            return False
        text = line.full
        if key in ("agencies", "host", "assisting"):
            read = self.directory.read(text)
            if read.covered < 0.3:
                return False
            self._agency_line(key, text)
            self.pending = key  # the list may go on
        elif key == "title":
            if len(text) > 80 or (
                self.values.get("title") and not re.search(rf"{TITLE_END}$", normalise(squeeze(text)))
            ):
                return False
            if heading(line) and self.values.get("title"):
                return False
            self.values["title"] = ["".join([*self.values.get("title", []), text])]
        elif len(text) > 120 or (len(text) > 30 and text.endswith("。")):
            return False
        else:
            self._value(key, text)
            if text.endswith(("、", "，", ",")):
                self.pending = key
        self._put(line, key)
        return True

    def _agency_line(self, key: str, value: str) -> None:
        pairs = labelled(value) if re.match(r"\s*(主办|会办|协办|牵头|配合|分办)", value) else []
        for inner, _, rest in pairs:
            self._value(inner if inner in ("host", "assisting") else key, rest)
        if not pairs:
            self._value(key, value)

    def _is_head(self, line: Line) -> bool:
        plain = squeeze(normalise(line.text))
        if len(plain) > 48 or plain.startswith(("关于", "对")):
            return False
        if (
            self.heads
            and re.fullmatch(rf"第{NUMERAL}次.{{0,4}}会议.{{0,6}}", plain)
            and "次" not in self.heads[-1]
        ):
            self.heads[-1] += plain
        elif HEAD.fullmatch(plain):
            self.heads.append(plain)
        elif re.fullmatch(r"(?:政协|中国人民政治协商会议).{2,16}委员会", plain) and not self.heads:
            self.heads.append(plain)
        else:
            return False
        self._put(line, "head")
        return True

    def _is_title(self, line: Line) -> bool:
        if "title" in self.values or len(line.text) > 90 or line.field:
            return False
        plain = squeeze(normalise(line.text))
        open_end = self.values.get("open_title")
        if open_end and re.search(rf"{TITLE_END}$", plain):
            self.values["title"] = [self.values.pop("open_title")[0] + line.text]
        elif (
            TITLE.fullmatch(plain)
            and not re.search(r"[。；：:]", plain)
            and (plain.startswith("关于") or line.bold or line.align == "center")
        ):
            self.values["title"] = [line.text]
        elif re.match(r"关于", plain) and len(plain) < 50 and not re.search(r"[。；：:，]", plain):
            self.values["open_title"] = [line.text]
        else:
            return False
        self._put(line, "title")
        return True

    def _is_byline(self, line: Line) -> bool:
        """A name under the title without any label: （民盟　白玉洁）."""
        text = line.text.strip("（）()—－- ")
        if len(text) > 40 or text.endswith(("。", "：", ":")) or (line.align != "center" and not self.values):
            return False
        found = people.mentions(re.sub(r"^.{0,12}?政协委员", "", text), self.roster)
        known = [one for one in found if people.key(one.name) in self.roster.by_name]
        about = [one for one in found if people.sector(one.name, self.roster)]
        if not known or len(known) + len(about) < len(found):
            return False
        self.bylines.append(
            "、".join(f"{one.name}（{'，'.join([*one.about, *(a.name for a in about)])}）" for one in known)
        )
        self._put(line, "sponsor")
        return True

    # --- what stands at the end

    def _peel_signature(self) -> None:
        peeled: list[Part] = []
        while self.body and not self.body[-1].line.field and self._is_signature(self.body[-1]):
            part = self.body.pop()
            part.role = "signature"
            peeled.append(part)
        self.signature = [part.full for part in reversed(peeled)]

    def _is_signature(self, part: Part) -> bool:
        text = squeeze(part.full)
        if len(text) > 44 or marker(part.full):
            return False
        if DATE.fullmatch(normalise(text)) or SEAL.search(text) or re.fullmatch(r"此致|敬礼[！!]?", text):
            return True
        if CLOSING.fullmatch(text) and not agencies.is_agency_sentence(text, self.directory):
            return True
        if text.endswith(("。", "；", "！", "？", "：")):
            return False
        if part.line.align == "right":
            return True
        found = people.mentions(part.full, self.roster)
        return (
            bool(found)
            and len(text) <= 30
            and all(
                people.key(one.name) in self.roster.by_name or people.body(one.name, self.roster)
                for one in found
            )
        )

    def _peel_agencies(self) -> None:
        kept: list[Part] = []
        for part in self.body:
            if part.line.field == "suggestions" and "agencies" in self.values:
                kept.append(part)
                continue
            found = marker(part.full)
            text = part.full[found.end :] if found else part.full
            if agencies.is_agency_sentence(text, self.directory) and (
                not found or re.search(r"(承办|办理)。?$", text)
            ):
                part.role = "agencies"
                self._value("agencies", text)
                continue
            kept.append(part)
        self.body = kept
        for part in self.body[-3:]:  # … or as the last sentence of a paragraph
            cut = part.full.rstrip("。 ").rfind("。") + 1
            last = part.full[cut:].strip()
            if (
                cut > 4
                and len(last) > 8
                and agencies.is_agency_sentence(last, self.directory)
                and re.search(r"(承办|办理|主办|会办|协办)", last)
            ):
                self._value("agencies", last)
                tail = Part(part.line, "agencies", last)
                self.parts.insert(self.parts.index(part) + 1, tail)
                part.text = part.full[:cut]

    # --- second pass: sections

    def _sections(self) -> list[Section]:
        seen = [
            (part, heading(Line(part.full, "", part.line.bold, part.line.align, part.line.heading)))
            for part in self.body
        ]
        strict = [found for _, found in seen if found and found.strict]
        top = strict[0].style if strict else self._pseudo_style(seen)
        topics = [
            head
            for _, head in seen
            if head and head.style != "free" and not head.role and re.match("关于|關於", head.core)
        ]
        self.topics = topics if len(topics) > 1 else []
        sections = [Section("")]
        cell = ""
        for part, found in seen:
            if part.line.field and part.line.field != cell:
                cell = part.line.field
                role = "" if cell == "content" else cell
                sections.append(Section(role, style="cell", strict=cell != "content"))
            now = sections[-1]
            if found in self.topics and found.style != self._item_style(now):
                sections.append(Section("", found.core, found.style))
                part.role = "heading"
                continue
            if found and self._opens(found, now, top, part, bool(strict)):
                sections.append(Section(found.role, found.core, found.style, found.strict))
                part.role = "heading"
                if found.rest:
                    self.marks.add("inline_headings")
                    sections[-1].parts.append(self._cut(part, found.rest))
                elif not found.strict and found.style == "free":
                    self.marks.add("pseudo_headings")
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
        self.parts.insert(self.parts.index(part) + 1, tail)
        return tail

    def _lead(self, part: Part, start: int, sections: list[Section]) -> None:
        if start > 0:
            tail = Part(part.line, "heading", part.full[start:])
            self.parts.insert(self.parts.index(part) + 1, tail)
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
                told_apart = any(section.title == topic.core for topic in self.topics)
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
                    where = self.parts.index(part) + 1
                    self.parts[where:where] = tails
                    return tails
        return []

    # --- putting the draft together

    def _assemble(self, sections: list[Section]) -> None:
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
        self.draft.situation = "\n".join(texts["situation"])
        self.draft.analysis = "\n".join(texts["analysis"])
        self.draft.attachment = "\n".join(part.full for part in self.parts if part.role == "attachment")
        if not any(section.title or section.style == "cell" for section in sections):
            self.marks.add("no_headings")

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
                self.marks.add("nested_suggestions")
                items[-1].append(text)
            elif items and (style or (grouped and not self._is_item_heading(part))):
                items[-1].append(text)
            elif not style and not unmarked:
                part.role = "lead"  # words before the first number
            else:
                items.append([text])
        self.draft.suggestions += [
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
            at = self.parts.index(part)
            cut = [Part(part.line, "suggestions", piece) for piece in pieces]
            self.parts[at : at + 1] = cut
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

    # --- who

    def _who(self) -> None:
        draft, roster = self.draft, self.roster
        draft.title = self._title()
        said = "、".join(self._once(self.values.get("sponsor", [])))
        if not said.strip() or people.NOBODY.fullmatch(said):
            said = self._signed()
        found = people.mentions(said, roster)
        written_sector = " ".join(self.values.get("sector", []))
        collective = [one for one in found if people.is_collective(one, roster)]
        if collective:
            self._collective(found, collective)
        elif found:
            self._individual(found, written_sector)
        else:
            draft.sector = people.sector_as_written(written_sector, roster)
            draft.warn("sponsor_missing", "没有找到提案人。请填写提案人姓名。")
        self._cosponsors(found[1:] if not collective else [one for one in found if one not in collective])
        yes = "".join(self.values.get("publishable", []))
        draft.publishable = _consent(yes)

    def _once(self, values: list[str]) -> list[str]:
        """A name that stands at the head and again in the signature is one sponsor."""
        seen: list[str] = []
        for value in values:
            names = [people.key(one.name) for one in people.mentions(value, self.roster)]
            before = [people.key(one.name) for old in seen for one in people.mentions(old, self.roster)]
            if not (names and set(names) <= set(before)):
                seen.append(value)
        return seen

    def _title(self) -> str:
        title = "".join(self.values.get("title", []) or self.values.get("open_title", []))
        title = re.sub(rf"(?<=[{HAN}，、。“”（）])[\s\u3000]+(?=[{HAN}，、。“”（）])", "", title).strip(
            " 　。；;"
        )
        if title.startswith("《") and title.endswith("》"):
            title = title[1:-1]
        if title:
            return title
        stem = re.sub(r"^[\d\W_]+|\.[A-Za-z0-9]{1,5}$", "", self.name)
        if stem.startswith("关于"):
            self.draft.warn("title_from_file_name", "文中没有写案由，暂用文件名作案由。请核对。")
            return stem
        self.draft.warn("title_missing", "没有找到案由（标题）。请填写“关于……的提案”。")
        return ""

    def _signed(self) -> str:
        """The name at the end of the paper, when none stands at its head."""
        for text in self.signature:
            bare = re.sub(r"[（(][^）)]*(章|签)[^）)]*[）)]", "", text).strip()
            if (
                bare
                and not DATE.search(normalise(squeeze(bare)))
                and not CLOSING.fullmatch(bare)
                and people.mentions(bare, self.roster)
            ):
                return re.sub(r"^(提案人|提案者|领衔人)\s*[：:]?", "", bare)
        return self.bylines[0] if self.bylines else "、".join(self.values.get("convener", []))

    def _individual(self, found: list[people.Mention], written_sector: str) -> None:
        sponsor = found[0]
        if written_sector and len(found) == 1 or (written_sector and not sponsor.about):
            sponsor.about.append(written_sector)
            sponsor.about += written_sector.split()
        sponsor.about += self.values.get("unit", [])
        person = people.resolve(sponsor, self.roster, self.draft, cosponsor=False)
        self.draft.sponsor_person = person
        self.draft.sponsor = person.name
        self.draft.sector = (
            people.sector_as_written(written_sector, self.roster) if written_sector else person.sector
        )
        if not self.draft.sector:
            self.draft.sector = ""

    def _collective(self, found: list[people.Mention], collective: list[people.Mention]) -> None:
        draft, first = self.draft, collective[0]
        body = people.body(first.name, self.roster)
        draft.sponsor = first.name
        draft.sponsor_person = people.Person(first.name, body=body.id if body else None)
        draft.sponsor_kind = people.body_kind(first.name, body)
        draft.sector = None
        if self.roster.bodies and not body and draft.sponsor_kind != "委员小组":
            draft.warn(
                f"not_in_roster:{first.name}", f"机构表里没有“{first.name}”。请核对名称，或从机构表中选择。"
            )
        draft.warn("collective", f"这是集体提案（{draft.sponsor_kind}）。", "layout")
        for other in collective[1:]:
            self._joint(other)
        sealed = self.values.get("seal") or any(
            SEAL.search(part.full)
            for part in self.parts
            if part.role in ("signature", "sponsor", "convener", "text", "rest", "office", "signed")
        )
        if sealed:
            draft.warn("seal_to_verify", "集体提案须加盖公章：文中有“盖章”字样，请在纸质件上核对公章。")
        elif draft.sponsor_kind in ("界别", "委员小组") and self.values.get("convener"):
            draft.warn("signature_to_verify", "界别和小组提案须由召集人签名，请在纸质件上核对签名。")
        else:
            draft.warn(
                "seal_missing",
                "集体提案须加盖公章（界别、小组由召集人签名），文中没有看到。请补盖后上传扫描件。",
            )

    def _joint(self, other: people.Mention) -> None:
        body = people.body(other.name, self.roster)
        self.draft.cosponsors.append(people.Person(other.name, body=body.id if body else None))
        self.draft.warn("joint_bodies", "这是几个单位联合提出的集体提案，每个单位都须盖章。")

    def _cosponsors(self, more: list[people.Mention]) -> None:
        draft, roster = self.draft, self.roster
        named = [
            *more,
            *(one for value in self.values.get("cosponsors", []) for one in people.mentions(value, roster)),
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
        sponsor = self.draft.sponsor_person
        if sponsor is None or self.draft.sponsor_kind or people.key(one.name) != people.key(sponsor.name):
            return False
        said = next((name for part in one.about if (name := people.sector(part, self.roster))), "")
        if len(self.roster.by_name.get(people.key(one.name), [])) < 2:
            return True
        if said:
            return said == sponsor.sector
        return not one.about and sponsor.member is None

    def _agencies(self) -> None:
        draft = self.draft
        total = agencies.Found()
        for key in ("host", "agencies", "assisting"):
            for value in self.values.get(key, []):
                if people.NOBODY.fullmatch(value):
                    continue
                found = self.directory.read(value, key)
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
        draft = self.draft
        said = " ".join([*self.values.get("contact", []), *self.values.get("contact_person", [])])
        around = " ".join(
            part.full
            for part in self.parts
            if part.role in ("sponsor", "contact_person", "unit", "address", "signature")
        )
        plain = unicodedata.normalize("NFKC", f"{said} {around}").replace("—", "-").replace("–", "-")
        if found := people.PHONE.search(plain):
            draft.contact = re.sub(r"\D", "", found[1])
        if mail := people.EMAIL.search(
            unicodedata.normalize("NFKC", " ".join([*self.values.get("email", []), said, around]))
        ):
            draft.email = mail[0]
        for one in people.mentions(" ".join(self.values.get("contact_person", [])[:1]), self.roster)[:1]:
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

    # --- the head line

    def _head(self) -> None:
        draft = self.draft
        joined = "".join(self.heads)
        in_margin = [
            text
            for kind, text in draft.asides
            if kind in ("header", "footer") and SESSION.search(normalise(squeeze(text)))
        ]
        found = SESSION.search(joined)
        if not found and not any("提案" in one for one in self.heads) and in_margin:
            draft.warn(
                "head_in_page_header", "“政协……委员会……会议提案”这一行只在页眉里，正文中没有。请核对届次。"
            )
            found = SESSION.search(normalise(squeeze(in_margin[0])))
        elif not found and in_margin:
            draft.warn("head_in_page_header", "届次只写在页眉里，正文的标头没有写。请核对届次。")
            found = SESSION.search(normalise(squeeze(in_margin[0])))
        elif not self.heads:
            draft.warn("head_missing", "没有写明是哪一届哪一次会议的提案，将按当前会议收下。", "hint")
        elif not any(STANDARD.fullmatch(one) for one in (*self.heads, joined)):
            draft.warn("head_variant", f"标头“{self.heads[0]}”与统一写法不同，印制时按统一写法。", "hint")
        if found and self.roster.session:
            session = (chinese_number_or_digits(found["term"]), chinese_number_or_digits(found["session"]))
            if session != self.roster.session:
                wanted = self.roster.session
                draft.warn(
                    "wrong_session",
                    f"标头写的是{found['term']}届{found['session']}次会议，现在是{wanted[0]}届{wanted[1]}次会议，可能用了旧模板。请核对。",
                )


def chinese_number_or_digits(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_number(text)


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
