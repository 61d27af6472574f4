"""Channels: every way in which people's words reach the committee, read into one shape.

One folder a channel, each with ``read(data, *, name="", own) -> list[Item]``: bytes in, items out. Nothing in here knows
the database, opens a connection while reading, runs a script or follows a link; whatever comes in, ``read`` answers
(an item of kind ``refused`` with a sentence) and does not raise. ``mail.poll``, ``mail.folder`` and ``wecom.client``
fetch, and hand over only to a ``keep`` of the caller's.
"""

from .item import CHANNELS, Enclosed, Item, Kind, Own, find_receipt_code

__all__ = ["CHANNELS", "Enclosed", "Item", "Kind", "Own", "find_receipt_code"]
