from django.apps import AppConfig

NOT_FILLED = "这一项还没有填。"


class UiConfig(AppConfig):
    name = "huisheng.ui"
    verbose_name = "页面"

    def ready(self) -> None:
        """Django's own words for the commonest errors, as one would say them."""
        from django import forms

        forms.Field.default_error_messages["required"] = NOT_FILLED
        forms.DateField.default_error_messages["invalid"] = "请写成 2017-03-01 这样的日期。"
        forms.FileField.default_error_messages["empty"] = "这个文件是空的。请打开看一看，另存后再传。"
