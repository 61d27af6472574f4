"""Pages about people, by room: the door (sign-in, first run), roster, accounts, local rules, import."""
