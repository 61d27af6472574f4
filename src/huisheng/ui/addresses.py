"""Addresses for paper: whole, and as a picture that a phone reads."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpRequest


def absolute(request: HttpRequest, path: str) -> str:
    """The whole address, for paper and for feeds. The host is one of ALLOWED_HOSTS."""
    scheme = "https" if settings.HTTPS else request.scheme
    return f"{scheme}://{request.get_host()}{path}"


def qr(link: str) -> str:
    """The link as an SVG element, dark on light whatever the page's colours."""
    code = segno.make(link, error="m", micro=False)
    return str(code.svg_inline(border=2, light="#fff", omitsize=True, svgclass="qr", lineclass=None))
