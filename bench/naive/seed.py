"""python -m bench.naive.seed COUNT: the same made-up rows as ours, in the tables of the naive build ($NAIVE_DB)."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.naive.settings")

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from bench import gen_texts  # noqa: E402
from bench.naive.models import Member, Proposal, Unit  # noqa: E402


def main(count: int) -> None:
    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("admin", "a@example.org", "bench-Pass-123")
    with transaction.atomic():
        people = [gen_texts.member(i) for i in range(300)]
        Member.objects.bulk_create(
            Member(name=p["name"], sector=p["sector"], phone=p["phone"]) for p in people
        )
        Unit.objects.bulk_create(Unit(name=name) for name in gen_texts.UNITS)
        members, units = list(Member.objects.order_by("id")), {unit.name: unit for unit in Unit.objects.all()}
        signing = Proposal.cosigners.through
        for start in range(0, count, 2000):
            rows = list(gen_texts.proposals(min(2000, count - start), 1, start))
            made = Proposal.objects.bulk_create(
                Proposal(serial=r["serial"], title=r["title"], body=r["body"], category=r["category"], status=r["status"],
                         member=members[r["member"]], unit=units[r["unit"]], date=r["date"], rating=r["rating"])
                for r in rows
            )  # fmt: skip
            signing.objects.bulk_create(
                signing(proposal_id=one.pk, member_id=members[i].pk)
                for one, r in zip(made, rows, strict=True) for i in r["cosigners"]
            )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
