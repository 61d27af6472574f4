from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "huisheng.desk"
    verbose_name = "工作台"

    def ready(self) -> None:
        from . import local_rules  # noqa: F401  (declares them)
