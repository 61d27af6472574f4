from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "huisheng.duty"
    verbose_name = "履职"

    def ready(self) -> None:
        from . import (  # noqa: F401  (tables and local rules)
            lifecycle,
            local_rules,
            office_lifecycle,
            standing_lifecycle,
        )
