"""What a hostile or unlucky user sends: one list a kind of field, each entry with the name it goes by in a failure.

An entry is a string, a list of strings (several values under one name), or bytes (sent as they are, not as UTF-8).
"""

from __future__ import annotations

import base64
import zlib

Value = str | list[str] | bytes

ZWJ = "👩🏽‍🦰👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿"
RARE = "𠮷𬱖䶮㐂𰻝𪚥"

MARKUP = (
    "<script>BOOM(1)</script>",
    '"><script>BOOM(2)</script>',
    "'><svg onload=BOOM(3)>",
    "<img src=x onerror=BOOM(4)>",
    '"><img src=x onerror=BOOM(5)>',
    "<svg/onload=BOOM(6)>",
    "<body onload=BOOM(7)>",
    "<iframe srcdoc='<script>parent.BOOM(8)</script>'></iframe>",
    "<iframe src=javascript:BOOM(9)></iframe>",
    "<a href=javascript:BOOM(10)>点我</a>",
    "javascript:BOOM(11)",
    "JaVaScRiPt:BOOM(12)",
    "<details open ontoggle=BOOM(13)>",
    "<input autofocus onfocus=BOOM(14)>",
    '" autofocus onfocus=BOOM(15) x="',
    "' autofocus onfocus=BOOM(16) x='",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=BOOM(17)>",
    "</title><script>BOOM(18)</script>",
    "</textarea><script>BOOM(19)</script>",
    "</option></select><script>BOOM(20)</script>",
    "--><script>BOOM(21)</script>",
    "]]><script>BOOM(22)</script>",
    '<!--<img src="--><img src=x onerror=BOOM(23)//">',
    "<scr<script>ipt>BOOM(24)</scr</script>ipt>",
    "<SCRIPT SRC=data:text/javascript,BOOM(25)></SCRIPT>",
    "<object data=data:text/html,<script>BOOM(26)</script>>",
    "<embed src=data:text/html,<script>BOOM(27)</script>>",
    "<link rel=stylesheet href=data:text/css,*{color:red}>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=javascript:BOOM(28)'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><button>确定</button></form>",
    "<button formaction=javascript:BOOM(29)>办理</button>",
    "<marquee onstart=BOOM(30)>",
    "<video><source onerror=BOOM(31)>",
    "<audio src=x onerror=BOOM(32)>",
    "<isindex action=javascript:BOOM(33) type=image>",
    "<img src=`x` onerror=BOOM(34)>",
    "<img/src/onerror=BOOM(35)>",
    "<x onclick=BOOM(36)>点</x>",
    "<x onpointerover=BOOM(37) style=position:fixed;inset:0>x</x>",
    "<svg><script>BOOM(38)</script></svg>",
    "<svg><animate onbegin=BOOM(39) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:BOOM(40)><text y=20>点</text></a></svg>",
    "<template><script>BOOM(41)</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=BOOM(42)>">',
    "&lt;script&gt;BOOM(43)&lt;/script&gt;",
    "&#60;script&#62;BOOM(44)&#60;/script&#62;",
    "＜script＞BOOM(45)＜/script＞",
    "%3Cscript%3EBOOM(46)%3C/script%3E",
    "\\u003cscript\\u003eBOOM(47)\\u003c/script\\u003e",
    "{{constructor.constructor('BOOM(48)')()}}",
    "${BOOM(49)}",
    "{% load x %}{{ 7|add:7 }}",
    "<div hx-get=/search hx-trigger=load>x</div>",
    "<div hx-on::load=BOOM(50) data-hx-on::load=BOOM(51)>x</div>",
    "<form data-autosave=//evil.example>x</form>",
    "';BOOM(52);//",
    '";BOOM(53);//',
    "</script><script>BOOM(54)</script>",
    "\u2028BOOM(55)\u2029",
    "#set text(size: 99pt)",
    '#read("/etc/passwd")',
)

FORMULAS = (
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("//evil.example","点")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1+1",
    '=WEBSERVICE("http://127.0.0.1/")',
    'DDE("cmd";"/C calc")',
)

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE proposals_proposal; --",
    "1) UNION SELECT NULL--",
    "\\'; --",
    "%' ESCAPE '%",
    'a" OR ""="',
    "title:* OR NEAR(",
    '"unbalanced',
    "*",
    "AND OR NOT",
    "-",
    "^a",
    "{a b}:c",
    ")(",
)

PATHS = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2fetc%2fpasswd",
    "/etc/passwd",
    "C:\\CON",
    "file:///etc/passwd",
    "....//....//",
    "\\\\evil.example\\share",
    "~/.ssh/id_rsa",
)

WORDS: dict[str, Value] = {
    "nul": "前\x00后",
    "only nul": "\x00",
    "controls": "\x01\x02\x07\x08\x0b\x0c\x1b\x7f文",
    "half a character, as bytes": b"\xed\xa0\x80",
    "gbk bytes": "关于加装电梯的提案".encode("gbk"),
    "utf-16 bytes": "关于".encode("utf-16"),
    "broken utf-8": b"\xe5\x85\xff\xfe",
    "10,000 characters": "长" * 10_000,
    "one over the limit": "字" * 201,
    "emoji": ZWJ,
    "beyond the BMP": RARE,
    "bidi": "‮左右⁦颠倒⁩‏",
    "combining": "e" + "\u0301" * 1000,
    "zero width": "​‌‍﻿⁠",
    "full width digits": "１２３４５",
    "full width spaces": "　　　",
    "line ends": "\r\n\r\n\n\r\u2028\u2029\x85",
    "noncharacter": "\uffff\ufffe\U0010ffff",
    "private use": "\ue000\U000f0000",
    "compatibility": "㍿㈱ﬁⅫ⼀",
    "variation": "葛󠄀葛󠄁",
    "template": "{{ request.user.password }}{% debug %}",
    "format": "%s%n%d{0.__class__}{}",
    "json": '{"a": [1, null], "__proto__": {"x": 1}}',
    "words of machines": "null",
    "undefined": "undefined",
    "nan": "NaN",
    "empty": "",
    "blank": " ",
    "several": ["第一个", "第二个", "\x00"],
    "many": ["值"] * 300,
    "none": [],
    "markup": MARKUP[0],
    "attribute": MARKUP[14],
    "all markup": " ".join(MARKUP)[:1900],
    "formula": FORMULAS[0],
    "formula tab": FORMULAS[5],
    "sql": SQL[1],
    "sql quote": SQL[0],
    "path": PATHS[0],
    "header": "a\r\nSet-Cookie: x=y\r\n\r\n<html>",
    "deep brackets": "(" * 1500,
    "digits": "9" * 5000,
}

IDS: dict[str, Value] = {
    "zero": "0", "minus": "-1", "absent": "987654321", "2^31": str(2**31), "2^63": str(2**63), "2^64": str(2**64),
    "5,000 digits": "9" * 5000, "4,000 digits": "9" * 4000, "float": "1.5", "exponent": "1e3", "word": "abc",
    "superscript": "²", "full width": "１", "arabic": "٣", "circled": "①", "nul": "\x00", "1 and nul": "1\x00",
    "sql": "1 OR 1=1", "none": "None", "list as text": "[1]", "several": ["1", "2"], "spaces": " 1 ", "plus": "+1",
    "underscore": "1_000", "hex": "0x1", "bytes": b"\xff", "true": "True", "empty": "",
}  # fmt: skip

CODES: dict[str, Value] = {
    "unknown": "nonsense", "nul": "\x00", "several": ["full", "nonsense"], "number": "0", "long": "x" * 10_000,
    "dunder": "__class__", "other case": "FULL", "empty": "", "bytes": b"\xff\xfe", "markup": MARKUP[0],
}  # fmt: skip

DATES: dict[str, Value] = {
    "zero": "0000-00-00", "30 February": "2017-02-30", "last": "9999-12-31", "last month": "9999-12-01",
    "five digits": "10000-01-01", "first": "0001-01-01", "month 13": "2017-13-01", "word": "明天", "minus": "-1",
    "number": "20170301", "full width": "２０１７-０３-０１", "nul": "2017-03-01\x00", "several": ["2017-03-01", "x"],
    "time": "2017-03-01T25:61", "zone": "2017-03-01T00:00:00+99:99", "slash": "01/03/2017", "exponent": "1e9",
    "bytes": b"\xff", "empty": "", "1900": "1900-02-29", "long": "2017-03-01" * 500, "moment first": "0001-01-01T00:00",
    "moment last": "9999-12-31T23:59",
}  # fmt: skip

NUMBERS: dict[str, Value] = {
    **IDS, "infinity": "inf", "minus infinity": "-inf", "huge exponent": "1e400", "comma": "1,000", "minus zero": "-0",
}  # fmt: skip

FLAGS: dict[str, Value] = {"word": "maybe", "several": ["on", "off"], "nul": "\x00", "bytes": b"\xff"}

# what is put into all fields at once; several oddities stand in one text where they go the same way
MEDLEY = "".join(f"{WORDS[name]}" for name in (
    "emoji", "beyond the BMP", "bidi", "zero width", "compatibility", "variation", "private use", "noncharacter"))  # fmt: skip
MACHINE = "".join(f"{WORDS[name]} " for name in ("template", "format", "json", "undefined", "nan"))
EVERYWHERE: dict[str, Value] = {name: WORDS[name] for name in (
    "nul", "half a character, as bytes", "gbk bytes", "utf-16 bytes", "10,000 characters", "one over the limit", "combining",
    "controls", "line ends", "full width spaces", "full width digits", "words of machines", "empty", "several", "many", "none",
    "attribute", "formula", "sql", "path", "header", "deep brackets", "digits",
)} | {"medley": MEDLEY, "machine": MACHINE}  # fmt: skip

# texts that ordinary people may really send, so the step succeeds: what comes after must stand them
HARMLESS = {
    "signs": "字" + MEDLEY + "e" + "\u0301" * 20,
    "markup": MARKUP[1] + MARKUP[14] + "{{ 7|add:7 }}{% debug %}",
    "spelling": FORMULAS[0] + SQL[1] + '#read("x") $x$ *b* _i_ \\ @ref <label> `raw` %s%n{0}',
    "nul inside": "前\x00后\r\n二\r三\t四",
}

# what can be read and is far out: alone in its field, everything else ordinary
EXTREME: dict[str, dict[str, Value]] = {
    "id": {
        k: IDS[k]
        for k in ("absent", "2^64", "5,000 digits", "full width", "several", "spaces", "nul", "superscript")
    },
    "code": {k: CODES[k] for k in ("unknown", "several", "nul")},
    "date": {
        k: DATES[k]
        for k in ("last", "first", "last month", "moment first", "moment last", "full width", "several")
    },
    "number": {k: IDS[k] for k in ("zero", "minus", "2^64", "5,000 digits", "full width", "superscript")},
    "flag": {k: FLAGS[k] for k in ("word", "several")},
    "text": {},
}

NEXT = (
    "//evil.example", "https://evil.example/", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)", "///evil.example",
    "http:///evil.example", "https:evil.example", "data:text/html,x", "/\x00", "//evil.example/%2f..", "\t//evil.example",
    "http://localhost@evil.example", "http://testserver.evil.example/", "//[", "/\r\nSet-Cookie: x=y", "%2f%2fevil.example",
)  # fmt: skip


def _b64(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


CURSORS = (
    "", "x", "====", "AAAA", "null", "W10", _b64("[]"), _b64("null"), _b64("{}"), _b64("[[],[]]"), _b64('[["-pk"],[null]]'),
    _b64('[["pk"],["x"]]'), _b64('[["pk"],[1e400]]'), _b64('[["-pk"],[' + "9" * 1000 + "]]"),
    _b64('[["-submitted_at","-pk"],["0001-01-01T00:00:00+00:00",1]]'), _b64('[["-submitted_at","-pk"],["9999-12-31",1]]'),
    _b64('[["-submitted_at","-pk"],["2017-02-30",1]]'), _b64('[["-submitted_at","-pk"],[null,null]]'),
    _b64('[["-submitted_at","-pk"],[[1],{"a":1}]]'), _b64('[["-pk"],[true]]'), _b64('[["-pk"],["\\u0000"]]'),
    _b64("[" * 900), _b64(b"\xff\xfe\x00"), _b64(zlib.compress(b"x")), "9" * 5000, "１", "²", "-1", "1.5", "a:b", "1:2:3", ":",
    _b64('[["-pk"],["\\ud800"]]'), _b64("[1, 2]"), _b64("[0.5, 99999999999999999999999]"), _b64('["a", "b"]'),
)  # fmt: skip
