"""SQLite as Django has it, with one difference: who wants to write waits in line (base.py)."""
