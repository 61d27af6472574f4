from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "huisheng.gatherings"
    verbose_name = "会议与活动"

    def ready(self) -> None:
        from . import importing, lifecycle, local_rules  # noqa: F401  (tables, local rules, the paper sheets' import kinds)
