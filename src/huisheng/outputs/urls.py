"""Pages of 成果与报送."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views
from .models import FollowUp, Instruction, Output

app_name = "outputs"

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="output"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/paper.<slug:form>", views.paper, name="paper"),
    path("<int:pk>/opened/", views.opened, name="opened"),
    path("<int:pk>/instruct/", views.instruct, name="instruct"),
    path("instructions/", views.instructions, name="instructions"),
    path("instructions/<int:pk>/", views.instruction, name="instruction"),
    path("instructions/<int:pk>/files/<int:file>/", views.photo, name="photo"),
    path("follow-ups/", views.follow_ups, name="follow-ups"),
    path("follow-ups/<int:pk>/", views.follow_up, name="follow-up"),
    path("follow-ups/<int:pk>/deadline/", views.deadline, name="deadline"),
    *step_urls(Output, views.visible_output),
    *step_urls(Instruction, views.visible_instruction, prefix="instructions/"),
    *step_urls(FollowUp, views.visible_follow_up, prefix="follow-ups/"),
]
