"""Who may, and what must be true first."""

from __future__ import annotations

from huisheng.kernel.lifecycle import Act
from huisheng.people import posts
from huisheng.people.posts import anybody, at

from .appraising import Rules
from .models import Appraisal, Objection, RuleBook

MEMBER = at(posts.MEMBER, "member", label="委员本人")
OFFICE = anybody(posts.OFFICE)
CHAIR = anybody(posts.CHAIR)


def is_whole(book: RuleBook, act: Act) -> str:
    try:
        Rules.read(book.content)
    except (ValueError, KeyError, TypeError, ArithmeticError) as problem:
        return (
            str(problem)
            if isinstance(problem, ValueError) and str(problem)
            else "办法还没有写完整，请先补齐。"
        )
    return ""


def may_begin(book: RuleBook, act: Act) -> str:
    """启用: by another than its writer, from a year that is not sealed yet: a closed year keeps its rules."""
    if said := is_whole(book, act):
        return said
    if book.written_by_id == act.account.pk:
        return f"启用须由另一位同志办理：这份办法是{act.account.name}拟订的。"
    sealed = Appraisal.objects.filter(state="sealed", year__gte=book.from_year).order_by("-year").first()
    if sealed:
        return f"{sealed.year}年已经封存，办法只能从以后的年度起用。"
    if RuleBook.objects.filter(state="in_force", from_year=book.from_year).exclude(pk=book.pk).exists():
        return f"{book.from_year}年起已有一份办法在用，请先停用它，或改起用年度。"
    return ""


def is_answered(appraisal: Appraisal, act: Act) -> str:
    """封存 waits for every objection of the year's facts."""
    open_ones = Objection.objects.filter(state="asked").count()
    return f"还有{open_ones}件履职异议没有答复，请先答复。" if open_ones else ""


def is_newest(appraisal: Appraisal, act: Act) -> str:
    later = Appraisal.objects.filter(year=appraisal.year, edition__gt=appraisal.edition).exists()
    return "已经有更新的一版，请在那一版上更正。" if later else ""
