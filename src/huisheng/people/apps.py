from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "huisheng.people"
    verbose_name = "人员与机构"

    def ready(self) -> None:
        from . import lifecycle, local_rules, signin  # noqa: F401  (tables, rules and signal receivers register themselves)
