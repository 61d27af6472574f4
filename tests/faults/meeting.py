"""A meeting at the door of which many people stand at once: made in a house of its own, and read back from it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .house import Client, House

PEOPLE = 200
PREPARE = """
import json, huisheng, django; django.setup()
from datetime import timedelta
from django.conf import settings
from django.test import Client
from django.utils import timezone
from huisheng.gatherings import actions
from huisheng.gatherings.models import Gathering, Part
from huisheng.kernel.lifecycle import perform
from huisheng.people import tokens
from huisheng.people.models import Account, Body, Member
from tests.cast import BEGAN

office, sector, now = Account.objects.get(username="office"), Body.objects.get(name="经济界"), timezone.now()
people = []
for n in range({people}):
    member = Member.objects.create(name=f"委员{{n:03d}}", sector=sector, starts_on=BEGAN)
    account = Account.objects.create_user(f"member{{n:03d}}", member.name)
    account.posts.create(kind="member", member=member, starts_on=BEGAN)
    browser = Client()
    browser.force_login(account)
    people.append({{"name": member.name, "token": tokens.issue(account), "session": browser.cookies[settings.SESSION_COOKIE_NAME].value}})
one = actions.start(office, {{
    "type": "plenary", "title": "全体会议", "place": "会议中心", "starts_at": now, "ends_at": now + timedelta(hours=6),
}})
actions.save_agenda(one, office, [{{"number": 1, "title": "开幕"}}], now)
for action, answers in (("invite", {{"circle": "all", "role": "due"}}), ("notify", {{}}), ("open", {{}})):
    perform(one, action, office, answers)
print(json.dumps({{"gathering": one.pk, "people": people}}))
"""
ROLL = """
import json, huisheng, django; django.setup()
from huisheng.gatherings.models import Presence
rows = Presence.objects.filter(part__gathering={gathering}).order_by("pk").values_list("invitee__name", "mark", "at")
print(json.dumps([[name, mark, at.isoformat()] for name, mark, at in rows]))
"""


@dataclass(frozen=True)
class Person:
    name: str
    token: str
    session: str


@dataclass
class Meeting:
    house: House
    gathering: int
    people: list[Person]

    def client(self, i: int) -> Client:
        return Client(self.house.plan.port, self.people[i].token)

    def roll(self) -> list[tuple[str, str, str]]:
        """(name, mark, moment) of every sign-in on record."""
        return [tuple(row) for row in json.loads(self.house.python(ROLL.format(gathering=self.gathering)))]


def prepare(house: House, people: int = PEOPLE) -> Meeting:
    """A plenary that sits now, ``people`` members called to it, each with a token and a session."""
    made = json.loads(house.python(PREPARE.format(people=people)))
    return Meeting(house, made["gathering"], [Person(**one) for one in made["people"]])
