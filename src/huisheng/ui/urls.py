"""Pages of the frame itself: preferences, kept typing, and the living style page."""

from django.urls import path

from . import views
from .steps import TypedView

app_name = "ui"
urlpatterns = [
    path("prefs", views.prefs, name="prefs"),
    path("typed", TypedView.as_view(), name="typed"),
    path("ui/", views.style, name="style"),
]
