from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "huisheng.opinions"
    verbose_name = "社情民意"

    def ready(self) -> None:
        from . import lifecycle, local_rules  # noqa: F401  (tables and local rules)
