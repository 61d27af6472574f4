"""Pages of the public door, all under /open/."""

from django.urls import path

from . import views, views_archive, views_data, views_news, views_planned, views_receipt, views_say

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("say/", views_say.say, name="say"),
    path("check/", views_receipt.check, name="check"),
    path("r/<str:token>", views_receipt.receipt, name="receipt"),
    path("r/<str:token>/forget", views_receipt.forget, name="forget"),
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<int:pk>/", views.proposal, name="proposal"),
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/<int:pk>/", views.bulletin, name="bulletin"),
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("news/", views_news.news, name="news"),
    path("news/<int:pk>/", views_news.item, name="news-item"),
    path("news/<int:pk>/<int:number>/<slug:size>.jpg", views_news.picture, name="news-picture"),
    path("search/", views.search, name="search"),
    path("archive/", views_archive.gallery, name="gallery"),
    path("archive/<int:pk>/", views_archive.exhibit, name="exhibit"),
    path(
        "archive/<int:pk>/<int:number>/<slug:size>.jpg", views_archive.exhibit_picture, name="exhibit-picture"
    ),
    path("supervisions/", views.supervisions, name="supervisions"),
    path("supervisions/<int:pk>/", views.supervision, name="supervision"),
    path("consultations/", views_planned.plans, name="plans"),
    path("consultations/<int:year>/", views_planned.plan, name="plan"),
    path("figures/", views.figures, name="figures"),
    path("figures/<int:year>/", views.year, name="year"),
    path("figures/<int:year>.csv", views.year_csv, name="year-csv"),
    path("figures/<int:year>.json", views.year_json, name="year-json"),
    path("data/", views_data.data, name="data"),
    path("data/proposals-<int:year>.csv", views_data.proposals_csv, name="proposals-csv"),
    path("data/proposals-<int:year>.json", views_data.proposals_json, name="proposals-json"),
    path("data/popolo.json", views_data.people, name="popolo"),
    path("data/schemas/<slug:name>.json", views_data.schema, name="schema"),
    path("feed.atom", views.feed, name="feed"),
    path("feedback/", views.feedback, name="feedback"),
    path("about/accessibility/", views.accessibility, name="accessibility"),
]
