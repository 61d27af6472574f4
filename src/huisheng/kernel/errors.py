"""Refusals a person can act on. Each carries a sentence in Chinese and an HTTP status; no traceback reaches anybody."""

from __future__ import annotations


class Refused(Exception):
    """A rule says no. ``sentence`` says why and what to do."""

    status = 422

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(Refused):
    """The account does not hold the role that the step asks for."""

    status = 403


class NoSuchStep(Refused):
    """A word that is no step of the record's lifecycle."""

    status = 404


class Conflict(Refused):
    """Somebody was first, or the key was used for other content. What was typed is kept."""

    status = 409


class WrongState(Conflict):
    """The step is not open in the record's present state."""


class Invalid(Refused):
    """The form is not filled as it must be. ``errors``: field -> list of sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        first = next(iter(errors.values()), ["请检查填写的内容。"])
        super().__init__(first[0])
