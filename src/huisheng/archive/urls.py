"""Pages of 文史资料."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views, views_handing, views_imports
from .models import Drive, Handover, Material

app_name = "archive"

urlpatterns = [
    path("", views.index_page, name="list"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:key>/", views.figure, name="figure"),
    path("new/", views.new, name="new"),
    path("review/<slug:stage>/", views.review, name="review"),
    path("<int:pk>/", views.detail, name="material"),
    path("<int:pk>/turn/", views.turn, name="turn"),
    path("<int:pk>/view/<int:number>/", views.viewer, name="viewer"),
    path("<int:pk>/picture/<int:number>/<slug:size>.jpg", views.picture, name="picture"),
    path("<int:pk>/files/<int:number>/", views.original, name="original"),
    path("<int:pk>/files/<int:number>/play", views.played, name="played"),
    path("<int:pk>/files/add/", views.add_files, name="add-files"),
    path("<int:pk>/files/<int:number>/drop/", views.drop_file, name="drop-file"),
    path("<int:pk>/contact/", views.contact, name="contact"),
    path("drives/", views_handing.drives, name="drives"),
    path("drives/new/", views_handing.edit_drive, name="drive-new"),
    path("drives/<int:pk>/", views_handing.drive, name="drive"),
    path("drives/<int:pk>/edit/", views_handing.edit_drive, name="drive-edit"),
    path("imports/", views_imports.imports, name="imports"),
    path("imports/<int:pk>/", views_imports.batch, name="import"),
    path("imports/<int:pk>/thumbs/<int:row>.jpg", views_imports.thumb, name="import-thumb"),
    path("imports/<int:pk>/decide/", views_imports.decide, name="import-decide"),
    path("imports/<int:pk>/apply/", views_imports.apply, name="import-apply"),
    path("imports/<int:pk>/undo/", views_imports.undo, name="import-undo"),
    path("handovers/", views_handing.handovers, name="handovers"),
    path("handovers/<int:pk>/", views_handing.handover, name="handover"),
    path("handovers/<int:pk>/list.<slug:form>", views_handing.listed, name="handover-list"),
    path("handovers/<int:pk>/packet/", views_handing.packet, name="packet"),
    path("handovers/<int:pk>/packet.zip", views_handing.packet_file, name="packet-file"),
    *step_urls(Material, views.visible_material),
    *step_urls(Drive, views_handing.visible_drive, prefix="drives/"),
    *step_urls(Handover, views_handing.visible_handover, prefix="handovers/"),
]
