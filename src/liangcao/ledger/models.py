"""The tables of the ledger. Moves, postings, lots, lot facts and accounts are append-only; balances, day totals,
day changes and the head are caches that change only inside a move's transaction and that `rebuild --check` proves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from liangcao.foundation.database.closed_days import closed_by
from liangcao.foundation.database.fields import QuantityField, SignedQuantityField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.ledger.kinds import FACTS, MOVE_KINDS, SOURCE_KINDS, AccountKind
from liangcao.ledger.seals_models import ClosingBalance, Seal, SealAddress, SealKey

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Grant

__all__ = [
    "Balance", "Book", "BookHead", "ClosingBalance", "DayChange", "DayTotal", "Lot", "LotFact", "Move", "Posting",
    "Seal", "SealAddress", "SealKey", "StockAccount",
]  # fmt: skip

ACCOUNT_KINDS = [kind.value for kind in AccountKind]


class BookQuerySet(ScopedQuerySet):
    """Books of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


class Book(models.Model):
    """台账: one bureau's ledger over all its stores, with one chain."""

    bureau = models.OneToOneField("parties.Bureau", on_delete=models.PROTECT, related_name="book")
    code = models.CharField(max_length=30, unique=True)
    opened_at = models.DateTimeField()
    late_days = models.PositiveSmallIntegerField(default=7)

    objects = BookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code


class BookHeadQuerySet(ScopedQuerySet):
    """Heads of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = EVERYWHERE


class BookHead(models.Model):
    """The end of a book's chain. Locked last, just before a move gets its place, so that seq order is commit order."""

    book = models.OneToOneField(Book, on_delete=models.PROTECT, primary_key=True, related_name="head")
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    # The last sealed day, here because every writer locks this row: who posts sees what was sealed meanwhile.
    sealed_through = models.DateField(null=True)

    objects = BookHeadQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.book_id}#{self.seq}"


class StockAccountQuerySet(ScopedQuerySet):
    """Accounts of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "store_id"
    emergency_path = EVERYWHERE


@append_only()
class StockAccount(models.Model):
    """库存账户 = (book, kind, store, party). No NULL in the key: an unused part points at the "none" row (id 0)."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT)
    party = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT)

    objects = StockAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "kind", "store", "party"], name="account_once"),
            models.CheckConstraint(condition=Q(kind__in=ACCOUNT_KINDS), name="account_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.store_id}/{self.party_id}"


def _touches(grant: Grant) -> Q:
    """Postings out of or into the stores of a narrowed appointment."""
    return Q(source__store_id__in=sorted(grant.store_ids)) | Q(target__store_id__in=sorted(grant.store_ids))


def _lies_in(lot: str, grant: Grant) -> Q:
    """Rows whose lot lies, or once lay, in the stores of a narrowed appointment."""
    return Q(Exists(Balance.objects.filter(lot=OuterRef(lot), account__store_id__in=sorted(grant.store_ids))))


class MoveQuerySet(ScopedQuerySet):
    """Moves of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "postings"
    emergency_path = EVERYWHERE

    def in_store(self, path: str, grant: Grant) -> Q:
        """Moves that touched the grant's stores, or recorded a fact of a lot that lies there."""
        # Joins, no EXISTS within the EXISTS: to build that took Django ten times as long as to run it.
        ours = sorted(grant.store_ids)
        goods = Posting.objects.filter(_touches(grant), move=OuterRef("pk"))
        facts = LotFact.objects.filter(move=OuterRef("pk"), lot__balance__account__store_id__in=ours)
        return Q(Exists(goods)) | Q(Exists(facts))


@append_only()
@closed_by("ledger.Seal", key="book", day="business_date", closed_day="day")
class Move(models.Model):
    """单据. Its id was made by the client before sending; seq, previous hash and hash place it in the book's chain."""

    id = models.UUIDField(primary_key=True, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    seq = models.BigIntegerField()
    number = models.CharField(max_length=30)
    kind = models.CharField(max_length=20)
    business_date = models.DateField()
    recorded_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    cause_kind = models.CharField(max_length=20, blank=True)
    cause_ref = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    late_reason = models.CharField(max_length=200, blank=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals")
    signatures = models.JSONField(default=list)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = MoveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "seq"], name="move_seq_once"),
            models.UniqueConstraint(fields=["book", "number"], name="move_number_once"),
            models.CheckConstraint(condition=Q(kind__in=list(MOVE_KINDS)), name="move_kind_is_known"),
            models.CheckConstraint(
                condition=(Q(cause_kind="") & Q(cause_ref="")) | (~Q(cause_kind="") & ~Q(cause_ref="")),
                name="move_cause_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["book", "business_date", "seq"], name="move_by_day"),
            models.Index(fields=["book", "kind", "seq"], name="move_by_kind"),
            models.Index(fields=["book", "cause_kind", "cause_ref"], name="move_by_cause"),
        ]

    def __str__(self) -> str:
        return self.number


class LotQuerySet(ScopedQuerySet):
    """Lots of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "balance"
    emergency_path = EVERYWHERE

    def in_store(self, path: str, grant: Grant) -> Q:
        """Lots that lie or lay in the grant's stores."""
        return _lies_in("pk", grant)


@append_only()
class Lot(models.Model):
    """批次: what came in together. The row never changes; what becomes known later is a lot fact."""

    id = models.UUIDField(primary_key=True, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    code = models.CharField(max_length=40)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT)
    source_kind = models.CharField(max_length=12)
    source_ref = models.CharField(max_length=80)
    maker_lot = models.CharField(max_length=60, blank=True)
    no_lot_reason = models.CharField(max_length=100, blank=True)
    produced_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="lots")
    arrived_on = models.DateField()

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="lot_code_once"),
            models.CheckConstraint(condition=Q(source_kind__in=list(SOURCE_KINDS)), name="lot_source_kind_is_known"),
            models.CheckConstraint(
                condition=Q(produced_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("produced_on")),
                name="lot_expires_after_production",
            ),
            models.CheckConstraint(condition=~Q(source_ref=""), name="lot_names_its_source"),
        ]
        indexes = [
            models.Index(fields=["book", "item", "arrived_on"], name="lot_by_item"),
            models.Index(fields=["book", "source_ref"], name="lot_by_source"),
        ]

    def __str__(self) -> str:
        return self.code


class LotFactQuerySet(ScopedQuerySet):
    """Facts of the lots of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "lot__balance"
    emergency_path = EVERYWHERE

    def in_store(self, path: str, grant: Grant) -> Q:
        """Facts of the lots that lie or lay in the grant's stores."""
        return _lies_in("lot_id", grant)


@append_only()
class LotFact(models.Model):
    """批次情况: something that became known of a lot. The latest of its kind counts."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="facts")
    fact = models.CharField(max_length=12)
    value = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True)
    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="facts")

    objects = LotFactQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fact__in=list(FACTS)), name="fact_is_known")]

    def __str__(self) -> str:
        return f"{self.fact}={self.value}"


class PostingQuerySet(ScopedQuerySet):
    """Postings of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "source__store_id"
    emergency_path = EVERYWHERE

    def in_store(self, path: str, grant: Grant) -> Q:
        """Postings out of or into the grant's stores."""
        return _touches(grant)


@append_only()
class Posting(models.Model):
    """分录: so many pieces of one lot from one account to another."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="postings", db_index=False)
    line = models.PositiveIntegerField()
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="postings")
    source = models.ForeignKey(StockAccount, on_delete=models.PROTECT, related_name="postings_out")
    target = models.ForeignKey(StockAccount, on_delete=models.PROTECT, related_name="postings_in")
    quantity = QuantityField()

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "line"], name="posting_line_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="posting_goes_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.move_id}/{self.line}"


class BalanceQuerySet(ScopedQuerySet):
    """Balances of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "account__store_id"
    emergency_path = EVERYWHERE


class Balance(models.Model):
    """结存 per account and lot. The sign is held by the database: only outside accounts go below zero, and never
    above."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    account = models.ForeignKey(StockAccount, on_delete=models.PROTECT, db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, db_index=False)
    quantity = SignedQuantityField()
    # The last business date that touched it: tells what lies idle without reading postings.
    moved_on = models.DateField()

    objects = BalanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "lot"], name="balance_once"),
            models.CheckConstraint(
                condition=Q(kind="outside", quantity__lte=0) | (~Q(kind="outside") & Q(quantity__gte=0)),
                name="balance_has_its_sign",
            ),
        ]
        indexes = [models.Index(fields=["book", "kind", "item"], name="balance_by_item", condition=~Q(quantity=0))]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.lot_id}: {self.quantity}"


class DayTotalQuerySet(ScopedQuerySet):
    """Day totals of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "store_id"
    emergency_path = EVERYWHERE


class DayTotal(models.Model):
    """记账日汇总 per (book, ledger day, business date, store, flow, item), written in the move's transaction."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    ledger_day = models.DateField()
    business_date = models.DateField()
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT)
    flow = models.CharField(max_length=12)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT)
    quantity = SignedQuantityField()

    objects = DayTotalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "ledger_day", "business_date", "store", "flow", "item"], name="day_total_once"
            )
        ]
        indexes = [models.Index(fields=["book", "business_date", "flow"], name="day_total_by_day")]

    def __str__(self) -> str:
        return f"{self.business_date} {self.flow} {self.item_id}: {self.quantity}"


class DayChangeQuerySet(ScopedQuerySet):
    """Day changes of the actor's books."""

    bureau_path = "book__bureau_id"
    store_path = "store_id"
    emergency_path = EVERYWHERE


class DayChange(models.Model):
    """日净变动 per (book, kind of account, store, item, business date), written in the move's transaction: added up to
    a day they are what was held at its end, however many postings made it."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=12)
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT)
    business_date = models.DateField()
    quantity = SignedQuantityField()

    objects = DayChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "kind", "store", "item", "business_date"], name="day_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.kind} {self.item_id}: {self.quantity:+}"
