from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "huisheng.portal"
    verbose_name = "公众的门"

    def ready(self) -> None:
        from . import local_rules  # noqa: F401  (declares them)
