"""Pages of 政协动态, under those of the bulletins."""

from django.urls import path

from huisheng.ui.steps import step_urls

from . import views_news as views
from .models_news import NewsItem

urlpatterns = [
    path("news/", views.index, name="news"),
    path("news/new/", views.new, name="news-new"),
    path("news/<int:pk>/", views.item, name="news-item"),
    path("news/<int:pk>/write/", views.write, name="news-write"),
    path("news/<int:pk>/preview/", views.preview, name="news-preview"),
    path("news/<int:pk>/photos/", views.photos, name="news-photos"),
    path("news/<int:pk>/photos/take/", views.take, name="news-take"),
    path("news/<int:pk>/photos/<int:number>/caption/", views.caption, name="news-caption"),
    path("news/<int:pk>/photos/<int:number>/remove/", views.remove_photo, name="news-photo-remove"),
    path("news/<int:pk>/photos/<int:number>/<slug:size>.jpg", views.photo, name="news-photo"),
    *step_urls(NewsItem, views.visible_item, prefix="news/"),
]
