"""The new words of an answer: what mail programs put under or between them is cut off."""

from __future__ import annotations

import re

_RULE = re.compile(
    r"\s*[-_=—－]{2,}\s*(?:原始邮件|原邮件|原始郵件|原始信件|回复的?原?邮件|回复的原文|转发的?邮件|转发邮件信息|"
    r"original (?:message|appointment)|forwarded (?:message|by.*)|reply message)\s*[-_=—－]{2,}.*",
    re.IGNORECASE,
)
_HEAD_FROM = re.compile(r"\s*[*>]*\s*(?:发件人|寄件者|寄件人|發件人|from)\s*[*]?\s*[:：]", re.IGNORECASE)
_HEAD_OTHER = re.compile(
    r"\s*[*>]*\s*(?:发送时间|发送日期|寄件日期|日期|时间|收件人|收件者|抄送|主题|主旨|主題|sent|date|to|cc|subject)\s*[*]?\s*[:：]",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(?:写道|寫道|写到|来信说|wrote|writes)\s*[:：]?\s*$", re.IGNORECASE)
_WHEN = re.compile(r"\d{4}\s*[-/.年]|\d{1,2}\s*月|\d{1,2}[:：]\d{2}|@")
_QUOTED = re.compile(r"\s*[>＞]")


def new_words(text: str) -> str:
    """The text without what it answers to. "" when there is nothing else."""
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _RULE.fullmatch(lines[at]) or _is_head(lines, at):
            break
        if size := _attribution(lines, at):
            if not _quote_follows(lines, at + size):
                break  # the quoted text stands there unmarked
            at += size
            continue
        if _QUOTED.match(lines[at]) and (end := _end_of_quote(lines, at)):
            at = end
            continue
        kept.append(lines[at])
        at += 1
    return "\n".join(kept).strip("\n")


def _is_head(lines: list[str], at: int) -> bool:
    """发件人、发送时间、收件人、主题 one under the other: Outlook and most phones."""
    if not _HEAD_FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 10] if line.strip()][:5]
    return sum(bool(_HEAD_OTHER.match(line)) for line in following) >= 2


def _attribution(lines: list[str], at: int) -> int:
    """How many lines (up to three) say who wrote when; 0 when they do not."""
    joined = ""
    for size in (1, 2, 3):
        if at + size > len(lines) or not lines[at + size - 1].strip() or len(joined) > 300:
            return 0
        if len(lines[at + size - 1]) > 300:
            return 0
        joined += lines[at + size - 1].strip() + " "
        if _WROTE.search(joined):
            return size if _WHEN.search(joined) and (size == 1 or _opens(lines[at])) else 0
    return 0


def _opens(line: str) -> bool:
    """Whether an attribution may begin here: of several lines only the first starts with 在, 于, On or a name."""
    return bool(re.match(r"\s*(?:在|于|於|on\b|at\b|[^。！？]{0,40}<[^>]*@)", line, re.IGNORECASE))


def _quote_follows(lines: list[str], at: int) -> bool:
    first = next((line for line in lines[at:] if line.strip()), ">")
    return bool(_QUOTED.match(first))


def _end_of_quote(lines: list[str], at: int) -> int:
    """Where the run of quoted lines ends; 0 for one line such as “>60分贝”, which is somebody's own."""
    end = at
    while end < len(lines) and (_QUOTED.match(lines[end]) or not lines[end].strip()):
        end += 1
    count = sum(bool(line.strip()) for line in lines[at:end])
    return end if count > 1 or re.match(r"\s*>(?:\s|>|$)", lines[at]) else 0
