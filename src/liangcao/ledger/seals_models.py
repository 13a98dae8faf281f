"""The tables of the day close: seals with the closing balances of their day, the public keys, and where seals go.

Seals, closing balances and keys are append-only. The private key is in none of them: it lies in a file outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.fields import SignedQuantityField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.foundation.outbox.models import CHANNELS

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor


class SealQuerySet(ScopedQuerySet):
    """Seals of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


@append_only()
class Seal(models.Model):
    """封条: one closed business date of a book. `content` is what was signed; the other columns repeat it for
    queries."""

    book = models.ForeignKey("ledger.Book", on_delete=models.PROTECT, related_name="seals")
    number = models.PositiveIntegerField()
    day = models.DateField()
    sealed_at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    objects = SealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "day"], name="seal_once_per_day"),
            models.UniqueConstraint(fields=["book", "number"], name="seal_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.day}"


class ClosingBalanceQuerySet(ScopedQuerySet):
    """Closing balances of the actor's books."""

    bureau_path = "seal__book__bureau_id"
    store_path = "account__store_id"
    emergency_path = EVERYWHERE


@append_only()
class ClosingBalance(models.Model):
    """日终结存: what an account held of a lot at the end of a sealed day, for each that moved on it."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="closing_balances", db_index=False)
    account = models.ForeignKey("ledger.StockAccount", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = SignedQuantityField()

    objects = ClosingBalanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "account", "lot"], name="closing_balance_once")]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.lot_id}: {self.quantity}"


class SealKeyQuerySet(ScopedQuerySet):
    """Public keys belong to the installation: everybody at a desk reads them."""

    bureau_path = None

    def visible_to(self, actor: Actor) -> Self:
        """All of them for officials, none for others."""
        return self.all() if actor.sees_everything or actor.bureau_ids else self.none()


@append_only()
class SealKey(models.Model):
    """封条公钥: the public half of a key that signs seals. The first is signed by
    itself, a later one by the one before it."""

    key_id = models.CharField(max_length=16, unique=True)
    public_key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="next")
    signature = models.CharField(max_length=128)

    objects = SealKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key_id


class SealAddressQuerySet(ScopedQuerySet):
    """A bureau's desk sees its own."""

    bureau_path = "book__bureau_id"


class SealAddress(models.Model):
    """封条外送地址: an address outside the building to which every new seal goes by itself."""

    book = models.ForeignKey("ledger.Book", on_delete=models.PROTECT, related_name="seal_addresses")
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=400)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = SealAddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "channel", "address"], condition=Q(removed_at=None), name="seal_address_once"
            ),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="seal_address_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"
