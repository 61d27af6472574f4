"""Pages of 会议与活动."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views, views_roll
from .models import Gathering, Leave

app_name = "gatherings"

urlpatterns = [
    path("", views.index, name="list"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:key>/", views.figure, name="figure"),
    path("month/", views.month, name="month"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="gathering"),
    path("<int:pk>/plan/", views.plan, name="plan"),
    path("<int:pk>/agenda/", views.agenda, name="agenda"),
    path("<int:pk>/agenda/<int:item>/carry/", views.carry, name="carry"),
    path("<int:pk>/agenda/<int:item>/files/", views.add_file, name="add-file"),
    path("<int:pk>/files/<int:file>/", views.file, name="file"),
    path("<int:pk>/minutes/", views.minutes, name="minutes"),
    path("<int:pk>/chain/", views.chain, name="chain"),
    path("<int:pk>/read/", views_roll.read, name="read"),
    path("<int:pk>/answer/", views_roll.answer, name="answer"),
    path("<int:pk>/leave/", views_roll.ask_leave, name="ask-leave"),
    path("<int:pk>/here/", views_roll.here, name="here"),
    path("<int:pk>/screen/", views_roll.screen, name="screen"),
    path("<int:pk>/roll/", views_roll.roll, name="roll"),
    path("leaves/", views_roll.leaves, name="leaves"),
    path("leaves/<int:pk>/", views_roll.leave, name="leave"),
    *step_urls(Gathering, views.visible_gathering),
    *step_urls(Leave, views_roll.visible_leave, prefix="leaves/"),
]
