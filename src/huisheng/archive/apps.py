from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "huisheng.archive"
    verbose_name = "文史资料"

    def ready(self) -> None:
        from . import lifecycle, local_rules  # noqa: F401  (the tables and the local rules)
