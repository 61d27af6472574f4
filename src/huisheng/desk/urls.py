"""Doors of the desk; the frame looks for home, search, palette, notices, me, feedback and help by these names."""

from django.urls import path

from . import (
    alike,
    batches,
    bodies,
    chain,
    health_views,
    journal_views,
    outbox_views,
    oversight,
    queue_views,
    views,
)

app_name = "desk"
urlpatterns = [
    path("todo", views.todo, name="todo"),
    path("notices/read", views.read_all, name="read-all"),
    path("notices/<int:pk>", views.open_notice, name="open-notice"),
    path("notices/<int:pk>/mute", outbox_views.mute, name="mute"),
    path("muted/<int:pk>/end", outbox_views.unmute, name="unmute"),
    path("wishes", outbox_views.prefer, name="prefer"),
    path("calendar", views.calendar, name="calendar"),
    path("outbox", outbox_views.outbox_page, name="outbox"),
    path("outbox/<int:pk>/<slug:act>", outbox_views.outbox_act, name="outbox-act"),
    path("feedback/<int:pk>", views.answer_feedback, name="answer-feedback"),
    path("queues/", queue_views.index, name="queues"),
    path("queues/<slug:name>", queue_views.queue, name="queue"),
    path("queues/<slug:name>/<int:pk>/aids", queue_views.aids, name="aids"),
    path("publish", batches.batch, {"name": "publish"}, name="publish"),
    path("assign", batches.batch, {"name": "assign"}, name="assign"),
    path("send/<slug:name>", batches.send_batch, name="send"),
    path("sent/<slug:name>/<slug:day>", batches.sent, name="sent"),
    path("sent/<slug:name>/<slug:day>/papers.pdf", batches.sent_papers, name="sent-papers"),
    path("deadlines", oversight.deadlines, name="deadlines"),
    path("oversight", oversight.oversight, name="oversight"),
    path("oversight.<slug:form>", oversight.report, name="oversight-report"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/<int:pk>/", bodies.body, name="body"),
    path("joints/", bodies.joints, name="joints"),
    path("health", health_views.health, name="health"),
    path("chain/<slug:of>/<int:pk>", chain.chain, name="chain"),
    path("alike/<slug:of>/<int:pk>", alike.alike, name="alike"),
    path("alike/<slug:of>/<int:pk>/<int:proposal>", alike.relate, name="relate"),
    path("journal", journal_views.journal, name="journal"),
    path("journal/verify", journal_views.verify, name="journal-verify"),
]
