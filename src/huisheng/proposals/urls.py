"""Pages of 提案. Steps of the children have addresses of their own: ui.steps finds them by the model's name."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views, views_calls, views_draft, views_figures, views_onward, views_print
from .models import (
    Assignment,
    Call,
    Contact,
    Cosponsor,
    Countersign,
    Extension,
    Nomination,
    Promise,
    Rating,
)  # fmt: skip

app_name = "proposals"
step = views.ProposalStep.as_view(get_record=views.visible_proposal)

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views_draft.new, name="new"),
    path("new/write/", views_draft.write, name="write"),
    path("new/paste/", views_draft.paste, name="paste"),
    path("new/import/", views_draft.import_file, name="import"),
    path("new/import-many/", views_draft.import_many, name="import-many"),
    path("unread/<int:file>/", views_draft.unread_file, name="unread-file"),
    path("promises/", views_calls.promises, name="promises"),
    path("calls/", views_calls.calls, name="calls"),
    path("calls/new/", views_calls.edit_call, name="call-new"),
    path("calls/<int:pk>/", views_calls.call, name="call"),
    path("calls/<int:pk>/edit/", views_calls.edit_call, name="call-edit"),
    path("topic-from/<slug:of>/<int:pk>/", views_onward.topic_from, name="topic-from"),
    path("draft-from/<slug:of>/<int:pk>/", views_onward.draft_from, name="draft-from"),
    path("nominations/", views_calls.nominations, name="nominations"),
    path("nominations/new/", views_calls.nominate, name="nominate"),
    path("figures/", views_figures.figures, name="figures"),
    path("figures/<slug:key>/", views_figures.drill, name="figure"),
    path("figures.xlsx", views_figures.workbook, name="figures-xlsx"),
    path("figures.pdf", views_figures.pdf, name="figures-pdf"),
    path("export.xlsx", views_print.export, name="export"),
    path("compile/", views_print.compile_year, name="compile"),
    path("jobs/<int:pk>/", views_print.job, name="job"),
    path("jobs/<int:pk>/file", views_print.job_file, name="job-file"),
    path("assignments/<int:pk>/slip.<slug:form>", views_print.slip, name="slip"),
    path("replies/<int:pk>/letter.<slug:form>", views_print.reply, name="reply-letter"),
    path("<int:pk>/papers/<slug:name>.<slug:form>", views_print.paper, name="paper"),
    path("<int:pk>/packet", views_print.packet, name="packet"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/receipt/", views.receipt, name="receipt"),
    path("<int:pk>/texts/<int:number>/", views.text, name="text"),
    path("<int:pk>/deadline/<slug:of>/", views.deadline, name="deadline"),
    path("<int:pk>/opened/", views.opened, name="opened"),
    path("<int:pk>/phone/", views.phone, name="phone"),
    path("<int:pk>/files/<int:file>/", views.attachment, name="file"),
    path("<int:pk>/draft/", views_draft.draft, name="draft"),
    path("<int:pk>/draft/save/", views_draft.save, name="save"),
    path("<int:pk>/draft/other/", views_draft.take_other, name="take-other"),
    path("<int:pk>/draft/check/", views_draft.check, name="check"),
    path("<int:pk>/draft/files/", views_draft.upload, name="upload"),
    path("<int:pk>/draft/files/<int:file>/remove/", views_draft.remove_file, name="remove-file"),
    path("<int:pk>/draft/cosponsors/", views_draft.choose_cosponsors, name="choose-cosponsors"),
    path("<int:pk>/steps/<slug:action>", step, name="proposal-step"),
    path("<int:pk>/steps/<slug:action>", step, name="step"),
    *step_urls(Call, views_calls.visible_call, prefix="calls/"),
    *step_urls(Nomination, views_calls.visible_nomination, prefix="nominations/"),
    *step_urls(Cosponsor, views.visible_answer, prefix="cosponsor/"),
    *(
        url
        for model in (Assignment, Contact, Countersign, Extension, Promise, Rating)
        for url in step_urls(model, views.visible_child(model), prefix=f"{model._meta.model_name}/")
    ),
]
