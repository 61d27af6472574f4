"""Pages of 社情民意 and of the intake desk."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views, views_leads, views_points, views_write
from .models import Lead, Opening, Opinion

app_name = "opinions"

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views_write.new, name="new"),
    path("register/", views_write.register, name="register"),
    path("<int:pk>/", views.detail, name="opinion"),
    path("<int:pk>/alike/", views.alike_page, name="alike"),
    path("<int:pk>/draft/", views_write.draft, name="draft"),
    path("<int:pk>/draft/save/", views_write.save, name="save"),
    path("<int:pk>/texts/<int:number>/", views.text, name="text"),
    path("passed/<int:pk>/", views.passed, name="passed"),
    path("leads/", views_leads.inbox, name="leads"),
    path("leads/new/", views_leads.note, name="lead-new"),
    path("leads/import/", views_leads.import_files, name="lead-import"),
    path("channels/wecom/", views_leads.wecom, name="wecom"),
    path("leads/channels/", views_leads.channels, name="channels"),
    path("points/", views_points.index, name="points"),
    path("points/<int:pk>/", views_points.sheet, name="point"),
    path("points/<int:pk>/close/", views_points.close, name="point-close"),
    path("leads/<int:pk>/", views_leads.lead, name="lead"),
    path("leads/<int:pk>/alike/", views_leads.alike, name="lead-alike"),
    path("leads/<int:pk>/suggested/", views_leads.suggested, name="lead-suggested"),
    path("leads/<int:pk>/read/", views_leads.read, name="lead-read"),
    path("leads/<int:pk>/slip/", views_leads.slip, name="lead-slip"),
    path("leads/<int:pk>/letters/<int:message>.<slug:form>", views_leads.letter, name="lead-letter"),
    path("leads/<int:pk>/contact/", views_leads.contact, name="lead-contact"),
    path("leads/<int:pk>/files/<int:file>/", views_leads.attachment, name="lead-file"),
    *step_urls(Opinion, views.visible_opinion),
    *step_urls(Lead, views_leads.visible_lead, prefix="leads/"),
    *step_urls(Opening, views_leads.visible_opening, prefix="openings/"),
]
