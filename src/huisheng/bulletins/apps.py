from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "huisheng.bulletins"
    verbose_name = "政协直通车"

    def ready(self) -> None:
        from . import (  # noqa: F401  (what signing an issue adds, the table of 政协动态, and local rules)
            lifecycle,
            local_rules,
            news_lifecycle,
            news_local_rules,
        )
