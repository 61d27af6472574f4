"""The text of an HTML mail: read as a stream, nothing run, nothing fetched, no markup kept.

What older mail programs put below the answer (blockquote, the “original message” of Outlook, Gmail, QQ and 163) is told
apart from the new words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

_SILENT = {
    "script",
    "style",
    "head",
    "title",
    "template",
    "object",
    "applet",
    "svg",
    "math",
    "select",
    "textarea",
}
_VOID = {"img", "br", "hr", "input", "meta", "link", "base", "col", "embed", "source", "track", "wbr", "area"}
_LINES = {
    "p", "div", "br", "hr", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
    "section", "article", "header", "footer", "pre", "center", "form", "dd", "dt",
}  # fmt: skip
# Marks of the quoted part: Gmail, Outlook, Yahoo, Mozilla, QQ, NetEase.
_QUOTE_MARK = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|divrplyfwdmsg|isreplycontent|ntes-mailmaster-quote|mail_quote|"
    r"foxmail_quote|protonmail_quote|replymessage|original-?message",
    re.IGNORECASE,
)


@dataclass
class HtmlText:
    """``new``: without the quoted parts. ``whole``: with them."""

    new: str
    whole: str
    warnings: set[str] = field(default_factory=set)


def html_text(markup: str) -> HtmlText:
    reader = _Reader()
    data = markup.replace("\0", "").encode("utf-8", "replace")
    try:
        etree.fromstring(data, etree.HTMLParser(target=reader, encoding="utf-8", no_network=True))
    except (etree.XMLSyntaxError, AssertionError):  # nothing in it that reads as markup
        if not reader.whole:
            reader.data(re.sub(r"<[^<>]*>", "", markup))
    return HtmlText(_tidy(reader.new), _tidy(reader.whole), reader.warnings)


class _Reader:
    """Target of lxml's parser: called tag by tag, so that depth and size cost nothing."""

    def __init__(self) -> None:
        self.new: list[str] = []
        self.whole: list[str] = []
        self.warnings: set[str] = set()
        self.silent = self.quoted = self.depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._watch(tag, attributes)
        if tag in _LINES:
            self._say("\n")
        elif tag in ("td", "th"):
            self._say(" ")
        if tag in _VOID:
            return
        if self.silent or tag in _SILENT:
            self.silent += 1
        if self.quoted or tag == "blockquote" or _is_quote(attributes):
            self.quoted += 1

    def end(self, tag: str) -> None:
        if tag in _VOID:
            return
        self.silent = max(0, self.silent - 1)
        self.quoted = max(0, self.quoted - 1)
        if tag in _LINES:
            self._say("\n")

    def data(self, text: str) -> None:
        if not self.silent:
            self._say(re.sub(r"\s+", " ", text))

    def comment(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass

    def _say(self, text: str) -> None:
        self.whole.append(text)
        if not self.quoted:
            self.new.append(text)

    def _watch(self, tag: str, attributes: dict[str, str]) -> None:
        values = [(name.lower(), value.strip().lower()) for name, value in attributes.items()]
        if tag == "script" or any(
            name.startswith("on") or value.startswith(("javascript:", "vbscript:")) for name, value in values
        ):
            self.warnings.add("script")
        if any(
            (name in ("src", "background", "srcset", "poster") and re.match(r"(https?:)?//", value))
            or (name == "style" and "url(" in value and "//" in value)
            for name, value in values
        ):
            self.warnings.add("remote_image")


def _is_quote(attributes: dict[str, str]) -> bool:
    marks = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('name', '')}"
    return bool(_QUOTE_MARK.search(marks))


def _tidy(pieces: list[str]) -> str:
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(pieces).split("\n")]
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
