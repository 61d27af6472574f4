"""Every door a file can come through × every file made to hurt: a sentence, kept where that is promised, nothing half done."""

from __future__ import annotations

import html
import io
import resource
import sys
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from huisheng.kernel.models import Attachment
from huisheng.people.models import ImportBatch, Member
from huisheng.proposals.models import PaperFile, Proposal
from tests import make
from tests.cast import Cast
from tests.kernel.test_files import HOSTILE, package, zeros
from tests.proposals import papers_made

from .catalogue import FORMULAS, MARKUP, RARE, ZWJ
from .judge import body_of, browser, faults, quick, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
# refused by the gate of a document, but harmless words under a wrong name: the intake may read them
READABLE = {"text under a Word name", "PDF under a Word name", "picture under a Word name"}
NAMES = (
    "../../../../etc/cron.d/x.docx", "..\\..\\x.docx", "/etc/passwd", "C:\\CON.docx", "a\x00.docx", "名" * 255 + ".docx", ".docx",
    "..", "x" * 5000 + ".docx", "<img src=x onerror=BOOM(1)>.docx", "a\r\nSet-Cookie: x=y.docx", "‮xcod.exe.docx", f"{ZWJ}{RARE}.docx",
    '"; filename="evil.exe', "=cmd|'/c calc'!A1.docx", "%2e%2e%2fx.docx", "aux.docx", "a.docx.exe", " .docx ", "a.DOCX",
)  # fmt: skip


def file(data: bytes, name: str) -> SimpleUploadedFile:
    made = SimpleUploadedFile("x", data)
    made._name = name  # as a hostile client writes it: Django would tidy it here already
    return made


def told(answer: Any) -> str:
    return html.unescape(body_of(answer))


def test_a_hostile_paper_is_refused_in_a_sentence_and_kept_for_whoever_brought_it(cast: Cast) -> None:
    client, wrong = browser(cast.li), []
    with quick():
        for name, data, file_name, word in HOSTILE:
            with undone():
                answer = client.post("/proposals/new/import/", {"file": file(data, file_name), "key": "k"})
                found = faults(answer)
                kept = [bytes_of(one) for one in Attachment.objects.all()]
                if answer.status_code == 422:
                    if word not in told(answer).replace(" ", "") and name not in READABLE:
                        found.append(f"does not say {word}")
                    if Proposal.objects.exists():
                        found.append("half a draft is left")
                    # what is empty has nothing to be kept
                    if data and kept != [data]:
                        found.append("the file was not kept")
                elif answer.status_code == 302 and name in READABLE:
                    found += faults(client.get(answer.url))
                elif name != "remote image" and "link" not in name:
                    found.append(f"let in: {answer.status_code}")
                wrong += [f"{name}: {fault}" for fault in found]
    assert wrong == []


def bytes_of(attachment: Attachment) -> bytes:
    from huisheng.kernel import store

    with store.open_file(attachment) as handle:
        return handle.read()


def test_many_hostile_papers_at_once_get_a_line_each_and_the_good_one_comes_in(cast: Cast) -> None:
    good = papers_made.word("关于加装电梯的提案", "情况：老旧小区没有电梯。", "建议：一、设一个受理窗口。")
    bad = HOSTILE[:24]
    files = [*(file(data, name) for _, data, name, _ in bad), file(good, "好的.docx")]
    answer = browser(cast.clerk).post("/proposals/new/import-many/", {"files": files, "key": "m"})

    assert faults(answer) == []
    assert faults(browser(cast.clerk).get(answer.url)) == []
    results = list(PaperFile.objects.all())
    assert [bool(one.proposal) for one in results] == [False] * len(bad) + [True]
    assert all(one.refused.endswith("。") for one in results[:-1])
    assert Proposal.objects.count() == 1


def test_too_many_papers_at_once_are_refused_whole(cast: Cast) -> None:
    files = [file(package(), f"{number}.docx") for number in range(101)]
    answer = browser(cast.clerk).post("/proposals/new/import-many/", {"files": files})
    assert answer.status_code in (413, 422)
    assert faults(answer) == []
    assert not Proposal.objects.exists()


def test_a_hostile_annex_is_refused_and_the_draft_stays_as_it_was(cast: Cast) -> None:
    proposal = make.draft(cast)
    client, wrong = browser(cast.li), []
    with quick():
        for name, data, file_name, _ in HOSTILE:
            with undone():
                answer = client.post(
                    f"/proposals/{proposal.pk}/draft/files/",
                    {"file": file(data, file_name), "purpose": "attachment"},
                )
                found = faults(answer)
                if answer.status_code < 400:
                    found.append("let in")
                if Attachment.objects.exists():
                    found.append("kept without being asked to")
                wrong += [f"{name}: {fault}" for fault in found]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_a_name_is_only_ever_a_name(cast: Cast, name: str) -> None:
    data = papers_made.word("关于加装电梯的提案", "情况：老旧小区没有电梯。")
    client = browser(cast.li)
    answer = client.post("/proposals/new/import/", {"file": file(data, name), "key": "k"})
    assert faults(answer) == []
    for kept in Attachment.objects.all():
        assert not set(kept.name) & set('/\\\0\r\n<>:"|?*\u202e')
        assert 0 < len(kept.name.encode()) <= 255
    for one in Proposal.objects.all():
        for url in (
            f"/proposals/{one.pk}/",
            f"/proposals/{one.pk}/draft/",
            f"/proposals/{one.pk}/draft/check/",
        ):
            assert faults(client.get(url)) == []
        for kept in Attachment.objects.all():
            got = client.get(f"/proposals/{one.pk}/files/{kept.pk}/")
            assert b"".join(got.streaming_content) == data
            assert got["Content-Disposition"].startswith("attachment; ")
            assert "x=y" not in got.headers.get("Set-Cookie", "")


# -- rosters ---------------------------------------------------------------------------------------------------------
def sheet(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, content if one == name else old.read(one))
        if name not in old.namelist():
            new.writestr(name, content)
    return out.getvalue()


HEAD = ["姓名", "性别", "界别"]
PLAIN = sheet(HEAD, ["张明", "男", "经济界"])
S = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
SHEETS: tuple[tuple[str, bytes, str], ...] = (
    ("a workbook cut off", PLAIN[:-200], "a.xlsx"),
    ("a sheet of broken XML", with_part(PLAIN, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"), "a.xlsx"),
    ("no sheet", with_part(PLAIN, "xl/workbook.xml", b"<workbook/>"), "a.xlsx"),
    ("a cell beyond the sheet", with_part(PLAIN, "xl/worksheets/sheet1.xml", S % b'<row r="1"><c r="ZZZZ99999999"><v>1</v></c></row>'), "a.xlsx"),
    ("a row before the first", with_part(PLAIN, "xl/worksheets/sheet1.xml", S % b'<row r="-5"><c r="A0"><v>1</v></c></row>'), "a.xlsx"),
    ("a row number of twenty digits", with_part(PLAIN, "xl/worksheets/sheet1.xml", S % b'<row r="99999999999999999999"><c t="s"><v>1</v></c></row>'), "a.xlsx"),
    ("a shared string that is not there", with_part(PLAIN, "xl/worksheets/sheet1.xml", S % b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'), "a.xlsx"),
    ("a date beyond time", with_part(PLAIN, "xl/worksheets/sheet1.xml", S % b'<row r="1"><c r="A1" t="d"><v>99999-99-99</v></c></row>'), "a.xlsx"),
    ("a number beyond numbers", with_part(PLAIN, "xl/worksheets/sheet1.xml", S % b'<row r="1"><c r="A1"><v>1e999</v></c></row>'), "a.xlsx"),
    ("merged over a billion cells", with_part(PLAIN, "xl/worksheets/sheet1.xml", (S % b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>').replace(
        b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')), "a.xlsx"),
    ("a DTD", with_part(PLAIN, "xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><sst/>'), "a.xlsx"),
    ("a macro", with_part(PLAIN, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "a.xlsx"),
    ("only formulas", sheet(HEAD, list(FORMULAS[:3])), "a.xlsx"),
    ("markup", sheet(HEAD, [MARKUP[0], "男", MARKUP[4]]), "a.xlsx"),
    ("nothing but a head", sheet(HEAD), "a.xlsx"),
    ("no head", sheet([1, 2, 3], [4, 5, 6]), "a.xlsx"),
    ("the same column three times", sheet(["姓名", "姓名", "姓名"], ["张明", "李明", "王明"]), "a.xlsx"),
    ("a name of ten thousand characters", sheet(HEAD, ["长" * 10_000, "男", "经济界"]), "a.xlsx"),
    ("rare signs", sheet(HEAD, [RARE + ZWJ, "男", "经济界"]), "a.xlsx"),
    ("a csv of NUL", b"\x00" * 4000, "a.csv"),
    ("a csv with NUL", "姓名,性别,界别\n张\x00明,男,经济界\n".encode(), "a.csv"),
    ("a csv of one quote", b'"' * 200_000, "a.csv"),
    ("a csv of commas", b"," * 2_000_000, "a.csv"),
    ("a csv with an endless cell", "姓名,性别,界别\n".encode() + b"a" * 3_000_000, "a.csv"),
    ("a csv of two code pages", "姓名,性别\n".encode() + "张明,男\n".encode("gbk"), "a.csv"),
    ("a csv in GBK", "姓名,性别,界别\n张明,男,经济界\n".encode("gbk"), "a.csv"),
    ("a csv in UTF-16 without a mark", "姓名,性别,界别\n张明,男,经济界\n".encode("utf-16-le"), "a.csv"),
    ("a csv of half characters", b"\xed\xa0\x80,\xed\xb0\x80\n", "a.csv"),
    ("a csv of formulas", "姓名,性别,界别\n=cmd|'/c calc'!A1,男,+1\n".encode(), "a.csv"),
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "a.xls"),
)  # fmt: skip
KINDS = ("members", "agencies", "bodies", "proposals")


def test_a_hostile_roster_is_refused_or_read_and_changes_nobody(cast: Cast) -> None:
    client, wrong = browser(cast.office), []
    before = list(Member.objects.order_by("pk").values_list("pk", "name"))
    cases = [(name, data, file_name, kind) for name, data, file_name in SHEETS for kind in KINDS]
    cases += [(name, data, file_name, "members") for name, data, file_name, _ in HOSTILE]
    with quick():
        for name, data, file_name, kind in cases:
            with undone():
                answer = client.post("/imports", {"kind": kind, "file": file(data, file_name)})
                found = faults(answer)
                if answer.status_code == 302:
                    found += [f"its page: {fault}" for fault in faults(client.get(answer.url))]
                    found += [
                        f"its page, all: {fault}" for fault in faults(client.get(answer.url + "?show=all"))
                    ]
                    batch = ImportBatch.objects.get()
                    for verb in ("decide", "apply", "undo", "again", "columns"):
                        acted = client.post(f"/imports/{batch.pk}/{verb}", {"all": "skip"})
                        found += [f"{verb}: {fault}" for fault in faults(acted)]
                elif list(Member.objects.order_by("pk").values_list("pk", "name")) != before:
                    found.append("changed the roster")
                wrong += [f"{kind} {name}: {fault}" for fault in found]
    assert wrong == []


def strings_bomb() -> bytes:
    """A workbook of 3 MB whose table of strings unpacks to 200 MB."""
    one = b"".join(b"<si><t>%06d</t></si>" % number for number in range(500_000))
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return with_part(PLAIN, "xl/sharedStrings.xml", head + one * 18 + b"</sst>")


def test_bombs_cost_the_server_no_memory(cast: Cast) -> None:
    bomb, paper_bomb = strings_bomb(), zeros(200)
    scale = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    for url, account, fields in (
        ("/imports", cast.office, {"kind": "members", "file": file(bomb, "a.xlsx")}),
        ("/imports", cast.office, {"kind": "members", "file": file(paper_bomb, "a.xlsx")}),
        ("/proposals/new/import/", cast.li, {"file": file(paper_bomb, "a.docx")}),
        ("/proposals/new/import/", cast.li, {"file": file(bomb, "a.docx")}),
    ):
        answer = browser(account).post(url, fields)
        assert answer.status_code == 422
        assert faults(answer) == []
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale - before
    assert grown < 120 << 20, f"{grown >> 20} MB"


def test_a_file_where_words_belong_and_words_where_a_file_belongs(cast: Cast) -> None:
    proposal = make.draft(cast)
    for client, url, fields in (
        (browser(cast.li), "/proposals/new/import/", {"file": "只是文字"}),
        (browser(cast.li), f"/proposals/{proposal.pk}/draft/files/", {"file": "只是文字"}),
        (browser(cast.li), f"/proposals/{proposal.pk}/draft/save/", {"title": file(b"x", "a.txt")}),
        (browser(cast.office), "/imports", {"kind": "members", "file": "只是文字"}),
        (browser(cast.office), "/imports", {"kind": "nonsense", "file": file(PLAIN, "a.xlsx")}),
        (browser(cast.clerk), "/proposals/new/import-many/", {"files": "只是文字"}),
    ):
        assert faults(client.post(url, fields)) == [], url


@pytest.mark.parametrize("body", [
    b"", b"--x", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.docx\"\r\n\r\nabc",
    b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--", b"\xff" * 500, b"--x\r\n" + b"A" * 70_000 + b"\r\n\r\n--x--",
    b"--x\r\nContent-Disposition: form-data; name=\"\xff\xfe\"\r\n\r\nabc\r\n--x--",
    b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''%ff%fe\r\n\r\nabc\r\n--x--",
    b"--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n!!!!\r\n--x--",
], ids=range(10))  # fmt: skip
@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=" + "y" * 300],
)
def test_a_broken_envelope_breaks_nothing(cast: Cast, body: bytes, kind: str) -> None:
    answer = browser(cast.li).generic("POST", "/proposals/new/import/", body, content_type=kind)
    assert faults(answer) == []
    assert answer.status_code in (302, 400, 422)
    assert (
        answer.status_code == 302 or not Proposal.objects.exists()
    )  # "abc" under a strange name is a text all the same
