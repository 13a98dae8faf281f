"""App label `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The books."""

    name = "liangcao.ledger"
    label = "ledger"
    verbose_name = "台账"
