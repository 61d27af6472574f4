"""The directory of doors for pages. Machines knock at api.py."""

from django.urls import include, path

from huisheng.api import api
from huisheng.desk import calendars
from huisheng.desk import views as desk
from huisheng.portal import views as portal
from huisheng.ui import errors

urlpatterns = [
    path("", desk.home, name="home"),
    path("search", desk.search, name="search"),
    path("palette", desk.palette, name="palette"),
    path("notices", desk.notices, name="notices"),
    path("me", desk.me, name="me"),
    path("me/calendar/<str:secret>.ics", calendars.feed, name="calendar"),
    path("feedback", desk.feedback, name="feedback"),
    path("help", desk.help, name="help"),
    path("desk/", include("huisheng.desk.urls")),
    path("opinions/", include("huisheng.opinions.urls")),
    path("open/", include("huisheng.portal.urls")),
    path("robots.txt", portal.robots, name="robots"),
    path("proposals/", include("huisheng.proposals.urls")),
    path("gatherings/", include("huisheng.gatherings.urls")),
    path("archive/", include("huisheng.archive.urls")),
    path("outputs/", include("huisheng.outputs.urls")),
    path("bulletins/", include("huisheng.bulletins.urls")),
    path("consultations/", include("huisheng.consultations.urls")),
    path("supervision/", include("huisheng.supervision.urls")),
    path("duty/", include("huisheng.duty.urls")),
    path("reports/", include("huisheng.reports.urls")),
    path("", include("huisheng.people.urls")),
    path("accounts/", include("huisheng.people.door_urls")),
    path("", include("huisheng.ui.urls")),
    path("api/v1/", api.urls),
]

handler400 = errors.bad_request
handler403 = errors.not_found  # absent and forbidden look the same
handler404 = errors.not_found
handler500 = errors.server_error
handler429 = errors.too_many  # asked for by allauth
