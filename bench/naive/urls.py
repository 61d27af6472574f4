import io

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Avg, Count
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.generic import CreateView
from openpyxl import Workbook

from .models import Proposal


class Create(LoginRequiredMixin, CreateView):
    model = Proposal
    template_name = "naive/form.html"
    fields = ["serial", "title", "body", "category", "member", "unit", "date"]
    success_url = "/admin/"


@login_required
def accept(request, pk):
    one = get_object_or_404(Proposal, pk=pk)
    if request.method == "POST":
        one.status = "立案"
        one.save()
    return HttpResponseRedirect("/admin/")


@login_required
def figures(request):
    by = {
        name: list(Proposal.objects.values(name).annotate(n=Count("pk")))
        for name in ("status", "category", "unit__name")
    }
    return JsonResponse(by | Proposal.objects.aggregate(total=Count("pk"), last=Avg("pk")))


@login_required
def export(request):
    book = Workbook()
    for one in Proposal.objects.all():
        unit = one.unit.name if one.unit else ""
        book.active.append(
            [one.serial, one.title, one.body, one.category, one.status, one.member.name, unit, one.date]
        )
    out = io.BytesIO()
    book.save(out)
    return HttpResponse(out.getvalue(), content_type="application/octet-stream")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("new/", Create.as_view()),
    path("accept/<int:pk>/", accept),
    path("figures/", figures),
    path("export.xlsx", export),
]
