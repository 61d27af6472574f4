"""How small a group of people may be that is shown apart. On its own, so that pages read it without loading numpy."""

SMALLEST = 5  # people in a group that may be shown apart; the office may ask for more, never for fewer than
NEVER_BELOW = 3
