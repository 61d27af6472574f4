"""Pages of 机关平时考核, under /duty/office/."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import office_views as views
from .models_office import OfficeReview

urlpatterns = [
    path("office/", views.index, name="office"),
    path("office/begin/", views.begin, name="office-begin"),
    path("office/<int:pk>/", views.review, name="office-review"),
    path("office/<int:pk>/summary/", views.summary, name="office-summary"),
    path("office/<int:pk>/form.<slug:form>", views.paper, name="office-form"),
    *step_urls(OfficeReview, views.visible_review, prefix="office/"),
]
