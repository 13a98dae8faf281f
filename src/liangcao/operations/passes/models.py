"""Pass, PassKey. A pass is only ever revoked; the private key is in no table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor

PASS_STATUSES = ("issued", "revoked")
PASS_KINDS = ("S",)


class PassKeyQuerySet(ScopedQuerySet):
    """Public keys belong to the installation: everybody at a desk reads them."""

    bureau_path = None

    def visible_to(self, actor: Actor) -> Self:
        """All of them for officials, none for others."""
        return self.all() if actor.sees_everything or actor.bureau_ids else self.none()


@append_only()
class PassKey(models.Model):
    """通行证公钥: the public half of a key that signs passes (P-256, uncompressed point in hexadecimal)."""

    key_id = models.CharField(max_length=8, unique=True)
    public_key = models.CharField(max_length=130, unique=True)
    made_at = models.DateTimeField()

    objects = PassKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key_id


class PassQuerySet(ScopedQuerySet):
    """Passes of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


@append_only("status", "revoked_at", "revoked_by", "revoked_reason")
class Pass(models.Model):
    """通行证: one vehicle, from one day to another (both included). `code` is the signed text of its QR."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=30)
    kind = models.CharField(max_length=1, default="S")
    plate = models.CharField(max_length=10)
    driver = models.CharField(max_length=60, blank=True)
    goods = models.CharField(max_length=100, blank=True)
    route = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField()
    status = models.CharField(max_length=10, default="issued")
    code = models.CharField(max_length=300, unique=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=60)
    issued_user_id = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    objects = PassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="pass_number_once"),
            models.CheckConstraint(condition=Q(status__in=PASS_STATUSES), name="pass_status_is_known"),
            models.CheckConstraint(condition=Q(kind__in=PASS_KINDS), name="pass_kind_is_known"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="pass_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(plate="") & ~Q(route=""), name="pass_has_plate_and_route"),
            models.CheckConstraint(
                condition=Q(status="issued", revoked_at=None, revoked_by="", revoked_reason="")
                | (Q(status="revoked", revoked_at__isnull=False) & ~Q(revoked_by="") & ~Q(revoked_reason="")),
                name="pass_revoked_by_at_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "-id"], name="pass_by_bureau"),
            models.Index(fields=["bureau", "plate"], name="pass_by_plate"),
        ]

    def __str__(self) -> str:
        return self.number

    def state_on(self, day: date) -> str:
        """What the pass is on a day: "revoked", "expired", "not_yet" or "valid"."""
        if self.status == "revoked":
            return "revoked"
        if day > self.valid_until:
            return "expired"
        return "not_yet" if day < self.valid_from else "valid"
