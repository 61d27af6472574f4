"""Pages of 《政协直通车》. An issue has the number of its output; its steps are the output's."""

from django.urls import path

from . import news_urls, views, views_offline

app_name = "bulletins"

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:key>/", views.figure, name="figure"),
    path("worker.js", views_offline.worker, name="worker"),
    path("kept/", views_offline.kept, name="kept"),
    path("kept/allowed/", views_offline.allowed, name="allowed"),
    path("<int:pk>/", views.issue, name="issue"),
    path("<int:pk>/copy/", views_offline.copy, name="copy"),
    path("<int:pk>/read/", views.read, name="read"),
    path("<int:pk>/add/", views.add, name="add"),
    path("<int:pk>/imprint/", views.imprint, name="imprint"),
    path("<int:pk>/items/<int:item>/", views.item, name="item"),
    path("<int:pk>/items/<int:item>/move/", views.move, name="move"),
    path("<int:pk>/items/<int:item>/remove/", views.remove, name="remove"),
    *news_urls.urlpatterns,
]
