"""Category, Item, Pack, Substitute, ItemIdentifier, ItemAlias. One catalogue serves all bureaus of an installation."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField
from liangcao.foundation.database.scope import PublicQuerySet
from liangcao.foundation.kernel.quantity import unit_in_english
from liangcao.reference.catalog.naming import LONGEST_NAME

# Who signs for goods that arrive, in this order: the store that took them in, quality, the count. Without a rule of its
# own a category follows its parent; a root without one asks for the store only.
SIGNATURES = ("store", "quality", "count")
IDENTIFIER_ISSUERS = ("gtin", "ma", "ahm")
SIGNATURE_RULES = ("", "store", "store,quality", "store,count", "store,quality,count")


class CategoryQuerySet(PublicQuerySet):
    """Everybody with an appointment reads the catalogue."""


class Category(models.Model):
    """A branch of the catalogue tree: 防护用品 › 口罩."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    receipt_signatures = models.CharField(max_length=30, blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt_signatures__in=SIGNATURE_RULES), name="category_signatures_are_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ItemQuerySet(PublicQuerySet):
    """Everybody with an appointment reads the catalogue."""


class Item(models.Model):
    """A kind of goods. All quantities of it are integers of `base_unit`, for ever: a base unit never changes."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80, unique=True)
    name_en = models.CharField(max_length=120, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items")
    base_unit = models.CharField(max_length=12)
    base_unit_en = models.CharField(max_length=20, blank=True)
    standard = models.CharField(max_length=120, blank=True)
    hazard_class = models.CharField(max_length=20, blank=True)
    storage_condition = models.CharField(max_length=80, blank=True)
    # One base unit on a vehicle, with its share of the packing; None: nobody has said.
    weight_grams = models.PositiveIntegerField(null=True)
    volume_ml = models.PositiveIntegerField(null=True)
    is_cold = models.BooleanField(default=False)
    lot_tracked = models.BooleanField(default=False)
    shortage_level = models.PositiveSmallIntegerField(default=0)
    pinyin = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(base_unit=""), name="item_has_base_unit"),
            models.CheckConstraint(condition=~Q(code=""), name="item_has_code"),
            models.CheckConstraint(
                condition=Q(weight_grams=None) | Q(weight_grams__gt=0), name="item_weighs_something"
            ),
            models.CheckConstraint(condition=Q(volume_ml=None) | Q(volume_ml__gt=0), name="item_fills_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def english(self) -> str:
        """The name for an English sentence: the Chinese one where there is no other."""
        return self.name_en or self.name

    def counted(self, count: int) -> str:
        """So many of it in an English sentence: 1,240 pieces."""
        return f"{count:,} {unit_in_english(self.base_unit_en or self.base_unit, count)}"


class PackQuerySet(PublicQuerySet):
    """Everybody with an appointment reads the catalogue."""


class Pack(models.Model):
    """A pack of an item: 1 箱 = 480 只. The factor is a whole number of base units."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="packs")
    name = models.CharField(max_length=20)
    factor = QuantityField()

    objects = PackQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="pack_name_once_per_item")]

    def __str__(self) -> str:
        return f"{self.name} = {self.factor}"


class SubstituteQuerySet(PublicQuerySet):
    """Everybody with an appointment reads the catalogue."""


class Substitute(models.Model):
    """What may be given instead, in order. The graph has no cycle (checked by the action that adds an edge)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="substitutes")
    substitute = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="substitute_for")
    order = models.PositiveSmallIntegerField(default=1)

    objects = SubstituteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "substitute"], name="substitute_once"),
            models.CheckConstraint(condition=~Q(item=F("substitute")), name="substitute_is_another_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}→{self.substitute_id}"


class ItemIdentifierQuerySet(PublicQuerySet):
    """Everybody with an appointment reads the catalogue."""


class ItemIdentifier(models.Model):
    """What a maker's code means: a GTIN or the DI of another issuer, the item, and how many base units a pack with this
    code holds. Never changed: it is ended when it was wrong, and may then be said again."""

    issuer = models.CharField(max_length=4)
    identifier = models.CharField(max_length=60)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="identifiers")
    quantity = QuantityField()
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = ItemIdentifierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "identifier"], condition=Q(ended_at=None), name="identifier_means_one_item"
            ),
            models.CheckConstraint(condition=Q(issuer__in=IDENTIFIER_ISSUERS), name="identifier_issuer_is_known"),
            models.CheckConstraint(condition=~Q(identifier=""), name="identifier_is_not_empty"),
            models.CheckConstraint(condition=~Q(added_by=""), name="identifier_added_by_somebody"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="", ended_reason="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="") & ~Q(ended_reason="")),
                name="identifier_ended_by_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.identifier


class ItemAliasQuerySet(PublicQuerySet):
    """Everybody with an appointment reads the catalogue."""


class ItemAlias(models.Model):
    """What people call an item: N95口罩. `key` is how it is compared (naming.name_key). While it is in force it means
    one item for certain. Never changed: it is ended when it was wrong, and may then be said again."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="aliases")
    alias = models.CharField(max_length=80)
    key = models.CharField(max_length=LONGEST_NAME)
    note = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = ItemAliasQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(ended_at=None), name="alias_means_one_item"),
            models.CheckConstraint(condition=~Q(alias="") & ~Q(key=""), name="alias_is_not_empty"),
            models.CheckConstraint(condition=~Q(added_by=""), name="alias_added_by_somebody"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="", ended_reason="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="") & ~Q(ended_reason="")),
                name="alias_ended_by_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.alias
