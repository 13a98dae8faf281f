"""App label `files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files kept by digest."""

    name = "liangcao.foundation.files"
    label = "files"
    verbose_name = "附件"
