from django.apps import AppConfig


class OutputsConfig(AppConfig):
    name = "huisheng.outputs"
    verbose_name = "成果与报送"

    def ready(self) -> None:
        from . import lifecycle, local_rules  # noqa: F401  (tables and local rules)
