"""Pages of 民主监督."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views, views_field, views_letters
from .models import Finding, Hearing, Monitor, MonitorLetter, Supervision, Unit

app_name = "supervision"

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("worker.js", views_field.worker, name="worker"),
    path("findings/", views.findings, name="findings"),
    path("findings/<int:pk>/", views.finding, name="finding"),
    path("findings/<int:pk>/deadline/", views.deadline, name="deadline"),
    path("findings/<int:pk>/files/<int:file>/", views.evidence, name="evidence"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("units/<int:pk>/papers/<slug:name>.<slug:form>", views.unit_paper, name="unit-paper"),
    path("hearings/", views.hearings, name="hearings"),
    path("hearings/new/", views.new_hearing, name="new-hearing"),
    path("hearings/<int:pk>/", views.hearing, name="hearing"),
    path("hearings/<int:pk>/files/<int:file>/", views.hearing_file, name="hearing-file"),
    path("monitors/", views.monitors, name="monitors"),
    path("monitors/new/", views.new_monitor, name="new-monitor"),
    path("monitors/<int:pk>/", views.monitor, name="monitor"),
    path("monitors/<int:pk>/letters/new/", views_letters.new, name="new-letter"),
    path("letters/", views_letters.index, name="letters"),
    path("letters/<int:pk>/", views_letters.letter, name="letter"),
    path("letters/<int:pk>/edit/", views_letters.edit, name="letter-edit"),
    path("letters/<int:pk>/paper.<slug:form>", views_letters.paper, name="letter-paper"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:key>/", views.figure, name="figure"),
    path("<int:pk>/", views.detail, name="supervision"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/papers/<slug:name>.<slug:form>", views.paper, name="paper"),
    path("<int:pk>/findings/new/", views.find, name="find"),
    path("<int:pk>/field/", views_field.field, name="field"),
    path("<int:pk>/field/state", views_field.state, name="field-state"),
    path("<int:pk>/field/<int:item>/", views_field.answer, name="answer"),
    path("<int:pk>/photos/<int:file>/", views_field.photo, name="photo"),
    path("<int:pk>/rate/", views.rate, name="rate"),
    path("<int:pk>/sheets/<int:file>/", views.scan, name="scan"),
    *step_urls(Supervision, views.visible_supervision),
    *step_urls(Unit, views.visible_unit, prefix="units/"),
    *step_urls(Hearing, views.visible_hearing, prefix="hearings/"),
    *step_urls(Finding, views.visible_finding, prefix="findings/"),
    *step_urls(MonitorLetter, views_letters.visible_letter, prefix="letters/"),
    *step_urls(Monitor, views.visible_monitor, prefix="monitors/"),
]
