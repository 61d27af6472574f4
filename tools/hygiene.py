"""What a reader must never find in the repository, and what the locks must hold.

python -m tools.hygiene    prints one sentence per finding; exit status 1 when there is any
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parents[1]
BIGGEST = 5_000_000  # bytes; larger things belong into a package, not into the history

# Paths of one person's machine, and settings of one place's package registry.
MACHINE_PATHS = re.compile(r"""(?:^|[\s"'`(=:])/(?:work|root|home/\w+|Users/\w+)/\w""")
REGISTRY = re.compile(r"(?:extra-)?index[-_]url\s*[=:]|--find-links|trusted-host\s*=")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
STRONG_COPYLEFT = re.compile(r"\bA?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL|Lesser General|Library General", re.IGNORECASE)


def main() -> int:
    findings = [*lock_findings(), *text_findings(), *licence_findings()]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def lock_findings() -> Iterator[str]:
    """A lock holds no address and a hash for every pin; what production pins, the dev lock pins alike."""
    pins = {}
    for name in ("prod", "dev"):
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        pins[name] = {found[1].lower(): found[2] for found in PIN.finditer(text)}
        if "://" in text:
            yield f"requirements/{name}.lock 含有网址：请用 ./run lock 重算。"
        for block in re.split(r"\n(?=\S)", text.strip()):
            if "--hash=sha256:" not in block:
                yield f"requirements/{name}.lock 有一项没有哈希：{block.splitlines()[0]}"
    for package, version in pins["prod"].items():
        other = pins["dev"].get(package)
        if other != version:
            yield f"{package} 在 prod.lock 是 {version}，在 dev.lock 是 {other}：请用 ./run lock 重算。"


def text_findings() -> Iterator[str]:
    """No path of this or that machine, no registry settings, no oversized file among the tracked ones."""
    for name in tracked_files():
        path = ROOT / name
        if path.stat().st_size > BIGGEST:
            yield f"{name} 超过 {BIGGEST // 1_000_000} MB，不宜入库。"
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, start=1):
            if MACHINE_PATHS.search(line):
                yield f"{name}:{number} 写着某台机器的路径：{line.strip()[:100]}"
            if REGISTRY.search(line) and path != Path(__file__).resolve():
                yield f"{name}:{number} 写着软件包源的设置：{line.strip()[:100]}"


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def licence_findings() -> Iterator[str]:
    """Nothing the product installs is under the GPL or AGPL (LGPL is used as a library and named in NOTICE)."""
    for found in PIN.finditer((ROOT / "requirements" / "prod.lock").read_text()):
        try:
            about = cast(Message, metadata(found[1]))
        except PackageNotFoundError:
            continue  # for another platform
        stated = [about.get("License-Expression") or "", (about.get("License") or "")[:200]]
        stated += [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
        if any(STRONG_COPYLEFT.search(LESSER.sub("", text)) for text in stated):
            yield f"{found[1]} 的许可不合适：{'；'.join(filter(None, stated))[:120]}"


if __name__ == "__main__":
    sys.exit(main())
