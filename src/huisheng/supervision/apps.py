from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "huisheng.supervision"
    verbose_name = "民主监督"

    def ready(self) -> None:
        from . import lifecycle, local_rules  # noqa: F401  (tables and local rules)
