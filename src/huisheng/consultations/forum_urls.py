"""Addresses of 网络议政, below ``consultations/forums/`` and in that room's namespace."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import forum_views as views
from .models_forum import Forum, ForumPost, Statement

urlpatterns = [
    path("forums/", views.index, name="forums"),
    path("forums/new/", views.new, name="forum-new"),
    path("forums/<int:pk>/", views.forum, name="forum"),
    path("forums/<int:pk>/posts/", views.posts, name="forum-posts"),
    path("forums/<int:pk>/statements/", views.statements, name="forum-statements"),
    path("forums/<int:pk>/vote/", views.vote, name="forum-vote"),
    path("forums/<int:pk>/map/", views.consensus_map, name="forum-map"),
    *step_urls(Forum, views.visible_forum, prefix="forums/"),
    *step_urls(ForumPost, views.visible_post, prefix="forums/posts/"),
    *step_urls(Statement, views.visible_statement, prefix="forums/statements/"),
]
