"""Reads of supply. What arrived of a line is summed by the database: receipt lines less their reversals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.ledger import queries as ledger
from liangcao.operations.supply.accepting import Lying
from liangcao.operations.supply.models import (
    Receipt,
    ReceiptLine,
    ReceiptOutcome,
    ReceiptRelease,
    ReceiptReturn,
    ReceiptReversal,
    ReceiptSignature,
    Source,
    SourceLine,
)
from liangcao.operations.supply.opening_reads import (  # noqa: F401
    opening_lines,
    opening_stock,
    opening_stock_if_any,
    opening_waiting,
)
from liangcao.reference.parties.separation import is_apart

EXPECTED = ("announced", "partly_received")


def sources(
    actor: Actor,
    *,
    bureau_id: int | None = None,
    kind: str | None = None,
    status: str | None = None,
    counterparty_id: int | None = None,
    search: str = "",
) -> QuerySet[Source]:
    """Sources in scope with `line_count`; no order is set.

    `status` "expected" stands for announced and partly received. `search`: number, counterparty's name or pinyin,
    document.
    """
    found = Source.objects.visible_to(actor).select_related("counterparty", "earmark")
    wanted: dict[str, Any] = {"bureau_id": bureau_id, "kind": kind, "counterparty_id": counterparty_id}
    if status == "expected":
        wanted["status__in"] = EXPECTED
    else:
        wanted["status"] = status
    found = found.filter(**{field: value for field, value in wanted.items() if value is not None})
    if search:
        found = found.filter(
            Q(number__icontains=search)
            | Q(document_ref__icontains=search)
            | Q(counterparty__name__icontains=search)
            | Q(counterparty__pinyin__icontains=search.lower())
        )
    counted = SourceLine.objects.visible_to(actor).filter(source_id=OuterRef("pk")).order_by().values("source_id")
    return found.annotate(line_count=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0))


def source(actor: Actor, source_id: int) -> Source:
    """One source in scope. Raises NotFound."""
    related = ("bureau", "counterparty", "earmark", "emergency")
    found = Source.objects.visible_to(actor).select_related(*related).filter(pk=source_id).first()
    if found is None:
        raise NotFound("未找到该来源,或不在您的范围内", "No such source within your scope", field="source")
    return found


def source_by_number(actor: Actor, bureau_id: int, number: str) -> Source | None:
    """The source with this number, as a move's cause_ref names it (what follows “#” is the line)."""
    return Source.objects.visible_to(actor).filter(bureau_id=bureau_id, number=number.partition("#")[0]).first()


def source_lines(actor: Actor, source_id: int) -> QuerySet[SourceLine]:
    """Lines of a source in order with quantity_good, quantity_damaged, quantity_arrived, quantity_missing and
    quantity_over (NULL: the advice named no amount), in base units, reversals taken off. The good ones are
    quantity_accepted, quantity_rejected and, while signatures are owing, quantity_waiting."""
    found = SourceLine.objects.visible_to(actor).filter(source_id=source_id)
    return with_arrivals(found).select_related("item").order_by("line")


def lines_of_sources(actor: Actor, source_ids: list[int]) -> QuerySet[SourceLine]:
    """The lines of several sources with what arrived of them, in order."""
    found = SourceLine.objects.visible_to(actor).filter(source_id__in=source_ids)
    return with_arrivals(found).select_related("item").order_by("source_id", "line")


def with_arrivals(found: QuerySet[SourceLine]) -> QuerySet[SourceLine]:
    """Annotate source lines with what arrived."""
    found = found.annotate(
        quantity_good=_received("quantity_good") - _reversed("quantity_good"),
        quantity_damaged=_received("quantity_damaged") - _reversed("quantity_damaged"),
        quantity_rejected=_outcome("quantity_rejected"),
        quantity_waiting=_received("quantity_good", receipt__status="waiting") - _reversed("quantity_good", "waiting"),
    ).annotate(
        quantity_arrived=F("quantity_good") + F("quantity_damaged"),
        quantity_accepted=F("quantity_good") - F("quantity_rejected") - F("quantity_waiting"),
    )
    # GREATEST skips NULL on PostgreSQL and not on SQLite: an unknown amount is told apart before.
    unknown = When(quantity_advised__isnull=True, then=None)
    return found.annotate(
        quantity_missing=Case(unknown, default=Greatest(F("quantity_advised") - F("quantity_arrived"), Value(0))),
        quantity_over=Case(unknown, default=Greatest(F("quantity_arrived") - F("quantity_advised"), Value(0))),
    )


def _received(field: str, **which: Any) -> Coalesce:
    found = ReceiptLine.objects.filter(source_line_id=OuterRef("pk"), **which)
    if which:
        found = found.exclude(needs="")
    rows = found.order_by().values("source_line_id")
    return Coalesce(Subquery(rows.annotate(total=Sum(field)).values("total")), 0)


def _reversed(field: str, status: str = "") -> Coalesce:
    taken = ReceiptReversal.objects.filter(receipt_line__source_line_id=OuterRef("pk")).order_by()
    if status:
        taken = taken.filter(receipt_line__receipt__status=status).exclude(receipt_line__needs="")
    rows = taken.values("receipt_line__source_line_id")
    return Coalesce(Subquery(rows.annotate(total=Sum(field)).values("total")), 0)


def _outcome(field: str) -> Coalesce:
    """What signatures said, but of receipts that were taken back."""
    found = ReceiptOutcome.objects.filter(receipt_line__source_line_id=OuterRef("pk"))
    rows = found.exclude(receipt_line__receipt__status="reversed").order_by().values("receipt_line__source_line_id")
    return Coalesce(Subquery(rows.annotate(total=Sum(field)).values("total")), 0)


@dataclass(frozen=True)
class SourceDetail:
    """Everything that the page of a source shows."""

    source: Source
    lines: list[SourceLine]
    receipts: list[Receipt]


def source_detail(actor: Actor, source_id: int) -> SourceDetail:
    """A source with its lines (announced, arrived, missing) and its receipts, oldest first. Raises NotFound."""
    found = source(actor, source_id)
    return SourceDetail(
        found, list(source_lines(actor, source_id)), list(receipts(actor, source_id=source_id).order_by("pk"))
    )


def receipts(
    actor: Actor,
    *,
    bureau_id: int | None = None,
    source_id: int | None = None,
    store_id: int | None = None,
    status: str | None = None,
    kind: str | None = None,
) -> QuerySet[Receipt]:
    """Receipts in scope; no order is set. `kind` is the source's kind."""
    found = Receipt.objects.visible_to(actor).select_related("source__counterparty", "store", "recipient")
    wanted = {
        "bureau_id": bureau_id,
        "source_id": source_id,
        "store_id": store_id,
        "status": status,
        "source__kind": kind,
    }
    return found.filter(**{field: value for field, value in wanted.items() if value is not None})


def owing(rows: QuerySet[Receipt], kind: str) -> QuerySet[Receipt]:
    """Of these receipts, those that wait for a signature of this kind."""
    asked = ReceiptLine.objects.filter(receipt_id=OuterRef("pk"), needs__contains=kind)
    given = ReceiptSignature.objects.filter(receipt_id=OuterRef("pk"), kind=kind)
    return rows.filter(Exists(asked), ~Exists(given), status="waiting")


def receipt(actor: Actor, receipt_id: int) -> Receipt:
    """One receipt in scope. Raises NotFound."""
    found = receipts(actor).filter(pk=receipt_id).first()
    if found is None:
        raise NotFound("未找到该入库单,或不在您的范围内", "No such receipt within your scope", field="receipt")
    return found


def receipt_of_move(actor: Actor, move_id: UUID) -> Receipt | None:
    """The receipt that a ledger move belongs to: it is reversed here and not in the ledger."""
    return receipts(actor).filter(move_id=move_id).first()


def receipt_lines(actor: Actor, receipt_id: int) -> QuerySet[ReceiptLine]:
    """Lines of a receipt in order with good_left and damaged_left: what has not been reversed, in base units."""
    rows = ReceiptReversal.objects.filter(receipt_line_id=OuterRef("pk")).order_by().values("receipt_line_id")
    found = ReceiptLine.objects.visible_to(actor).filter(receipt_id=receipt_id)
    return (
        found.annotate(
            good_left=F("quantity_good") - Coalesce(Subquery(rows.annotate(t=Sum("quantity_good")).values("t")), 0),
            damaged_left=F("quantity_damaged")
            - Coalesce(Subquery(rows.annotate(t=Sum("quantity_damaged")).values("t")), 0),
        )
        .select_related("receipt", "item", "lot", "source_line", "outcome")
        .order_by("line")
    )


def signatures(actor: Actor, receipt_id: int) -> list[ReceiptSignature]:
    """Every signature on a receipt with its findings, in order; those that were mended carry their `correction`."""
    found = ReceiptSignature.objects.visible_to(actor).filter(receipt_id=receipt_id).select_related("correction")
    return list(found.prefetch_related("findings__receipt_line__item").order_by("pk"))


def in_force(signed: list[ReceiptSignature]) -> dict[str, ReceiptSignature]:
    """kind → the signature that counts."""
    return {row.kind: row for row in signed if not hasattr(row, "correction")}


def missing_signatures(lines: list[ReceiptLine], signed: dict[str, ReceiptSignature]) -> list[str]:
    """The kinds of signatures that lines of the receipt still wait for, in order."""
    asked = {kind for line in lines for kind in line.needs.split(",") if kind}
    return [kind for kind in ("quality", "count") if kind in asked and kind not in signed]


def lying(actor: Actor, receipt: Receipt) -> list[Lying]:
    """The lines of a receipt that wait for signatures, with where their good pieces are and what was said of them."""
    lines = [line for line in receipt_lines(actor, receipt.pk) if line.needs]
    balances = ledger.balances(actor, receipt.bureau_id, kinds=["receiving", "store"], store_id=receipt.store_id)
    held = {(row.lot_id, row.kind): row.quantity for row in balances.filter(lot_id__in=[row.lot_id for row in lines])}
    said: dict[tuple[str, int], Any] = {}
    for kind, signature in in_force(signatures(actor, receipt.pk)).items():
        said.update({(kind, row.receipt_line_id): row for row in signature.findings.all()})
    return [
        Lying(
            line,
            arrived=line.good_left,  # type: ignore[attr-defined]
            receiving=held.get((line.lot_id, "receiving"), 0),
            store=held.get((line.lot_id, "store"), 0),
            counted=getattr(said.get(("count", line.pk)), "quantity_counted", None),
            rejected=getattr(said.get(("quality", line.pk)), "quantity_rejected", None),
        )
        for line in lines
    ]


def returnable(actor: Actor, receipt: Receipt) -> list[tuple[ReceiptLine, int]]:
    """The lines of a receipt of which pieces lie in quarantine, and how many: damaged, or rejected by quality."""
    if receipt.store_id is None:
        return []
    lines = list(receipt_lines(actor, receipt.pk))
    balances = ledger.balances(actor, receipt.bureau_id, kinds=["quarantine"], store_id=receipt.store_id)
    held = dict(balances.filter(lot_id__in=[row.lot_id for row in lines]).values_list("lot_id", "quantity"))
    return [(line, held[line.lot_id]) for line in lines if held.get(line.lot_id)]


def returns(actor: Actor, receipt_id: int) -> QuerySet[ReceiptReturn]:
    """What went back to the source of a receipt, oldest first."""
    found = ReceiptReturn.objects.visible_to(actor).filter(receipt_line__receipt_id=receipt_id)
    return found.select_related("receipt_line__item", "receipt_line__lot", "move").order_by("pk")


def release_if_any(actor: Actor, receipt_id: int) -> ReceiptRelease | None:
    """The release before inspection of a receipt."""
    return ReceiptRelease.objects.visible_to(actor).filter(receipt_id=receipt_id).select_related("move").first()


def papers_owing(actor: Actor, *, bureau_id: int | None = None) -> QuerySet[ReceiptRelease]:
    """Releases before inspection whose signatures are not all there; no order is set."""
    found = ReceiptRelease.objects.visible_to(actor).filter(receipt__status="waiting")
    found = found if bureau_id is None else found.filter(receipt__bureau_id=bureau_id)
    return found.select_related("receipt__source__counterparty", "receipt__store")


def owing_at(actor: Actor, bureau_id: int, moment: datetime) -> QuerySet[ReceiptRelease]:
    """Releases before inspection that lacked signatures at a moment, oldest first. A receipt that was taken back owes
    none from then on."""
    found = ReceiptRelease.objects.visible_to(actor).filter(receipt__bureau_id=bureau_id, released_at__lt=moment)
    closed = ReceiptOutcome.objects.filter(
        receipt_line__receipt_id=OuterRef("receipt_id"), move__recorded_at__lt=moment
    )
    taken_back = ReceiptReversal.objects.filter(receipt_line__receipt_id=OuterRef("receipt_id"))
    found = found.filter(
        ~Exists(closed), ~Q(receipt__status="reversed") | Exists(taken_back.filter(move__recorded_at__gte=moment))
    )
    return found.select_related("receipt__source__counterparty").order_by("released_at", "pk")


def expected_arrivals(actor: Actor, bureau_id: int, *, until: date | None = None) -> QuerySet[Source]:
    """Sources of which something is still to come, expected by `until` (or without a date). No order is set."""
    found = sources(actor, bureau_id=bureau_id).filter(status__in=EXPECTED)
    return found if until is None else found.filter(Q(expected_date=None) | Q(expected_date__lte=until))


def announced_by_item(
    actor: Actor, bureau_id: int, *, kind: str, from_at: datetime | None = None, to_at: datetime | None = None
) -> dict[int, int]:
    """item → pieces announced by sources of a kind (not cancelled) with announced_at in [from_at, to_at)."""
    lines = SourceLine.objects.visible_to(actor).filter(source__bureau_id=bureau_id, source__kind=kind)
    lines = lines.exclude(source__status="cancelled").exclude(quantity_advised=None)
    if from_at is not None:
        lines = lines.filter(source__announced_at__gte=from_at)
    if to_at is not None:
        lines = lines.filter(source__announced_at__lt=to_at)
    return dict(lines.order_by().values_list("item_id").annotate(Sum("quantity_advised")))


def money_gifts(
    actor: Actor, bureau_id: int, *, from_at: datetime | None = None, to_at: datetime | None = None
) -> QuerySet[Source]:
    """Gifts of money (no lines), not cancelled, with announced_at in [from_at, to_at). No order is set."""
    found = sources(actor, bureau_id=bureau_id, kind="gift").filter(lines=None).exclude(status="cancelled")
    if from_at is not None:
        found = found.filter(announced_at__gte=from_at)
    return found if to_at is None else found.filter(announced_at__lt=to_at)


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """What waits for this person: opening stock to sign; goods announced and not received, those past their day (given
    `at`) first."""
    return [
        *opening_waiting(actor, bureau_id),
        *_papers_waiting(actor, bureau_id, at),
        *_signatures_waiting(actor, bureau_id, at),
        *_arrivals_waiting(actor, bureau_id, at),
    ]


def _papers_waiting(actor: Actor, bureau_id: int | None, at: datetime | None) -> list[Waiting]:
    """Goods that were let go on a leader's word, and whose signatures are owing."""
    if not guard.can(actor, "release_early", "source", bureau_id=bureau_id):
        return []
    found = papers_owing(actor, bureau_id=bureau_id).aggregate(
        n=Count("pk"), oldest=Min("released_at"), due=Min("papers_due_at")
    )
    if not found["n"]:
        return []
    return [
        Waiting(
            "release_papers", "先行放行待补签字", "early releases: signatures owing", found["n"], found["oldest"],
            "receipt_list", "status=waiting", due_at=found["due"],
            is_overdue=at is not None and found["due"] < at,
        )
    ]  # fmt: skip


def _signatures_waiting(actor: Actor, bureau_id: int | None, at: datetime | None) -> list[Waiting]:
    """Receipts that wait for the reader's signature. Those that he signed for something else wait for another, unless
    the profile of separation lets him go on."""
    found: list[Waiting] = []
    for kind, zh, en in (
        ("quality", "入库待质检签字", "receipts to inspect"), ("count", "入库待清点签字", "receipts to count"),
    ):  # fmt: skip
        if not guard.can(actor, f"sign_{kind}", "source", bureau_id=bureau_id):
            continue
        rows = owing(Receipt.objects.visible_to(actor), kind)
        if bureau_id is not None:
            rows = rows.filter(bureau_id=bureau_id)
        is_strict = bureau_id is None or at is None or is_apart(f"receipt.{kind}", bureau_id, at)
        if actor.user_id is not None and is_strict:
            rows = rows.exclude(signatures__signed_user_id=actor.user_id)
        count, oldest = rows.aggregate(n=Count("pk"), oldest=Min("received_at")).values()
        if count:
            query = f"status=waiting&owing={kind}"
            found.append(Waiting(f"receipt_to_{kind}", zh, en, count, oldest, "receipt_list", query))
    return found


def _arrivals_waiting(actor: Actor, bureau_id: int | None, at: datetime | None) -> list[Waiting]:
    if not guard.can(actor, "receive", "source", bureau_id=bureau_id):
        return []
    scope: dict[str, Any] = {} if bureau_id is None else {"bureau_id": bureau_id}
    expected = Source.objects.visible_to(actor).filter(status__in=EXPECTED, **scope)
    found: list[Waiting] = []
    if at is not None:
        late = Q(expected_date__lt=business_date(at))
        found += _waiting(
            expected.filter(late), "source_overdue", "到期未到的货", "arrivals past their day", is_overdue=True
        )
        expected = expected.exclude(late & Q(expected_date__isnull=False))
    return found + _waiting(expected, "source_expected", "待到货", "arrivals expected", is_overdue=False)


def _waiting(rows: QuerySet[Source], kind: str, zh: str, en: str, *, is_overdue: bool) -> list[Waiting]:
    count, oldest = rows.aggregate(n=Count("pk"), oldest=Min("announced_at")).values()
    if not count:
        return []
    query = "status=expected&overdue=1" if is_overdue else "status=expected"
    return [Waiting(kind, zh, en, count, oldest, "source_list", query, is_overdue=is_overdue)]
