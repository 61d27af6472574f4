from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "huisheng.proposals"
    verbose_name = "提案"

    def ready(self) -> None:
        from . import importing, lifecycle, local_rules  # noqa: F401  (tables, local rules, the ledger's import kind)
