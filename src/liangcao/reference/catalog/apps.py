"""App label `catalog`."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Items and units."""

    name = "liangcao.reference.catalog"
    label = "catalog"
    verbose_name = "物资目录"
