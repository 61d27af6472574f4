"""Doors of the desk; the frame looks for home, search, palette, notices, me, feedback and help by these names."""

from django.urls import path

from . import queue_views, views

app_name = "desk"
urlpatterns = [
    path("todo", views.todo, name="todo"),
    path("notices/read", views.read_all, name="read-all"),
    path("notices/<int:pk>", views.open_notice, name="open-notice"),
    path("feedback/<int:pk>", views.answer_feedback, name="answer-feedback"),
    path("queues/", queue_views.index, name="queues"),
    path("queues/<slug:name>", queue_views.queue, name="queue"),
    path("publish", queue_views.batch, {"name": "publish"}, name="publish"),
    path("assign", queue_views.batch, {"name": "assign"}, name="assign"),
    path("send/<slug:name>", queue_views.send_batch, name="send"),
]
