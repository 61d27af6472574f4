"""Ways out of the house: one small module a carrier, all of one shape.

``is_on()``      whether this installation has it
``address(account)``  where it reaches a person; "" when it does not
``send(letter)`` hands one message over and returns the provider's number of it; raises NotSent

What a provider says is never passed on: it may quote the address. ``NotSent`` carries a sentence of ours.
"""

from __future__ import annotations

from types import ModuleType

from . import mail, sms, wecom
from .letter import TIMEOUT, Letter, NotSent

__all__ = ["CARRIERS", "TIMEOUT", "Letter", "NotSent", "configured"]

CARRIERS: dict[str, ModuleType] = {"wecom": wecom, "mail": mail, "sms": sms}


def configured() -> list[str]:
    return [name for name, carrier in CARRIERS.items() if carrier.is_on()]
