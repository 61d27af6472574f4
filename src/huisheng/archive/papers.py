"""What is printed: the handing-over list with hashes, as a paper and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from huisheng.kernel.papers import Block, Paper, Para, Table, chinese_date
from huisheng.kernel.sheets import Column, Sheet, write_workbook

from .models import Handover, HandoverLine, Material

SHORT = 16  # digits of a hash that a person compares by eye; the table has all 64


def _files_of(line: HandoverLine) -> list[dict[str, object]]:
    """Frozen once handed over; of a list that is being drawn up, as they are now."""
    if line.files:
        return list(line.files)
    return [
        {"name": one.file.name, "size": one.file.size, "sha256": one.file.sha256}
        for one in line.material.originals.all()
    ]


def handover_paper(handover: Handover, lines: Sequence[HandoverLine]) -> Paper:
    """编制中 it prints as a draft; handed over, with its number, day and fingerprint."""
    rows, count = [], 0
    for line in lines:
        one, files = line.material, _files_of(line)
        count += len(files)
        hashes = "\n".join(str(file["sha256"])[:SHORT] for file in files)
        rows.append((line.position, one.number_label, line.title or one.title, one.type_label, one.dated,
                     one.get_rights_display(), len(files), hashes))  # fmt: skip
    intro = f"今将下列文史资料 {len(lines)} 件（文件 {count} 个）移交{handover.receiver}。"
    blocks: list[Block] = [Para(intro)]
    blocks.append(Table(
        rows, header=("序号", "征集号", "题名", "类型", "年代", "权属", "文件", f"校验值（前{SHORT}位）"),
        widths=(1, 2.2, 5, 1.1, 2, 1.1, 1, 2.8), aligns="clllllcl",
    ))  # fmt: skip
    if handover.fingerprint:
        blocks.append(Para(f"清单指纹（SHA-256）：{handover.fingerprint}", style="small"))
    blocks.append(
        Para(
            "校验值是每个文件的 SHA-256，全文见随附的电子表格；任何人可以据此核对文件是否完整。",
            style="small",
        )
    )
    handed = chinese_date(handover.handed_on) if handover.handed_on else "　　年　月　日"
    taken = chinese_date(handover.received_on) if handover.received_on else "　　年　月　日"
    blocks.append(Para(f"移交人：{handover.handed_by or '　　　　'}　　{handed}", style="flush"))
    blocks.append(Para(f"接收人：{handover.received_by or '　　　　'}　　{taken}", style="flush"))
    return Paper(
        "form", handover.title, blocks, number=handover.number_label or "（编制中，未移交）", landscape=True
    )


def handover_sheet(handover: Handover, lines: Sequence[HandoverLine]) -> IO[bytes]:
    """One row a file, with the whole hash."""
    columns = (
        Column("序号", 6), Column("征集号", 14), Column("题名", 36, wrap=True), Column("类型", 8), Column("年代", 16),
        Column("地点", 18), Column("主要人物", 26, wrap=True), Column("作者（拍摄者）", 14), Column("提供人", 12), Column("权属", 8),
        Column("存放位置", 18), Column("文件名", 26), Column("字节数", 12), Column("校验值（SHA-256）", 68),
    )  # fmt: skip
    rows = []
    for line in lines:
        one: Material = line.material
        words = [
            line.position, one.number_label, line.title or one.title, one.type_label, one.dated, one.place,
            "；".join(one.people_lines), one.author, one.provider_name, one.get_rights_display(), one.storage,
        ]  # fmt: skip
        rows += [[*words, file["name"], file["size"], file["sha256"]] for file in _files_of(line)] or [
            [*words, "", "", ""]
        ]
    note = f"清单指纹（SHA-256）：{handover.fingerprint}" if handover.fingerprint else "编制中，未移交"
    return write_workbook([Sheet("移交清单", columns, rows, title=handover.title, note=note, landscape=True)])
