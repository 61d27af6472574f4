from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "huisheng.reports"
    verbose_name = "统计与年度报告"

    def ready(self) -> None:
        from huisheng.duty.office_work import VISIBLE

        from . import lifecycle, local_rules, queries  # noqa: F401  (tables and local rules)
        from .models import Report

        VISIBLE[Report.kind()] = queries.visible_to  # a report is work of the office, too
