from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "huisheng.consultations"
    verbose_name = "年度协商"

    def ready(self) -> None:
        from . import forum_lifecycle, forum_local_rules, lifecycle, local_rules  # noqa: F401  (tables and local rules)
