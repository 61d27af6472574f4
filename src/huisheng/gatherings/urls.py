"""Pages of 会议与活动."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views, views_afterwards, views_floor, views_liaisons, views_roll
from .models import Ballot, Briefing, Gathering, Leave, Liaison, Speech

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
    path("<int:pk>/photos/", views_afterwards.photos, name="photos"),
    path("<int:pk>/photos/<int:file>/", views_afterwards.photo, name="photo"),
    path("<int:pk>/photos/<int:file>/remove/", views_afterwards.remove_photo, name="photo-remove"),
    path("<int:pk>/note/", views_afterwards.study_note, name="note"),
    path("<int:pk>/read/", views_roll.read, name="read"),
    path("<int:pk>/answer/", views_roll.answer, name="answer"),
    path("<int:pk>/leave/", views_roll.ask_leave, name="ask-leave"),
    path("<int:pk>/here/", views_roll.here, name="here"),
    path("<int:pk>/screen/", views_roll.screen, name="screen"),
    path("<int:pk>/roll/", views_roll.roll, name="roll"),
    path("leaves/", views_roll.leaves, name="leaves"),
    path("leaves/<int:pk>/", views_roll.leave, name="leave"),
    path("leaves/<int:pk>/paper.<slug:form>", views_floor.leave_slip, name="leave-paper"),
    path("<int:pk>/paper/<slug:which>.<slug:form>", views_floor.paper, name="paper"),
    path("<int:pk>/speeches/", views_floor.speeches, name="gathering-speeches"),
    path("<int:pk>/speeches/new/", views_floor.new_speech, name="speech-new"),
    path("<int:pk>/timing/", views_floor.timing, name="timing"),
    path("speeches/", views_floor.my_speeches, name="speeches"),
    path("speeches/<int:pk>/", views_floor.speech, name="speech"),
    path("speeches/<int:pk>/edit/", views_floor.edit_speech, name="speech-edit"),
    path("speeches/<int:pk>/time/", views_floor.time_speech, name="speech-time"),
    path("<int:pk>/remarks/", views_floor.remarks, name="remarks"),
    path("<int:pk>/remarks/<int:remark>/", views_floor.remark, name="remark"),
    path("<int:pk>/briefings/", views_floor.briefings, name="briefings"),
    path("<int:pk>/briefings/new/", views_floor.new_briefing, name="briefing-new"),
    path("briefings/<int:pk>/", views_floor.briefing, name="briefing"),
    path("briefings/<int:pk>/edit/", views_floor.edit_briefing, name="briefing-edit"),
    path("briefings/<int:pk>/paper.<slug:form>", views_floor.briefing_paper, name="briefing-paper"),
    path("<int:pk>/ballots/", views_floor.ballots, name="ballots"),
    path("<int:pk>/ballots/new/", views_floor.new_ballot, name="ballot-new"),
    path("ballots/<int:pk>/", views_floor.ballot, name="ballot"),
    path("ballots/<int:pk>/edit/", views_floor.edit_ballot, name="ballot-edit"),
    path("ballots/<int:pk>/paper.<slug:form>", views_floor.ballot_paper, name="ballot-paper"),
    path("liaisons/", views_liaisons.index, name="liaisons"),
    path("liaisons/new/", views_liaisons.new, name="liaison-new"),
    path("liaisons/<int:pk>/", views_liaisons.liaison, name="liaison"),
    *step_urls(Gathering, views.visible_gathering),
    *step_urls(Leave, views_roll.visible_leave, prefix="leaves/"),
    *step_urls(Speech, views_floor.visible_speech, prefix="speeches/"),
    *step_urls(Briefing, views_floor.visible_briefing, prefix="briefings/"),
    *step_urls(Ballot, views_floor.visible_ballot, prefix="ballots/"),
    *step_urls(Liaison, views_liaisons.visible_liaison, prefix="liaisons/"),
]
