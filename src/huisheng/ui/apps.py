from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "huisheng.ui"
    verbose_name = "页面"
