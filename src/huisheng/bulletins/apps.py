from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "huisheng.bulletins"
    verbose_name = "政协直通车"

    def ready(self) -> None:
        from . import lifecycle, local_rules  # noqa: F401  (what signing an issue adds, and local rules)
