"""The directory of doors for pages."""

from django.urls import include, path

urlpatterns = [
    path("proposals/", include("huisheng.proposals.urls")),
]
