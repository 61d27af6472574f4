"""Write the seed of the working calendar: kernel/data/workdays.csv.

Source: the yearly holiday notices of 国务院办公厅 as collected by the chinesecalendar package.
Run once a year when the package knows the next year:  .venv/bin/python -m tools.seed_workdays
"""

import csv
import sys
from datetime import date
from pathlib import Path

from chinese_calendar import constants

FIRST_YEAR = 2016
TARGET = Path(__file__).parents[1] / "src/huisheng/kernel/data/workdays.csv"

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}


def rows() -> list[tuple[date, str, str]]:
    """(date, kind, name) of every exception since FIRST_YEAR: kind is "holiday" or "makeup"."""
    holidays = [
        (day, "holiday", NAMES[name]) for day, name in constants.holidays.items() if day.year >= FIRST_YEAR
    ]
    makeups = [
        (day, "makeup", NAMES[name]) for day, name in constants.workdays.items() if day.year >= FIRST_YEAR
    ]
    return sorted(holidays + makeups)


def main() -> int:
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("date", "kind", "name"))
        writer.writerows((day.isoformat(), kind, name) for day, kind, name in rows())
    return 0


if __name__ == "__main__":
    sys.exit(main())
