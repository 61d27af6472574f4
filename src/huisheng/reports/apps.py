from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "huisheng.reports"
    verbose_name = "统计与年度报告"

    def ready(self) -> None:
        from . import lifecycle, local_rules  # noqa: F401  (tables and local rules)
