"""A state knows its word, its icon and its tone, so that no page compares states.

``tone`` is one of the tokens of ui/static/ui/tokens.css: grey, ochre, orange, seal, pine, primary.
``public`` is the word that people outside the office read; it differs where a decision is made but not yet published.
"""

from __future__ import annotations

from django.db import models


class States(models.TextChoices):
    """Write ``DRAFT = "draft", "○", "grey", "草稿"``: value, icon, tone, label; optional public word before the label."""

    icon: str
    tone: str
    public: str

    def __new__(cls, value: str, icon: str = "", tone: str = "grey", public: str = "") -> States:
        one = str.__new__(cls, value)
        one._value_ = value
        one.icon = icon
        one.tone = tone
        one.public = public
        return one

    def word(self, inside: bool) -> str:
        """The label, or the public word for a reader outside the office."""
        return str(self.label) if inside or not self.public else self.public
