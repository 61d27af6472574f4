"""Pages of 年度协商: plans and their lines, topics, research tasks. Steps of each come with ``ui.steps``."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import forum_urls, views, views_research, views_subjects
from .models import Line, Plan, Research, Subject

app_name = "consultations"

urlpatterns = [
    path("", views.index, name="list"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:key>/", views.figure, name="figure"),
    path("plans/new/", views.new_plan, name="plan-new"),
    path("plans/<int:year>/", views.plan, name="plan"),
    path("plans/<int:year>/edit/", views.edit_plan, name="plan-edit"),
    path("plans/<int:year>/lines/new/", views.new_line, name="line-new"),
    path("plans/<int:year>/versions/<int:number>/", views.version, name="version"),
    path("plans/<int:year>/paper.<slug:form>", views.paper, name="paper"),
    path("lines/<int:pk>/", views.line, name="line"),
    path("lines/<int:pk>/edit/", views.edit_line, name="line-edit"),
    path("lines/<int:pk>/take-out/", views.take_out, name="take-out"),
    path("lines/<int:pk>/move/", views.move, name="move"),
    path("lines/<int:pk>/gatherings/<int:gathering>/<slug:which>/", views.window, name="window"),
    path("subjects/", views_subjects.index, name="subjects"),
    path("subjects/new/", views_subjects.new, name="subject-new"),
    path("subjects/<int:pk>/", views_subjects.detail, name="subject"),
    path("research/", views_research.index, name="researches"),
    path("research/new/", views_research.new, name="research-new"),
    path("research/<int:pk>/", views_research.detail, name="research"),
    path("research/<int:pk>/edit/", views_research.edit, name="research-edit"),
    path("research/<int:pk>/reports/<int:number>/", views_research.report, name="report"),
    *forum_urls.urlpatterns,
    *step_urls(Plan, views.visible_plan, prefix="plans/"),
    *step_urls(Line, views.visible_line, prefix="lines/"),
    *step_urls(Subject, views_subjects.visible_subject, prefix="subjects/"),
    *step_urls(Research, views_research.visible_research, prefix="research/"),
]
