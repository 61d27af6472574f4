#!/usr/bin/env python
"""Django's own commands, for developers (makemigrations, shell). People use ``huisheng``."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

from django.core.management import execute_from_command_line

import huisheng  # noqa: F401  (puts the locked SQLite in place)

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
