from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "huisheng.proposals"
    verbose_name = "提案"

    def ready(self) -> None:
        from . import lifecycle, local_rules  # noqa: F401  (the tables and the local rules declare themselves)
