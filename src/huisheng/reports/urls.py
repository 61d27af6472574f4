"""Pages of the reading room."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views
from .models import Report

app_name = "reports"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("figures/", views.numbers, name="figures"),
    path("figures.<slug:form>", views.exported, name="figures-export"),
    path("annual/", views.index, name="list"),
    path("annual/new/", views.new, name="new"),
    path("annual/<int:pk>/", views.report, name="report"),
    path("annual/<int:pk>/compare/", views.compare, name="compare"),
    path("annual/<int:pk>/paper.<slug:form>", views.paper, name="paper"),
    path("annual/<int:pk>/parts/", views.add, name="add"),
    path("annual/<int:pk>/parts/<int:section>/", views.write, name="write"),
    path("annual/<int:pk>/parts/<int:section>/arrange/", views.arrange, name="arrange"),
    *step_urls(Report, views.visible_report, prefix="annual/"),
]
