from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "huisheng.desk"
    verbose_name = "工作台"
