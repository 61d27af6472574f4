"""First pass: what names itself is taken out (labels, form cells, head, title, byline, attachment); the rest is the body."""

from __future__ import annotations

import re
import unicodedata

from huisheng.kernel.text import normalise
from huisheng.proposals.intake import people
from huisheng.proposals.intake.document import Line
from huisheng.proposals.intake.headings import heading
from huisheng.proposals.intake.labels import label_of, labelled, squeeze
from huisheng.proposals.intake.markers import HAN, marker
from huisheng.proposals.intake.paper import NUMERAL, SEAL, Paper

INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
CELLS = ("situation", "analysis", "suggestions", "content")
IN_BODY = (  # labels that are believed also after the text has begun
    "agencies", "host", "assisting", "contact", "email", "contact_person", "sponsor", "cosponsors", "date",
    "publishable", "copies", "office", "convener", "sector", "unit", "address", "second", "party", "signed",
)  # fmt: skip
HEAD = re.compile(
    rf"(?:中国人民政治协商会议|人民政协|政协|.{{0,12}}政协).{{0,24}}?(?:第?{NUMERAL}届).{{0,24}}|"
    rf"第?{NUMERAL}届.{{0,8}}第?{NUMERAL}次.{{0,4}}会议.{{0,8}}|"
    r".{0,16}(?:政协|政治协商会议).{0,16}提案(?:表|纸|登记表|用纸|书|专用纸)?|"
    r"(?:委员|集体|政协|政协委员|大会|会议)?提案(?:表|纸|登记表|用纸|书|专用纸)?(?:\(.{1,8}\))?"
)
TITLE_END = r"(?:提案|建议|意见|议案|报告|请求|设想|思考|建议案)"
TITLE = re.compile(rf"(?:关于|对于|对|就)?.{{4,80}}?{TITLE_END}(?:[（(].{{1,12}}[）)])?")
APPENDIX = re.compile(
    r"[（(]?(?:附件|附表|附录|附图|附记|附注|附)\s*[一二三四五六\d]{0,2}\s*(?:[：:]|[）)]?$)"
)
CAPTION = re.compile(
    r"(?:图|表|照片)\s*[\d一二三四五六七八九十]{1,3}(?:[-－.．]\d)?[\s\u3000：:.、]\s*[^。]{2,40}"
)


class Taking:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.pending = ""  # the label that still waits for its value
        self.in_appendix = False

    def take_all(self) -> None:
        self.paper.lines = self._cleaned()
        for line in self.paper.lines:
            self._take(line)

    def _cleaned(self) -> list[Line]:
        lines = []
        for line in self.paper.document.lines:
            text = unicodedata.normalize("NFC", line.text)
            if INVISIBLE.search(text):
                self.paper.marks.add("zero_width_characters")
                text = INVISIBLE.sub("", text)
            text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff]", "", text.replace("\u00a0", " ")).strip()
            if text:
                lines.append(Line(text, line.number, line.bold, line.align, line.heading, line.field))
        joined = "".join(line.text for line in lines)
        if re.search("[０-９]", joined):
            self.paper.marks.add("full_width_digits")
        ideographs = re.findall(f"[{HAN}]", joined)
        if sum(normalise(char) != char for char in ideographs) * 12 > len(ideographs) > 0:
            self.paper.marks.add("traditional")
        return lines

    def _take(self, line: Line) -> None:
        if line.field:
            self._cell(line)
        elif self._is_appendix(line):
            self.in_appendix = True
            self.paper.put(line, "attachment")
        elif self._label(line) or self._continues(line):
            return
        elif CAPTION.fullmatch(line.full) and (line.align == "center" or len(line.full) < 24):
            self.paper.put(line, "caption")
        elif self.in_appendix:
            self.paper.put(line, "attachment")
        elif not self.paper.body and (self._is_head(line) or self._is_title(line) or self._is_byline(line)):
            return
        elif not self.paper.body and self._before_labels(line):
            self.paper.put(line, "rest")
        else:
            self._into_body(line)

    def _cell(self, line: Line) -> None:
        self.pending = ""
        if line.field in CELLS:
            if line.field != "content" or not self._label(line):
                self._into_body(line)
        elif line.field in ("agencies", "host", "assisting", "attachment"):
            self.paper.put(line, "attachment" if line.field == "attachment" else "agencies")
            if line.field != "attachment":
                self._agency_line(line.field, line.full)
        elif not self._label(line, inside=line.field):
            self.paper.value(line.field, line.full)
            self.paper.put(line, "office" if line.field in ("office", "remark") else line.field)

    def _before_labels(self, line: Line) -> bool:
        """A short line above the labels (a slogan, a receiving mark) does not begin the text."""
        text = line.full
        if len(text) > 30 or text.endswith(("。", "：", "；", ":")) or heading(line) and marker(text):
            return False
        at = next(n for n, one in enumerate(self.paper.lines) if one is line)
        found = heading(line)
        ahead = [
            pairs[0][0]
            for one in self.paper.lines[at + 1 : at + 12]
            if (pairs := labelled(one.full, bare=True))
        ]
        return not (found and found.strict) and bool({"title", "sponsor", "sector"} & set(ahead))

    def _into_body(self, line: Line) -> None:
        self.paper.body.append(self.paper.put(line, "text"))

    def _is_appendix(self, line: Line) -> bool:
        return (
            bool(self.paper.body)
            and not self.in_appendix
            and len(line.text) < 60
            and bool(APPENDIX.match(line.text))
        )

    def _label(self, line: Line, inside: str = "") -> bool:
        """Label lines, also numbered ones (五、建议承办单位：…) and labels standing alone above their value."""
        found = marker(line.full)
        text = line.full[found.end :] if found and found.style not in ("bullet",) else line.full
        pairs = labelled(text, bare=not self.paper.body)
        if pairs and found and self.paper.body and pairs[0][0] not in ("agencies", "host", "assisting"):
            pairs = []
        wanted = IN_BODY if "title" in self.paper.values else (*IN_BODY, "title")
        if self.paper.parts and self.paper.parts[-1].line.field and not line.field:
            wanted = (*wanted, "remark")  # 注：… below a form
        if (
            pairs
            and self.paper.body
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
        self.paper.put(
            line, pairs[0][0] if pairs[0][0] not in ("office", "remark", "copies", "date") else "office"
        )
        for key, label, value in pairs:
            if key == "person":  # 姓名：… inside the cell or block of a sponsor
                key = inside if inside in ("sponsor", "cosponsors") else "sponsor"
            if key in ("agencies", "host", "assisting"):
                self._agency_line(key, value)
            else:
                self.paper.value(key, value)
            if SEAL.search(label):
                self.paper.value("seal", label)
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
            or (self.paper.body and key not in ("agencies", "host", "assisting"))
            or self.in_appendix
        ):
            return False
        if line.field or self.pending == key:
            return False
        self.paper.put(line, key)
        self.pending = key
        return True

    def _continues(self, line: Line) -> bool:
        """The value of a label, written in the line below it."""
        key, self.pending = self.pending, ""
        if not key or self.in_appendix:
            return False
        text = line.full
        if key in ("agencies", "host", "assisting"):
            read = self.paper.directory.read(text)
            if read.covered < 0.3:
                return False
            self._agency_line(key, text)
            self.pending = key  # the list may go on
        elif key == "title":
            if len(text) > 80 or (
                self.paper.values.get("title") and not re.search(rf"{TITLE_END}$", normalise(squeeze(text)))
            ):
                return False
            if heading(line) and self.paper.values.get("title"):
                return False
            self.paper.values["title"] = ["".join([*self.paper.values.get("title", []), text])]
        elif len(text) > 120 or (len(text) > 30 and text.endswith("。")):
            return False
        else:
            self.paper.value(key, text)
            if text.endswith(("、", "，", ",")):
                self.pending = key
        self.paper.put(line, key)
        return True

    def _agency_line(self, key: str, value: str) -> None:
        pairs = labelled(value) if re.match(r"\s*(主办|会办|协办|牵头|配合|分办)", value) else []
        for inner, _, rest in pairs:
            self.paper.value(inner if inner in ("host", "assisting") else key, rest)
        if not pairs:
            self.paper.value(key, value)

    def _is_head(self, line: Line) -> bool:
        plain = squeeze(normalise(line.text))
        if len(plain) > 48 or plain.startswith(("关于", "对")):
            return False
        if (
            self.paper.heads
            and re.fullmatch(rf"第{NUMERAL}次.{{0,4}}会议.{{0,6}}", plain)
            and "次" not in self.paper.heads[-1]
        ):
            self.paper.heads[-1] += plain
        elif HEAD.fullmatch(plain):
            self.paper.heads.append(plain)
        elif re.fullmatch(r"(?:政协|中国人民政治协商会议).{2,16}委员会", plain) and not self.paper.heads:
            self.paper.heads.append(plain)
        else:
            return False
        self.paper.put(line, "head")
        return True

    def _is_title(self, line: Line) -> bool:
        if "title" in self.paper.values or len(line.text) > 90 or line.field:
            return False
        plain = squeeze(normalise(line.text))
        open_end = self.paper.values.get("open_title")
        if open_end and re.search(rf"{TITLE_END}$", plain):
            self.paper.values["title"] = [self.paper.values.pop("open_title")[0] + line.text]
        elif (
            TITLE.fullmatch(plain)
            and not re.search(r"[。；：:]", plain)
            and (plain.startswith("关于") or line.bold or line.align == "center")
        ):
            self.paper.values["title"] = [line.text]
        elif re.match(r"关于", plain) and len(plain) < 50 and not re.search(r"[。；：:，]", plain):
            self.paper.values["open_title"] = [line.text]
        else:
            return False
        self.paper.put(line, "title")
        return True

    def _is_byline(self, line: Line) -> bool:
        """A name under the title without any label: （民盟　白玉洁）."""
        text = line.text.strip("（）()—－- ")
        if (
            len(text) > 40
            or text.endswith(("。", "：", ":"))
            or (line.align != "center" and not self.paper.values)
        ):
            return False
        found = people.mentions(re.sub(r"^.{0,12}?政协委员", "", text), self.paper.roster)
        known = [one for one in found if people.key(one.name) in self.paper.roster.by_name]
        about = [one for one in found if people.sector(one.name, self.paper.roster)]
        if not known or len(known) + len(about) < len(found):
            return False
        self.paper.bylines.append(
            "、".join(f"{one.name}（{'，'.join([*one.about, *(a.name for a in about)])}）" for one in known)
        )
        self.paper.put(line, "sponsor")
        return True
