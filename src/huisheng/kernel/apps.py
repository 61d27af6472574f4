from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "huisheng.kernel"
    verbose_name = "地基"
