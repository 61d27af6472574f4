"""What takes longer than a request: archive packets, the compilation of all filed proposals, big exports."""

from __future__ import annotations

from datetime import datetime

from huisheng.kernel.models import Job
from huisheng.people.models import Account

from .models import Proposal


def order_packet(proposal: Proposal, account: Account, at: datetime) -> Job:
    """Put the building of a proposal's archive packet into the queue, in the step's own transaction."""
    return Job.objects.create(account=account, name=f"归档包：{proposal.number_label}《{proposal}》", total=1, at=at)
