from django.contrib import admin
from django.db import models

STATES = [
    "草稿",
    "已提交",
    "审查中",
    "立案",
    "不予立案",
    "并案",
    "已交办",
    "办理中",
    "已答复",
    "已评议",
    "办结",
]


class Member(models.Model):
    name = models.CharField(max_length=50)
    sector = models.CharField(max_length=50)
    phone = models.CharField(max_length=20)

    def __str__(self):
        return self.name


class Unit(models.Model):
    name = models.CharField(max_length=80)

    def __str__(self):
        return self.name


class Proposal(models.Model):
    serial = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    body = models.TextField()
    category = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=[(one, one) for one in STATES], default="已提交")
    member = models.ForeignKey(Member, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    cosigners = models.ManyToManyField(Member, related_name="cosigned", blank=True)
    date = models.DateField()
    rating = models.CharField(max_length=10, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.title


admin.site.register(Member)
admin.site.register(Unit)


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):
    list_display = ["serial", "title", "category", "status", "member", "unit", "date"]
    list_filter = ["status", "category", "unit"]
    search_fields = ["title", "body"]
    date_hierarchy = "date"
