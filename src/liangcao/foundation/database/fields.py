"""Integer columns that the database itself keeps integer. SQLite would store 1.5 in a bigint column: typeof() refuses
it."""

from __future__ import annotations

from typing import Any

from django.db import models

from liangcao.foundation.kernel.quantity import QUANTITY_MAX


class _IntegerColumn(models.BigIntegerField):
    """A bigint column with a CHECK built from the column's name."""

    def _bound(self, column: str) -> str:
        raise NotImplementedError

    def db_check(self, connection: Any) -> str | None:
        """The CHECK of the column: the bound, and on SQLite also the storage class."""
        column = connection.ops.quote_name(self.column)
        bound = self._bound(column)
        if connection.vendor == "sqlite":
            kind = f"typeof({column}) = 'integer'"
            if self.null:
                kind = f"typeof({column}) IN ('integer', 'null')"
            return f"{kind} AND {bound}" if bound else kind
        return bound or None


class QuantityField(_IntegerColumn):
    """Pieces in the item's base unit: 1 to 999,999,999."""

    def _bound(self, column: str) -> str:
        return f"{column} BETWEEN 1 AND {QUANTITY_MAX}"


class QuantityOrZeroField(_IntegerColumn):
    """Pieces in the item's base unit: 0 to 999,999,999."""

    def _bound(self, column: str) -> str:
        return f"{column} BETWEEN 0 AND {QUANTITY_MAX}"


class SignedQuantityField(_IntegerColumn):
    """A sum of quantities, which may be below zero (the outside account, a reversed flow)."""

    def _bound(self, column: str) -> str:
        return ""


class MoneyField(_IntegerColumn):
    """Integer fen (1/100 yuan), never below zero."""

    def _bound(self, column: str) -> str:
        return f"{column} >= 0"
