"""XML of 企业微信: read without DTD, entities or anything else that could fetch or explode."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from huisheng.kernel.errors import Refused

MAX_BYTES = 10 << 20


def parsed(data: bytes) -> Element:
    """The root element. Raises ``Refused``."""
    if len(data) > MAX_BYTES:
        raise Refused(f"这个 XML 文件超过 {MAX_BYTES >> 20} MB，没有打开。")
    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise Refused("XML 里带有文档类型或实体声明（DTD），不能接收。") from None
    except (ParseError, ValueError, LookupError):
        raise Refused("XML 不完整或已损坏，读不出消息。") from None


def text_of(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
