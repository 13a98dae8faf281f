"""物料平衡: what was there, what came by which way, what went by which way, where it is: opening + in = out + closing.

Inside are our stores with everything that lies in them, is kept there for somebody, waits there, or is on the road
from there. In and out are counted from the postings, opening from the changes of the days, closing from the balances:
they must agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Sum, Value, When

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.spans import check_span
from liangcao.ledger.kinds import FLOWS, IN_FLOWS, AccountKind
from liangcao.ledger.models import Balance, DayChange, Lot, Posting
from liangcao.reference.parties.queries import stores

INSIDE = tuple(
    str(kind)
    for kind in (
        AccountKind.STORE, AccountKind.RESERVED, AccountKind.RECEIVING, AccountKind.QUARANTINE, AccountKind.TRANSIT,
    )
)  # fmt: skip
WAYS_IN = (*IN_FLOWS, "returned", "transfer_in", "other_in")
WAYS_OUT = ("delivered", "consumed", "loss", "sent_back", "transfer_out", "other_out")
WAYS: dict[str, tuple[str, str]] = {
    **{way: FLOWS[way] for way in (*WAYS_IN[:-1], *WAYS_OUT[:-1])},
    "delivered": ("单位签收", "signed for by units"),
    "returned": ("单位退回", "returned by units"),
    "other_in": ("其他收入", "other in"),
    "other_out": ("其他发出", "other out"),
}
_OUT_BY_TARGET = {
    "recipient": "delivered", "consumed": "consumed", "loss": "loss", "outside": "sent_back",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Of what: an item, a store, a source (its number, or number#line), business days; everything where None."""

    item_id: int | None = None
    store_id: int | None = None
    source: str = ""
    from_: date | None = None
    to: date | None = None


@dataclass(frozen=True)
class ItemBalance:
    """The balance of one item in base units: way → pieces that came and went, kind of account → pieces at the end."""

    item_id: int
    opening: int = 0
    came: Mapping[str, int] = field(default_factory=dict)
    went: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)

    @property
    def total_in(self) -> int:
        """Everything that came."""
        return sum(self.came.values())

    @property
    def total_out(self) -> int:
        """Everything that went."""
        return sum(self.went.values())

    @property
    def closing(self) -> int:
        """Everything that is there at the end."""
        return sum(self.held.values())

    @property
    def difference(self) -> int:
        """0 when every piece is accounted for."""
        return self.opening + self.total_in - self.total_out - self.closing


def mass_balance(actor: Actor, bureau_id: int, question: Question) -> list[ItemBalance]:
    """The balances of the items that moved or lay there, by item id, from one snapshot and in a handful of queries.

    Raises NotFound for a source that nothing came from, Invalid DATES_INVALID.
    """
    check_span(question.from_, question.to)
    with snapshot():
        if question.source:
            _check_source(actor, bureau_id, question.source)
        inside = _inside(actor, bureau_id, question)
        narrowed = _narrowed(
            Posting.objects.visible_to(actor), bureau_id, question, item="lot__item_id", is_posting=True
        )
        opening = _opening(actor, bureau_id, question, inside)
        came: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        went: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in _sums(narrowed, question, inside):
            if row.is_before:
                opening[row.item_id] += row.net
                continue
            way_in, way_out = row.ways(is_whole_bureau=question.store_id is None)
            if way_in:
                came[row.item_id][way_in] += row.sign * row.quantity
            if way_out:
                went[row.item_id][way_out] += row.sign * row.quantity
        held = _held(actor, bureau_id, question, inside)
    return [
        ItemBalance(item, opening[item], _plain(came[item]), _plain(went[item]), _plain(held[item]))
        for item in sorted({*opening, *came, *went, *held})
        if opening[item] or any(_plain(part[item]) for part in (came, went, held))
    ]


def _plain(counted: Mapping[str, int]) -> dict[str, int]:
    return {way: quantity for way, quantity in counted.items() if quantity}


def _inside(actor: Actor, bureau_id: int, question: Question) -> list[int]:
    """The stores whose goods count: the one asked for, else all that the reader sees."""
    if question.store_id is not None:
        return [question.store_id]
    return list(stores(actor, bureau_id=bureau_id).values_list("pk", flat=True))


def _narrowed(rows: Any, bureau_id: int, question: Question, *, item: str, is_posting: bool) -> Any:
    """Postings or balances of the question."""
    rows = rows.filter(book__bureau_id=bureau_id)
    if question.item_id is not None:
        rows = rows.filter(**{item: question.item_id})
    if question.store_id is not None and is_posting:
        rows = rows.filter(Q(source__store_id=question.store_id) | Q(target__store_id=question.store_id))
    if question.source:
        named = "lot__source_ref" if "#" in question.source else "lot__source_ref__startswith"
        ref = question.source if "#" in question.source else f"{question.source}#"
        rows = rows.filter(**{named: ref})
    return rows


@dataclass(frozen=True)
class _Sum:
    """Pieces of an item between accounts of two kinds. A reversal is turned round and counts below zero."""

    item_id: int
    source_kind: str
    source: str
    target: str
    is_source_inside: bool
    is_target_inside: bool
    is_before: bool
    sign: int
    quantity: int

    @property
    def net(self) -> int:
        """What it changes inside."""
        return self.sign * self.quantity * (self.is_target_inside - self.is_source_inside)

    def ways(self, *, is_whole_bureau: bool) -> tuple[str, str]:
        """By which way it came in and went out; "" where it did not. Goods that never saw a store do both at once."""
        through = is_whole_bureau and AccountKind.OUTSIDE in (self.source, self.target)
        if self.is_source_inside == self.is_target_inside and (self.is_source_inside or not through):
            return "", ""
        return "" if self.is_source_inside else self._way_in(), "" if self.is_target_inside else self._way_out()

    def _way_in(self) -> str:
        if self.source == AccountKind.OUTSIDE:
            return self.source_kind
        if self.source == AccountKind.RECIPIENT:
            return "returned"
        return "transfer_in" if self.source in INSIDE else "other_in"

    def _way_out(self) -> str:
        return _OUT_BY_TARGET.get(self.target) or ("transfer_out" if self.target in INSIDE else "other_out")


def _sums(rows: QuerySet[Posting], question: Question, inside: list[int]) -> list[_Sum]:
    """The postings up to the last day, added up by the database; those before the first day only of a source."""
    if question.from_ is not None and not question.source:
        rows = rows.filter(move__business_date__gte=question.from_)
    if question.to is not None:
        rows = rows.filter(move__business_date__lte=question.to)
    before = Q(move__business_date__lt=question.from_) if question.from_ is not None else Q(pk__in=[])
    grouped = (
        rows.order_by()
        .annotate(
            s_in=_flag(_is_inside("source", inside)),
            t_in=_flag(_is_inside("target", inside)),
            before=_flag(before),
            undoes=_flag(Q(move__reverses__isnull=False)),
        )
        .values_list(
            "lot__item_id", "lot__source_kind", "source__kind", "target__kind", "s_in", "t_in", "before", "undoes"
        )
        .annotate(total=Sum("quantity"))
    )
    return [_turned(*row) for row in grouped]


def _turned(
    item: int, kind: str, source: str, target: str, s_in: bool, t_in: bool, before: bool, undoes: bool, total: int
) -> _Sum:
    if undoes:
        return _Sum(item, kind, target, source, t_in, s_in, before, -1, total)
    return _Sum(item, kind, source, target, s_in, t_in, before, 1, total)


def _is_inside(side: str, inside: list[int]) -> Q:
    return Q(**{f"{side}__kind__in": INSIDE, f"{side}__store_id__in": inside})


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _held(actor: Actor, bureau_id: int, question: Question, inside: list[int]) -> dict[int, dict[str, int]]:
    """item → kind → pieces at the end of the last day: the balances of now less what moved since."""
    held: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    now = _narrowed(Balance.objects.visible_to(actor), bureau_id, question, item="item_id", is_posting=False)
    now = now.filter(kind__in=INSIDE, account__store_id__in=inside).exclude(quantity=0).order_by()
    for item, kind, total in now.values_list("item_id", "kind").annotate(total=Sum("quantity")):
        held[item][kind] += total
    if question.to is None:
        return held
    later = _narrowed(Posting.objects.visible_to(actor), bureau_id, question, item="lot__item_id", is_posting=True)
    later = later.filter(move__business_date__gt=question.to).order_by()
    for side, sign in (("target", -1), ("source", 1)):
        moved = later.filter(_is_inside(side, inside)).values_list("lot__item_id", f"{side}__kind")
        for item, kind, total in moved.annotate(total=Sum("quantity")):
            held[item][kind] += sign * total
    return held


def _opening(actor: Actor, bureau_id: int, question: Question, inside: list[int]) -> dict[int, int]:
    """item → pieces inside before the first day, from the changes of the days. Empty where `_sums` counts it from the
    postings: of a source, which the days do not tell apart."""
    if question.from_ is None or question.source:
        return defaultdict(int)
    rows = DayChange.objects.visible_to(actor).filter(
        book__bureau_id=bureau_id, kind__in=INSIDE, store_id__in=inside, business_date__lt=question.from_
    )
    if question.item_id is not None:
        rows = rows.filter(item_id=question.item_id)
    return defaultdict(int, dict(rows.values_list("item_id").annotate(total=Sum("quantity")).order_by()))


def _check_source(actor: Actor, bureau_id: int, source: str) -> None:
    """Raise NotFound when nothing came from a source of this number."""
    refs = {"source_ref": source} if "#" in source else {"source_ref__startswith": f"{source}#"}
    if not Lot.objects.visible_to(actor).filter(book__bureau_id=bureau_id, **refs).exists():
        raise NotFound(
            f"没有来源单号“{source}”,或还没有到货", f'Nothing has come from a source "{source}"', field="source"
        )
