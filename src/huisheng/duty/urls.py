"""Pages of 履职."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import office_urls, views, views_appraisal, views_standing
from .models import Appraisal, Objection, RuleBook
from .models_standing import StandingReport, StandingRound

app_name = "duty"

urlpatterns = [
    path("", views.mine, name="list"),
    path("members/", views.members, name="members"),
    path("members/<int:pk>/", views.member, name="member"),
    path("members/<int:pk>/register.<slug:form>", views.paper, name="register"),
    path("members/<int:pk>/objections/new/", views.ask, name="ask"),
    path("objections/", views.objections, name="objections"),
    path("objections/<int:pk>/", views.objection, name="objection"),
    path("honours/", views.honours, name="honours"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:key>/", views.figure, name="figure"),
    path("appraisals/", views_appraisal.index, name="appraisals"),
    path("appraisals/<int:pk>/", views_appraisal.appraisal, name="appraisal"),
    path("appraisals/<int:pk>/members/<int:member>/", views_appraisal.sheet, name="sheet"),
    path("rule-books/new/", views_appraisal.new_book, name="new-book"),
    path("rule-books/<int:pk>/", views_appraisal.book, name="rule-book"),
    path("rule-books/<int:pk>/edit/", views_appraisal.edit, name="edit"),
    path("standing/", views_standing.index, name="standing"),
    path("standing/<int:pk>/", views_standing.round_, name="standing-round"),
    path("standing/reports/<int:pk>/", views_standing.report, name="standing-report"),
    path("standing/reports/<int:pk>/write/", views_standing.write, name="standing-write"),
    path("standing/reports/<int:pk>/paper.<slug:form>", views_standing.paper, name="standing-paper"),
    *step_urls(StandingRound, views_standing.visible_round, prefix="standing/"),
    *step_urls(StandingReport, views_standing.visible_report, prefix="standing/reports/"),
    *step_urls(Objection, views.visible_objection, prefix="objections/"),
    *step_urls(RuleBook, views_appraisal.visible_book, prefix="rule-books/"),
    *step_urls(Appraisal, views_appraisal.visible_appraisal, prefix="appraisals/"),
    *office_urls.urlpatterns,
]
