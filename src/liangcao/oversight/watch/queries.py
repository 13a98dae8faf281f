"""What is open now: documents whose turn it is, tasks, alerts. Plain values, ready to be frozen as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date, day_start
from liangcao.foundation.kernel.flow import Flow, State
from liangcao.operations.allocation import queries as allocation
from liangcao.operations.allocation.flow import PLAN_FLOW
from liangcao.operations.allocation.shortages import replenishments
from liangcao.operations.demand import queries as demand
from liangcao.operations.demand.flow import REQUISITION_FLOW
from liangcao.operations.demand.rules import STALE_AFTER
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.dispatch.flow import DELIVERY_FLOW
from liangcao.operations.dispatch.rules import is_overdue
from liangcao.operations.duty import queries as duty
from liangcao.operations.duty.flow import SHIFT_SWAP_FLOW, TASK_FLOW
from liangcao.operations.duty.models import DutyShift
from liangcao.operations.stocktaking import queries as stocktaking
from liangcao.operations.stocktaking.flow import COUNT_FLOW, WRITE_OFF_FLOW
from liangcao.operations.stocktaking.rules import OPEN_MOST
from liangcao.operations.stocktaking.rules import is_overdue as count_is_overdue
from liangcao.operations.supply import queries as supply
from liangcao.operations.supply.flow import RECEIPT_FLOW, SOURCE_FLOW
from liangcao.operations.trips import queries as inbound
from liangcao.operations.trips.flow import INBOUND_TRIP_FLOW
from liangcao.oversight.briefing import figures
from liangcao.oversight.briefing.measures import EXPIRING_DAYS
from liangcao.oversight.watch.proofs import proof_alerts
from liangcao.reference.parties.queries import bureau as bureau_in_scope

ROWS_MOST = 60
AHEAD = timedelta(hours=24)
# Open although the delivery itself is at its end.
OWING = State("待补手续", "papers owing", turn="coordinator")
UNSIGNED = State("待补签字", "signatures owing", turn="inspector")
DIFFERING = State("差异待处理", "difference to settle", turn="storekeeper")

Row = dict[str, Any]
Section = dict[str, Any]
Found = tuple[QuerySet[Any], Callable[[Any], Row]]


def open_work(actor: Actor, bureau_id: int, *, at: datetime, shift: DutyShift | None = None) -> dict[str, Any]:
    """Everything that is open in the bureau, in sections with their rows, and the alerts. From one snapshot.

    Raises Forbidden, NotFound.
    """
    guard.check(actor, "view", "hand_over", bureau_id=bureau_id)
    with snapshot():
        bureau = bureau_in_scope(actor, bureau_id)
        return {
            "bureau": bureau.name,
            "bureau_en": bureau.name_en or bureau.name,
            "at": at.isoformat(),
            **({"shift": _shift_words(actor, shift)} if shift is not None else {}),
            "alerts": [*_alerts(actor, bureau_id, at)],
            "sections": [section for section in _sections(actor, bureau_id, at) if section["count"]],
        }


def _shift_words(actor: Actor, shift: DutyShift) -> dict[str, Any]:
    following = duty.following(actor, shift)
    return {
        "post": shift.post.name,
        "post_en": shift.post.name_en or shift.post.name,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "person": shift.person.name,
        "deputy": shift.deputy.name if shift.deputy else "",
        "next_person": following.person.name if following else "",
        "next_starts_at": following.starts_at.isoformat() if following else None,
    }


def _sections(actor: Actor, bureau_id: int, at: datetime) -> Iterator[Section]:
    """One section for each kind of document, in the order in which a night shift asks for them."""
    yield _section("papers", "先发后补:待补手续", "emergency issues: papers owing", _papers(actor, bureau_id, at))
    yield _section("releases", "先行放行:待补签字", "early releases: signatures owing", _releases(actor, bureau_id, at))
    yield _section("tasks", "交办事项", "tasks", _tasks(actor, bureau_id, at))
    yield _section("requisitions", "申领单", "requisitions", _requisitions(actor, bureau_id))
    yield _section("plans", "分配方案", "distribution plans", _plans(actor, bureau_id))
    yield _section("deliveries", "配送单", "deliveries", _deliveries(actor, bureau_id))
    yield _section("differences", "签收差异", "differences at delivery", _differences(actor, bureau_id))
    yield _section("receipts", "入库待验收签字", "receipts: signatures owing", _receipts(actor, bureau_id))
    yield _section("sources", "到货", "arrivals", _sources(actor, bureau_id, at))
    yield _section("trips", "提货车次", "trips to fetch goods", _trips(actor, bureau_id, at))
    yield _section("counts", "盘点", "stock counts", _counts(actor, bureau_id, at))
    yield _section("write_offs", "报损", "write-offs", _write_offs(actor, bureau_id))
    yield _section("swaps", "换班", "swaps", _swaps(actor, bureau_id))


def _section(key: str, zh: str, en: str, rows: Found) -> Section:
    found, shape = rows
    shown = [shape(row) for row in found[: ROWS_MOST + 1]]
    count = len(shown) if len(shown) <= ROWS_MOST else found.count()
    return {"key": key, "zh": zh, "en": en, "count": count, "rows": shown[:ROWS_MOST]}


def turns(flow: Flow) -> list[str]:
    """The states of a document in which somebody must act."""
    return [name for name, state in flow.items() if state.turn]


def _row(
    number: str, text: str, state: State, *, since: datetime | None, url: tuple[str, int],
    due: datetime | None = None, is_overdue: bool = False, who: str = "",
) -> Row:  # fmt: skip
    return {
        "number": number,
        "text": text,
        "zh": state.zh,
        "en": state.en,
        "turn": "" if who else state.turn or "",
        "who": who,
        "since": since.isoformat() if since else None,
        "due": due.isoformat() if due else None,
        "is_overdue": is_overdue,
        "url_name": url[0],
        "url_arg": url[1],
    }


def _papers(actor: Actor, bureau_id: int, at: datetime) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.number, row.organisation.name, OWING, since=row.handed_over_at,
            url=("delivery", row.pk), due=row.papers_due_at, is_overdue=is_overdue(row, at),
        )  # fmt: skip

    return dispatch.papers_owing(actor, bureau_id=bureau_id).order_by("papers_due_at", "pk"), shape


def _releases(actor: Actor, bureau_id: int, at: datetime) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.receipt.number, row.receipt.source.counterparty.name, UNSIGNED, since=row.released_at,
            url=("receipt", row.receipt_id), due=row.papers_due_at, is_overdue=row.papers_due_at < at,
        )  # fmt: skip

    return supply.papers_owing(actor, bureau_id=bureau_id).order_by("papers_due_at", "pk"), shape


def _receipts(actor: Actor, bureau_id: int) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.number, row.source.counterparty.name, RECEIPT_FLOW[row.status], since=row.received_at,
            url=("receipt", row.pk),
        )  # fmt: skip

    rows = supply.receipts(actor, bureau_id=bureau_id).filter(status__in=turns(RECEIPT_FLOW), release=None)
    return rows.order_by("received_at", "pk"), shape


def _tasks(actor: Actor, bureau_id: int, at: datetime) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.number, row.text, TASK_FLOW[row.status], since=row.given_at, url=("task", row.pk), due=row.due_at,
            is_overdue=row.due_at <= at, who=row.owner.name,
        )  # fmt: skip

    return duty.tasks(actor, bureau_id=bureau_id, status="open").order_by("due_at", "pk"), shape


def _requisitions(actor: Actor, bureau_id: int) -> Found:
    rows = demand.requisitions(actor, bureau_id=bureau_id).filter(status__in=turns(REQUISITION_FLOW))

    def shape(row: Any) -> Row:
        return _row(
            row.number, row.organisation.name, REQUISITION_FLOW[row.status], since=row.received_at,
            url=("requisition", row.pk),
        )  # fmt: skip

    return rows.order_by("received_at", "pk"), shape


def _plans(actor: Actor, bureau_id: int) -> Found:
    rows = allocation.plans(actor, bureau_id=bureau_id).filter(status__in=turns(PLAN_FLOW))

    def shape(row: Any) -> Row:
        return _row(row.number, str(row.plan_date), PLAN_FLOW[row.status], since=row.made_at, url=("plan", row.pk))

    return rows.order_by("made_at", "pk"), shape


def _deliveries(actor: Actor, bureau_id: int) -> Found:
    rows = dispatch.deliveries(actor, bureau_id=bureau_id).filter(status__in=turns(DELIVERY_FLOW))

    def shape(row: Any) -> Row:
        return _row(
            row.number, row.organisation.name, DELIVERY_FLOW[row.status],
            since=row.handed_over_at or row.prepared_at, url=("delivery", row.pk),
        )  # fmt: skip

    return rows.order_by("prepared_at", "pk"), shape


def _differences(actor: Actor, bureau_id: int) -> Found:
    rows = dispatch.deliveries(actor, bureau_id=bureau_id, with_difference=True)

    def shape(row: Any) -> Row:
        return _row(
            row.number, row.organisation.name, DIFFERING, since=row.signed_at,
            url=("delivery", row.pk),
        )  # fmt: skip

    return rows.order_by("signed_at", "pk"), shape


def _sources(actor: Actor, bureau_id: int, at: datetime) -> Found:
    rows = supply.sources(actor, bureau_id=bureau_id).filter(status__in=turns(SOURCE_FLOW))
    today = business_date(at)

    def shape(row: Any) -> Row:
        expected: date | None = row.expected_date
        return _row(
            row.number, row.counterparty.name, SOURCE_FLOW[row.status], since=row.announced_at,
            url=("source", row.pk), due=day_start(expected + timedelta(days=1)) if expected else None,
            is_overdue=expected is not None and expected < today,
        )  # fmt: skip

    return rows.order_by("announced_at", "pk"), shape


def _trips(actor: Actor, bureau_id: int, at: datetime) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.number, f"{row.vehicle.plate} {row.supplier.name}", INBOUND_TRIP_FLOW[row.status],
            since=row.left_at or row.planned_at, url=("trip", row.pk), due=row.due_at, is_overdue=row.is_late(at),
        )  # fmt: skip

    rows = inbound.trips(actor, bureau_id).filter(status__in=inbound.OPEN)
    return rows.order_by("expected_back_at", "pk"), shape


def _counts(actor: Actor, bureau_id: int, at: datetime) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.number, row.store.name, COUNT_FLOW[row.status], since=row.opened_at, url=("count", row.pk),
            due=row.opened_at + OPEN_MOST, is_overdue=count_is_overdue(row, at),
        )  # fmt: skip

    rows = stocktaking.sheets(actor, bureau_id).filter(status__in=turns(COUNT_FLOW))
    return rows.order_by("opened_at", "pk"), shape


def _write_offs(actor: Actor, bureau_id: int) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.number, row.store.name, WRITE_OFF_FLOW[row.status], since=row.asked_at, url=("write_off", row.pk)
        )

    rows = stocktaking.write_offs(actor, bureau_id).filter(status__in=turns(WRITE_OFF_FLOW))
    return rows.order_by("asked_at", "pk"), shape


def _swaps(actor: Actor, bureau_id: int) -> Found:
    def shape(row: Any) -> Row:
        return _row(
            row.shift.post.name, f"{row.from_person.name} → {row.to_person.name}", SHIFT_SWAP_FLOW[row.status],
            since=row.asked_at, url=("shift", row.shift_id), due=row.shift.starts_at, who=row.to_person.name,
        )  # fmt: skip

    rows = duty.swaps(actor, bureau_id=bureau_id).filter(status="asked")
    return rows.order_by("asked_at", "pk"), shape


def _alerts(actor: Actor, bureau_id: int, at: datetime) -> Iterator[Row]:
    """What is wrong or about to be: books that do not prove right, holes in the roster, items that run short or end,
    needs nobody confirmed."""
    yield from proof_alerts(bureau_id, at)
    for gap in duty.gaps(actor, bureau_id, from_at=at, to_at=at + AHEAD):
        yield {
            "kind": "roster", "zh": f"{gap.post.name}无人值守",
            "en": f"nobody on duty: {gap.post.name_en or gap.post.name}",
            "from": gap.starts_at.isoformat(), "to": gap.ends_at.isoformat(), "url_name": "duty",
        }  # fmt: skip
    found = figures.day_figures(actor, bureau_id, business_date(at), cutoff_at=at)
    yield from _gaps(actor, bureau_id, found.of("gap"))
    yield from _short(
        found.of("expiring"), "expiring", f"{EXPIRING_DAYS}天内到期", f"ends within {EXPIRING_DAYS} days", "stock"
    )
    stale = demand.lines(actor, bureau_id=bureau_id).filter(status="open", confirmed_at__lt=at - STALE_AFTER).count()
    if stale:
        yield {
            "kind": "stale", "zh": f"{stale} 行需求三天未确认", "en": f"{stale} needs not confirmed for three days",
            "url_name": "demand_lines",
        }  # fmt: skip


def _gaps(actor: Actor, bureau_id: int, held: list[tuple[Any, int]]) -> Iterator[Row]:
    """Items that run short, each with the task that sees to it, or that nobody was given it yet."""
    tasks = {row.item.code: row.task for row in replenishments(actor, bureau_id, status="open")}
    for (item, _quantity), alert in zip(held, _short(held, "gap", "缺口", "short of", "demand_lines"), strict=True):
        task = tasks.get(item.code)
        if task is None:
            yield {**alert, "zh": f"{alert['zh']},未转补货任务", "en": f"{alert['en']}, no task yet"}
        else:
            told = f"{task.number} {task.owner.name}"
            yield {**alert, "zh": f"{alert['zh']},补货任务 {told}", "en": f"{alert['en']}, replenishment {told}"}


def _short(held: Iterable[tuple[Any, int]], kind: str, zh: str, en: str, url_name: str) -> Iterator[Row]:
    for item, quantity in held:
        yield {
            "kind": kind,
            "zh": f"{zh}:{item.name} {quantity:,} {item.unit}",
            "en": f"{en}: {item.named('en')} {quantity:,} {item.counted('en')}",
            "url_name": url_name,
        }
