"""One small form per step that asks for something."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from huisheng.kernel import local
from huisheng.kernel.deadlines import Span
from huisheng.kernel.forms import (
    OptionField,
    PaperField,
    RecordsField,
    StepForm,
    TextField,
    TextsField,
    choices,
    choose_from,
)
from huisheng.people.models import Agency, Member
from huisheng.ui.forms import DateInput, FilteredChoices

from . import local_rules as rules
from .models import Disclosure, Outcome, Proposal, Role, State, Suggestion, Topic, Word

LONG = 50_000  # of one text; the whole request is capped at 6 MB by the settings
ANNEX_KINDS = ("docx", "odt", "rtf", "pdf", "doc", "xlsx", "csv", "txt", "png", "jpg")


class ProposalForm(StepForm):
    """Base here: a form that names agencies loads them once."""

    def prepare(self) -> None:
        super().prepare()
        if any(isinstance(field, AgencyField | AgenciesField) for field in self.fields.values()):
            load_agencies(self)


class Note(ProposalForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class OptionalNote(ProposalForm):
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


# -- the sponsor's -----------------------------------------------------------------------------------------------
class Submit(ProposalForm):
    when = {"disclosure_reason": "disclosure=closed"}
    submit = "正式提交提案"
    disclosure = forms.ChoiceField(
        label="是否同意公开",
        choices=Disclosure.choices,
        widget=forms.RadioSelect,
        help_text="全文公开：答复后在网上公布全文。只公开摘要：公布案由和要点。不公开：只有政协和承办单位看得到。",
    )
    disclosure_reason = TextField(label="不公开的理由", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("disclosure") == Disclosure.CLOSED and not answers.get("disclosure_reason"):
            self.add_error("disclosure_reason", "选了“不公开”，请写一句理由。")
        return answers


class Invite(ProposalForm):
    intro = "请对方在自己的账号里点一下“同意联名”。没有确认的名字不会印在提案上。"
    members = RecordsField(label="联名人", queryset=Member.objects.none(), widget=FilteredChoices())

    def prepare(self) -> None:
        super().prepare()
        taken = self.record.cosponsors.values("member")
        people = Member.objects.filter(ends_on=None).exclude(pk__in=taken).select_related("sector")
        if self.record.sponsor_member_id:
            people = people.exclude(pk=self.record.sponsor_member_id)
        choose_from(self, "members", people, lambda member: member.full_name)
        self.fields["members"].widget.initials = {
            str(pk): word for pk, word in people.values_list("pk", "initials")
        }

    def clean_members(self) -> list[Member]:
        """In the order they were named: that is how they are printed."""
        by_pk = {str(one.pk): one for one in self.cleaned_data["members"]}
        named = self.fields["members"].widget.value_from_datadict(
            self.data, self.files, self.add_prefix("members")
        )
        return [by_pk[str(pk)] for pk in dict.fromkeys(str(pk) for pk in named) if pk in by_pk]


class Revise(ProposalForm):
    """Another version of the text; the one before stays."""

    title = TextField(label="案由", max_length=200)
    situation = TextField(label="情况", rows=10, max_length=LONG)
    analysis = TextField(label="分析", rows=8, max_length=LONG, required=False)
    suggestions = TextsField(label="建议", help_text="一条建议写一格，答复时会逐条回答。")
    note = TextField(label="修改原因", max_length=200, required=False)

    def prepare(self) -> None:
        super().prepare()
        text = self.record.text
        if text and not self.is_bound:
            self.initial = {
                "title": text.title, "situation": text.situation, "analysis": text.analysis,
                "suggestions": [one.content for one in text.suggestions.all()], **self.initial,
            }  # fmt: skip

    def journal_data(self) -> dict[str, Any]:
        return {}  # the versions themselves are kept; the journal gets their fingerprints


class Correct(Revise):
    note = TextField(label="更正原因", max_length=200)


class Supplement(ProposalForm):
    intro = "审查已经开始，原文不再改动。补充的内容会附在原文之后，承办单位看得到。"
    content = TextField(label="补充内容", rows=8, max_length=LONG)
    file = PaperField(
        label="附件",
        kinds=ANNEX_KINDS,
        required=False,
        help_text="可以附一个文件：Word、PDF、表格或照片，不超过 50 MB。",
    )


class Withdraw(ProposalForm):
    submit = "确认撤案"
    note = TextField(label="撤案理由", max_length=500)


# -- review ------------------------------------------------------------------------------------------------------
class Review(ProposalForm):
    """What both stages ask; the reason, the channel and the main one only where the outcome needs them."""

    when = {
        "reason": "outcome=decline",
        "channel": "outcome=to_channel",
        "main": "outcome=merge",
        "consent": "outcome=merge",
    }
    outcome = forms.ChoiceField(label="审查意见", choices=Outcome.choices, widget=forms.RadioSelect)
    category_five = OptionField(rules.FIVE, label="五位一体分类", required=False, empty="（未分）")
    category_local = OptionField(rules.LOCAL_CATEGORY, label="本地分类", required=False, empty="（未分）")
    reason = OptionField(rules.DECLINE_REASON, label="不予立案理由", required=False, empty="（不适用）")
    channel = OptionField(rules.CHANNEL, label="转往", required=False, empty="（不适用）")
    main = forms.ModelChoiceField(
        label="并入哪一件", queryset=Proposal.objects.none(), required=False, empty_label="（不适用）"
    )
    consent = TextField(
        label="第一提案人同意并案的情况",
        max_length=200,
        required=False,
        help_text="何时、用什么方式征得双方第一提案人同意。",
    )
    note = TextField(label="说明", rows=3, max_length=2000, required=False)

    def prepare(self) -> None:
        super().prepare()
        choose_from(
            self,
            "main",
            mergeable_into(self.record),
            lambda one: f"{one.number_label} {one.title}（{one.sponsor_name}）",
        )
        if not self.is_bound:
            first = self.record.reviews.last()
            seed = {"category_five": self.record.category_five, "category_local": self.record.category_local}
            if first:
                seed |= {"outcome": first.outcome, "reason": first.reason, "channel": first.channel,
                         "main": first.main_id, "consent": first.consent, "note": first.note}  # fmt: skip
            self.initial = {**seed, **self.initial}

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        for outcome, name, sentence in (
            (Outcome.DECLINE, "reason", "不予立案须选一条理由，它会写进给提案人的信。"),
            (Outcome.TO_CHANNEL, "channel", "请选转往哪个渠道。"),
            (Outcome.MERGE, "main", "请选并入哪一件。"),
        ):
            if answers.get("outcome") == outcome and not answers.get(name):
                self.add_error(name, sentence)
        return answers


class Decide(Review):
    disclosed = forms.ChoiceField(
        label="公开审定",
        choices=[("", "按提案人意愿"), *Disclosure.choices],
        required=False,
        help_text="提案人的意愿之外，由政协再审一次。",
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.get("outcome") == Outcome.MERGE and not answers.get("consent"):
            self.add_error("consent", "并案须征得第一提案人同意，请写明何时、用什么方式征得。")
        if answers.get("outcome") == Outcome.FILE and not answers.get("category_five"):
            self.add_error("category_five", "立案前请选五位一体分类，年度统计要用。")
        return answers


def mergeable_into(proposal: Proposal) -> Any:
    """Proposals of the same session that are received and stand by themselves."""
    if proposal is None:
        return Proposal.objects.none()
    standing = (State.SUBMITTED, State.REVIEWED, State.DECIDED, State.FILED, State.HANDLING)
    return Proposal.objects.filter(session=proposal.session_id, state__in=standing).exclude(pk=proposal.pk)


class SendBack(ProposalForm):
    reason = OptionField(rules.RETURN_REASON, label="退回理由")
    note = TextField(label="请提案人怎样改", rows=4, max_length=2000)


class MergeFiled(ProposalForm):
    main = forms.ModelChoiceField(label="并入哪一件", queryset=Proposal.objects.none())
    consent = TextField(label="第一提案人同意并案的情况", max_length=200)
    note = TextField(label="说明", max_length=500, required=False)

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "main", mergeable_into(self.record), lambda one: f"{one.number_label} {one.title}")


class Classify(ProposalForm):
    category_five = OptionField(rules.FIVE, label="五位一体分类")
    category_local = OptionField(rules.LOCAL_CATEGORY, label="本地分类", required=False, empty="（未分）")
    note = TextField(label="调整原因", max_length=500, required=False)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {
                "category_five": self.record.category_five, "category_local": self.record.category_local, **self.initial
            }  # fmt: skip


# -- hand-over ---------------------------------------------------------------------------------------------------
class AgencyField(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Agency.objects.filter(ends_on=None), **options)


class AgenciesField(RecordsField):
    """Several agencies: a list that narrows while a name or its pinyin initials are typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Agency.objects.filter(ends_on=None), widget=FilteredChoices(), **options)


def load_agencies(form: forms.Form) -> None:
    """One query for all agency fields of a form."""
    rows = list(Agency.objects.filter(ends_on=None).values_list("pk", "name", "initials"))
    for field in form.fields.values():
        if isinstance(field, AgenciesField):
            field.choices = [(pk, name) for pk, name, _ in rows]
            field.widget.initials = {str(pk): initials for pk, _, initials in rows}
        elif isinstance(field, AgencyField):
            field.choices = [("", "（未选）"), *((pk, name) for pk, name, _ in rows)]


class Plan(ProposalForm):
    """拟定承办单位: either one lead with any number of assisting agencies, or several that answer separately."""

    lead = AgencyField(label="主办单位", required=False)
    assisting = AgenciesField(label="会办单位", required=False)
    separate = AgenciesField(
        label="分办单位", required=False, help_text="各自答复提案人；选了分办就不选主办。"
    )
    note = TextField(label="办理要求", max_length=500, required=False)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            by_role: dict[str, list[int]] = {}
            for one in self.record.assignments.filter(is_open=True):
                by_role.setdefault(one.role, []).append(one.agency_id)
            self.initial = {
                "lead": next(iter(by_role.get(Role.LEAD, [])), None),
                "assisting": by_role.get(Role.ASSISTING, []), "separate": by_role.get(Role.SEPARATE, []),
                **self.initial,
            }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        lead, separate = answers.get("lead"), list(answers.get("separate") or [])
        assisting = list(answers.get("assisting") or [])
        if not lead and not separate:
            self.add_error("lead", "请选一个主办单位；几家各自答复的，选分办单位。")
        if lead and separate:
            self.add_error("separate", "主办和分办只能选一种：有一家牵头的选主办，各答各的选分办。")
        if lead and lead in assisting or set(assisting) & set(separate):
            self.add_error("assisting", "同一个单位不能既主办（分办）又会办。")
        return answers


class AddAgency(ProposalForm):
    agency = AgencyField(label="增加会办单位")
    note = TextField(label="原因", max_length=500)

    def clean_agency(self) -> Agency:
        agency = self.cleaned_data["agency"]
        if self.record.assignments.filter(agency=agency, is_open=True).exists():
            raise forms.ValidationError(f"{agency}已经是这件提案的承办单位。")
        return agency


class HandBack(ProposalForm):
    reason = OptionField(rules.HAND_BACK_REASON, label="申退理由")
    ground = TextField(label="依据的职责条款", rows=4, max_length=2000)
    proposed = AgencyField(label="建议改由哪个单位办理")
    signed_by = TextField(label="签字负责人", max_length=60)

    def clean_proposed(self) -> Agency:
        agency = self.cleaned_data["proposed"]
        if self.record and agency.pk == self.record.agency_id:
            raise forms.ValidationError("建议改办的单位不能是本单位。")
        return agency


class Reassign(ProposalForm):
    agency = AgencyField(label="改由哪个单位办理")
    note = TextField(label="决定说明", rows=3, max_length=1000)

    def prepare(self) -> None:
        super().prepare()
        asked = self.record.hand_backs.filter(is_agreed=None).last()
        if asked:
            reason = local.label_of(rules.HAND_BACK_REASON, asked.reason)
            self.intro = f"{self.record.agency}的理由：{reason}。{asked.ground}（{asked.signed_by}签字，建议改由{asked.proposed}办理）"
        if asked and not self.is_bound:
            self.initial = {"agency": asked.proposed_id, **self.initial}

    def clean_agency(self) -> Agency:
        agency = self.cleaned_data["agency"]
        if self.record.proposal.assignments.filter(agency=agency, is_open=True).exists():
            raise forms.ValidationError(f"{agency}已经是这件提案的承办单位，请选别的单位。")
        return agency


class AskExtension(ProposalForm):
    span = TextField(label="延长多久", max_length=10, help_text="如：1个月、15个工作日。")
    note = TextField(label="延期理由", rows=3, max_length=1000)

    def clean_span(self) -> str:
        try:
            asked = Span.parse(self.cleaned_data["span"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem
        longest = Span.parse(str(local.rule("span.extension", self.today)))
        if _days(asked) > _days(longest):
            raise forms.ValidationError(f"一次延期最长{longest.label}。")
        return str(asked)


def _days(span: Span) -> int:
    """A span in rough calendar days, good enough to compare two of different units."""
    return span.n * {"d": 1, "w": 1, "m": 30}[span.unit] + (span.n // 5 * 2 if span.unit == "w" else 0)


# -- handling and reply ------------------------------------------------------------------------------------------
class Contact(ProposalForm):
    form = OptionField(rules.CONTACT_FORM, label="方式", widget=forms.RadioSelect)
    held_on = forms.DateField(label="日期", widget=DateInput())
    people = TextField(label="参加人", max_length=200)
    points = TextField(label="商谈要点", rows=5, max_length=5000)

    def clean_held_on(self) -> Any:
        held_on = self.cleaned_data["held_on"]
        if self.today and held_on > self.today:
            raise forms.ValidationError("面商日期还没有到，请在面商之后记录。")
        return held_on


class Opinion(ProposalForm):
    opinion = TextField(label="会办意见", rows=8, max_length=20_000)


PROMISES = 6


class Reply(ProposalForm):
    """答复: one answer per numbered suggestion, a result letter, and promises where something is still to be done."""

    when = {"disclosure_reason": "disclosure=closed"}
    template_name = "proposals/_reply_form.html"

    letter = OptionField(rules.LETTER, label="办理结果", widget=forms.RadioSelect)
    opening = TextField(label="开头", rows=2, max_length=2000, required=False)
    closing = TextField(label="结尾", rows=2, max_length=2000, required=False)
    leader = TextField(label="联系领导", max_length=60)
    handler = TextField(label="经办人", max_length=60)
    phone = TextField(label="联系电话", max_length=40)
    disclosure = forms.ChoiceField(label="公开属性", choices=Disclosure.choices, initial=Disclosure.FULL)
    disclosure_reason = TextField(label="不公开的理由", max_length=200, required=False)

    def prepare(self) -> None:
        super().prepare()
        letters = choices(rules.LETTER, self.today)
        self.fields["letter"].choices = [(code, f"{code}　{label}") for code, label in letters]  # type: ignore[attr-defined]
        self.asked = list(suggestions_to_answer(self.record))
        for one in self.asked:
            self.fields[f"answer_{one.pk}"] = TextField(
                label=f"答复第{one.number}条", rows=5, max_length=20_000, help_text=one.content
            )
            self.fields[f"answer_{one.pk}"].error_messages["required"] = f"第{one.number}条建议还没有答复。"
        for i in range(1, PROMISES + 1):
            self.fields[f"promise_{i}_what"] = TextField(
                label=f"承诺{i}：做什么", max_length=1000, required=False
            )
            self.fields[f"promise_{i}_who"] = TextField(label="责任人", max_length=120, required=False)
            self.fields[f"promise_{i}_due"] = forms.DateField(
                label="何时完成", required=False, widget=DateInput()
            )
        if not self.is_bound:
            self.initial = {**self._seed(), **self.initial}

    @property
    def items(self) -> list[dict[str, Any]]:
        """Each suggestion with its answer box, side by side; ``of`` names the merged proposal it comes from."""
        own = self.record.proposal_id
        return [
            {"number": one.number, "content": one.content, "field": self[f"answer_{one.pk}"],
             "of": "" if one.text.proposal_id == own else f"并入的《{one.text.proposal}》"}
            for one in self.asked
        ]  # fmt: skip

    @property
    def pledges(self) -> list[dict[str, Any]]:
        rows = [
            [self[f"promise_{i}_{part}"] for part in ("what", "who", "due")] for i in range(1, PROMISES + 1)
        ]
        return [
            {"fields": fields, "is_open": i == 0 or any(field.value() or field.errors for field in fields)}
            for i, fields in enumerate(rows)
        ]  # fmt: skip

    @property
    def promise_letters(self) -> str:
        """The results that need a promise, as the office calls them."""
        needing = [
            one
            for one in local.options(rules.LETTER, self.today)
            if one.data.get("meaning") in rules.NEEDS_PROMISE
        ]
        return "”“".join(f"{one.code} {one.label}" for one in needing)

    def _seed(self) -> dict[str, Any]:
        """The last version of this round, or the agency's contact data for a first one."""
        agency = self.record.agency
        last = self.record.replies.filter(round=self.record.round).last()
        if last is None:
            return {"leader": agency.leader, "handler": agency.contact, "phone": agency.phone}
        seed: dict[str, Any] = {
            name: getattr(last, name)
            for name in (
                "letter",
                "opening",
                "closing",
                "leader",
                "handler",
                "phone",
                "disclosure",
                "disclosure_reason",
            )
        }
        seed |= {f"answer_{item.suggestion_id}": item.content for item in last.items.all()}
        for i, promise in enumerate(last.promises.all()[:PROMISES], 1):
            seed |= {
                f"promise_{i}_what": promise.what,
                f"promise_{i}_who": promise.who,
                f"promise_{i}_due": promise.due_on,
            }
        return seed

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        answers["promises"] = promises = []
        for i in range(1, PROMISES + 1):
            what, who, due = (answers.get(f"promise_{i}_{part}") for part in ("what", "who", "due"))
            if not (what or who or due):
                continue
            if not (what and who and due):
                self.add_error(f"promise_{i}_what", "每条承诺要写全：做什么、责任人、何时完成。")
                continue
            promises.append((what, who, due))
        letter = local.option(rules.LETTER, answers.get("letter", ""))
        answers["meaning"] = letter.data.get("meaning", "reference") if letter else ""
        if answers["meaning"] in rules.NEEDS_PROMISE and not promises:
            self.add_error(
                "letter",
                f"结果为“{letter.label if letter else ''}”的答复至少要有一条承诺：做什么、谁负责、何时完成。",
            )
        if answers.get("disclosure") == Disclosure.CLOSED and not answers.get("disclosure_reason"):
            self.add_error("disclosure_reason", "选了“不公开”，请写一句理由。")
        return answers

    def journal_data(self) -> dict[str, Any]:
        return {"letter": self.cleaned_data["letter"], "promises": len(self.cleaned_data["promises"])}


def suggestions_to_answer(assignment: Any) -> Any:
    """The numbered suggestions of the proposal and of those merged into it: each is answered (design consequence 4)."""
    proposal = assignment.proposal
    merged = proposal.takes_in.filter(undone_at=None).values("merged__text")
    both = Suggestion.objects.filter(Q(text=proposal.text_id) | Q(text__in=merged)).select_related(
        "text__proposal"
    )
    return both.order_by("text_id", "number")


class Deliver(ProposalForm):
    submit = "审核通过并送达"
    disclosed = forms.ChoiceField(label="公开审定", choices=Disclosure.choices)
    note = TextField(label="审核意见", max_length=1000, required=False)

    def prepare(self) -> None:
        super().prepare()
        reply = self.record.replies.filter(is_current=True, round=self.record.round).last()
        if reply and not self.is_bound:
            self.initial = {
                "disclosed": stricter(reply.disclosure, self.record.proposal.disclosure),
                **self.initial,
            }


def stricter(*wishes: str) -> str:
    """Of several disclosure wishes the narrowest: closed before summary before full."""
    order = [Disclosure.CLOSED, Disclosure.SUMMARY, Disclosure.FULL]
    return next((str(one) for one in order if one in wishes), str(Disclosure.FULL))


class Dissent(ProposalForm):
    content = TextField(label="不同意见", rows=5, max_length=5000)


class OptionalOpinion(ProposalForm):
    content = TextField(label="意见", rows=3, max_length=5000, required=False)


class ConfirmContact(ProposalForm):
    view = TextField(label="我的意见", rows=3, max_length=2000, required=False)


class DisputeContact(ProposalForm):
    view = TextField(label="实际情况", rows=3, max_length=2000)


class Report(ProposalForm):
    evidence = TextField(label="办理进展和依据", rows=5, max_length=5000)


class Explain(ProposalForm):
    evidence = TextField(label="未能按期的原因", rows=4, max_length=5000)
    due_on = forms.DateField(label="新的完成日期", widget=DateInput())

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if self.today and due_on <= self.today:
            raise forms.ValidationError("新的完成日期应在今天之后。")
        return due_on


# -- rating, oversight, awards, calls ----------------------------------------------------------------------------
class Rate(ProposalForm):
    when = {"reason": "process=bad result=bad"}
    intro = "评价只送政协。承办单位在这一轮评价结束之前什么也看不到。"
    submit = "提交评价"
    process = forms.ChoiceField(label="办理过程", choices=Word.choices, widget=forms.RadioSelect)
    result = forms.ChoiceField(label="办理结果", choices=Word.choices, widget=forms.RadioSelect)
    reason = OptionField(rules.BAD_REASON, label="不满意的原因", required=False, empty="（不适用）")
    remark = TextField(label="补充说明（只给政协看）", rows=3, max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if Word.BAD in (answers.get("process"), answers.get("result")) and not answers.get("reason"):
            self.add_error("reason", "选了“不满意”，请选一个原因，承办单位将重新办理。")
        return answers

    def journal_data(self) -> dict[str, Any]:
        return {}  # what was rated stands in the rating; the journal is read by more people


class RateFor(Rate):
    """代录: the office writes down a rating given on paper or by telephone; the rater is told."""

    submit = "代录评价"
    intro = "按评价人的纸面表格或电话代录，评价人会收到通知。"
    source = TextField(label="凭据（何时、何种方式、谁接听）", max_length=200)


class Urge(ProposalForm):
    note = TextField(label="催办内容", rows=4, max_length=2000)


class MarkKey(ProposalForm):
    leader = TextField(label="督办领导", max_length=60)
    note = TextField(label="确定依据", max_length=500)


class Oversee(ProposalForm):
    leader = TextField(label="督办领导", max_length=60)
    form = OptionField(rules.OVERSIGHT_FORM, label="形式")
    held_on = forms.DateField(label="日期", widget=DateInput())
    result = TextField(label="督办结果", rows=4, max_length=5000)


class TakeUp(ProposalForm):
    topic = forms.ModelChoiceField(label="选题", queryset=Topic.objects.none())

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "topic", self.record.topics.all(), str)
