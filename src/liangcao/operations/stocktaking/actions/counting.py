"""Open a sheet, enter what was counted, add what was found, finish the round, begin another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity, check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.ledger.holdings import held_at, lots_here, seq_at, seq_now
from liangcao.ledger.refusals import LotNotFound
from liangcao.operations.stocktaking import queries, rules
from liangcao.operations.stocktaking.actions.locking import locked_sheet, note
from liangcao.operations.stocktaking.flow import PLACE_OF, PLACES
from liangcao.operations.stocktaking.inputs import CountInput, FoundInput
from liangcao.operations.stocktaking.models import ACTIVE_STATUSES, CountEntry, CountLine, CountSheet
from liangcao.operations.stocktaking.queries import Counted
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties.queries import store as store_in_scope
from liangcao.reference.parties.separation import check_two_people

COUNTED_KINDS = tuple(kind for kinds in PLACES.values() for kind in kinds)
Held = dict[tuple[UUID, str], int]


@transaction.atomic
def open_count(
    *,
    bureau_id: int,
    store_id: int,
    item_id: int | None = None,
    category_id: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> CountSheet:
    """Open a sheet over all lots of a store, or those of an item or a category with what is below it.

    What the book holds is frozen at this place of the chain. Raises Conflict COUNT_OPEN while the store has another.
    """
    guard.check(by, "count", "stock_count", bureau_id=bureau_id)
    body = {"store": store_id, "item": item_id, "category": category_id}
    done = claim(client_id=client_id, action="open_count", body=body, by=by, at=at)
    if done:
        return queries.sheet(by, int(done))
    store = store_in_scope(by, store_id, bureau_id=bureau_id)
    guard.check(by, "count", "stock_count", bureau_id=bureau_id, row=store)
    if item_id is not None and category_id is not None:
        raise Invalid("SCOPE_TWICE", "物资和类别只选一个", "Choose an item or a category, not both", field="category")
    _check_none_open(store.pk, store.name)
    items = _items_of(by, item_id, category_id)
    seq = seq_now(by, bureau_id)
    held = _by_place(held_at(by, bureau_id, store_id=store_id, seq=seq, kinds=COUNTED_KINDS))
    lots = lots_here(by, bureau_id, {lot for lot, _ in held})
    # The name of who opened it: the sheet's unique index settles two who open at once.
    sheet = CountSheet.objects.create(
        bureau_id=bureau_id, store=store, item_id=item_id, category_id=category_id,
        number=next_number(bureau_id=bureau_id, prefix="PB", day=business_date(at)), opened_seq=seq, opened_at=at,
        opened_by=by.name, opened_user_id=by.user_id, client_id=client_id,
    )  # fmt: skip
    chosen = [key for key in held if items is None or lots[key[0]].item_id in items]
    chosen.sort(key=lambda key: (lots[key[0]].item.pinyin, lots[key[0]].arrived_on, lots[key[0]].code, key[1]))
    CountLine.objects.bulk_create(
        CountLine(
            sheet=sheet, line=number, item_id=lots[lot_id].item_id, lot_id=lot_id, place=place,
            quantity_frozen=held[lot_id, place],
        )
        for number, (lot_id, place) in enumerate(chosen, start=1)
    )  # fmt: skip
    note("open_count", sheet, by=by, at=at, after={"store": store.code, "lines": len(chosen), "seq": seq})
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet


def _check_none_open(store_id: int, name: str) -> None:
    open_one = CountSheet.objects.filter(store_id=store_id, status__in=ACTIVE_STATUSES).first()
    if open_one is not None:
        raise Conflict(
            "COUNT_OPEN",
            f"“{name}”已有盘点表 {open_one.number}({open_one.opened_by}开的),请先办完或作废",
            f'"{name}" has the count sheet {open_one.number} (opened by {open_one.opened_by}); '
            "finish or cancel it first",
            field="store",
        )


def _items_of(by: Actor, item_id: int | None, category_id: int | None) -> set[int] | None:
    """The items that a sheet covers; None: all."""
    if item_id is not None:
        catalog.known_item(catalog.items_by_id([item_id]), item_id)
        return {item_id}
    if category_id is None:
        return None
    parents = dict(catalog.categories(by).values_list("pk", "parent_id"))
    if category_id not in parents:
        raise Invalid("CATEGORY_UNKNOWN", "目录里没有这个类别", "The catalogue has no such category", field="category")
    inside = {category_id}
    while more := {pk for pk, parent in parents.items() if parent in inside} - inside:
        inside |= more
    return set(catalog.items(by).filter(category_id__in=inside).values_list("pk", flat=True))


def _by_place(held: Held) -> Held:
    """(lot, place) → pieces, from (lot, kind of account)."""
    summed: Held = {}
    for (lot, kind), quantity in held.items():
        key = (lot, PLACE_OF[kind])
        summed[key] = summed.get(key, 0) + quantity
    return summed


@transaction.atomic
def enter_counts(
    *,
    sheet_id: int,
    entries: Sequence[CountInput],
    counted_at: datetime | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> CountSheet:
    """Enter what was counted of some lines or of all: all of it or nothing.

    Each is compared with what the book held at `counted_at` (for paper that is entered later; now without it). Raises
    AlreadyCounted, Invalid LINE_UNKNOWN or QUANTITY_INVALID with the row, Forbidden RECOUNT_BY_ANOTHER.
    """
    held = queries.sheet(by, sheet_id)
    guard.check(by, "count", "stock_count", bureau_id=held.bureau_id, row=held)
    body = {"sheet": sheet_id, "entries": list(entries), "counted_at": counted_at}
    if claim(client_id=client_id, action="enter_counts", body=body, by=by, at=at):
        return held
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_can_count(by, sheet, at=at)
    if counted_at is not None:
        rules.check_counted_at(sheet, counted_at, at)
    rows = {row.line.line: row for row in queries.to_count(sheet, queries.counted(by, sheet))}
    _check_entries(sheet, rows, entries)
    if sheet.round > 1:
        earlier = [entry.user_id for given in entries for entry in rows[given.line].entries]
        check_two_people(
            rule=rules.RECOUNT, by=by, earlier=earlier, bureau_id=sheet.bureau_id, at=at, ref=sheet.number,
            refusal=rules.same_counter(),
        )  # fmt: skip
    _write(sheet, [(rows[given.line].line, given) for given in entries], counted_at or at, by=by, at=at)
    note("enter_counts", sheet, by=by, at=at, after={"round": sheet.round, "lines": len(entries)})
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet


def _check_entries(sheet: CountSheet, rows: dict[int, Counted], entries: Sequence[CountInput]) -> None:
    """All problems at once, each with its row of what was sent."""
    if not entries:
        raise Invalid("LINES_EMPTY", "请至少填一行的数量", "Enter at least one quantity", field="entries")
    problems, seen = list[Refusal](), set[int]()
    for number, given in enumerate(entries, start=1):
        with collected(problems):
            row = rows.get(given.line)
            if row is None or given.line in seen:
                raise Invalid(
                    "LINE_UNKNOWN",
                    f"这一轮没有第 {given.line} 行,或重复填写",
                    f"This round has no line {given.line}, or it is there twice",
                    field="line",
                    row=number,
                )
            seen.add(given.line)
            check_quantity_or_zero(given.quantity, row=number)
            check_text(given.note, field="note", zh="备注", en="note", longest=200, row=number)
            entry = row.in_round(sheet.round)
            if entry is not None:
                raise rules.AlreadyCounted(given.line, entry)
    raise_all(problems)


def _write(
    sheet: CountSheet, rows: Sequence[tuple[CountLine, CountInput]], counted_at: datetime, *, by: Actor, at: datetime
) -> None:
    """Entries with what the book held of each line at that place of the chain. The order of seq is the order of
    commits, so the sum of the postings up to it is what lay there, whatever is being posted meanwhile."""
    system = by.across(sheet.bureau_id)
    seq = seq_now(system, sheet.bureau_id) if counted_at == at else seq_at(system, sheet.bureau_id, counted_at)
    lots = [line.lot_id for line, _ in rows if line.lot_id is not None]
    held = _by_place(
        held_at(system, sheet.bureau_id, store_id=sheet.store_id, seq=seq, kinds=COUNTED_KINDS, lot_ids=lots)
    )
    CountEntry.objects.bulk_create(
        CountEntry(
            line=line, round=sheet.round, quantity=given.quantity, seq=seq, counted_at=counted_at, entered_at=at,
            quantity_book=held.get((line.lot_id, line.place), 0) if line.lot_id else 0,
            user_id=by.user_id, counted_by=by.name, note=given.note.strip(),
        )
        for line, given in rows
    )  # fmt: skip


@transaction.atomic
def add_found(*, sheet_id: int, found: FoundInput, by: Actor, at: datetime, client_id: UUID) -> CountLine:
    """Add goods that lie in the store and are on no line of the sheet. Raises LotNotFound, Invalid LOT_OTHER_ITEM,
    NO_LOT_REASON_MISSING, Conflict LINE_EXISTS."""
    held = queries.sheet(by, sheet_id)
    guard.check(by, "count", "stock_count", bureau_id=held.bureau_id, row=held)
    done = claim(client_id=client_id, action="add_found", body={"sheet": sheet_id, "found": found}, by=by, at=at)
    if done:
        return CountLine.objects.get(pk=int(done))
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_can_add_found(by, sheet, at=at)
    check_quantity(found.quantity)
    texts = _found_texts(found)
    item = catalog.known_item(catalog.items_by_id([found.item_id]), found.item_id)
    _check_like(sheet, item.pk, found.resembles_id, by)
    if found.resembles_id is None and item.lot_tracked and not (texts["maker_lot"] or texts["no_lot_reason"]):
        raise Invalid(
            "NO_LOT_REASON_MISSING",
            f"“{item.name}”按批号管理:请填生产批号,或写明为什么没有",
            f'"{item.english}" is tracked by lot: give the maker\'s lot, or say why there is none',
            field="maker_lot",
        )
    if found.produced_on and found.expires_on and found.expires_on < found.produced_on:
        raise Invalid(
            "EXPIRY_BEFORE_PRODUCTION",
            "失效日期早于生产日期",
            "The expiry is before the production",
            field="expires_on",
        )
    last = sheet.lines.order_by("-line").values_list("line", flat=True).first() or 0
    line = CountLine.objects.create(
        sheet=sheet, line=last + 1, item=item, quantity_frozen=0, resembles_id=found.resembles_id,
        maker_lot=texts["maker_lot"],
        no_lot_reason="" if texts["maker_lot"] or found.resembles_id else texts["no_lot_reason"] or "盘点发现,无批号",
        produced_on=found.produced_on, expires_on=found.expires_on,
    )  # fmt: skip
    _write(sheet, [(line, CountInput(line.line, found.quantity, texts["note"]))], at, by=by, at=at)
    note("add_found", sheet, by=by, at=at, after={"line": line.line, "item": item.code})
    settle(client_id=client_id, ref=str(line.pk))
    return line


def _found_texts(found: FoundInput) -> dict[str, str]:
    return {
        "maker_lot": check_text(found.maker_lot, field="maker_lot", zh="生产批号", en="maker's lot", longest=60),
        "no_lot_reason": check_text(
            found.no_lot_reason, field="no_lot_reason", zh="无批号原因", en="reason for no lot", longest=100
        ),
        "note": check_text(found.note, field="note", zh="备注", en="note", longest=200),
    }


def _check_like(sheet: CountSheet, item_id: int, lot_id: UUID | None, by: Actor) -> None:
    """The lot that found goods look like: of this book, of the same item, and on no line of the sheet."""
    if lot_id is None:
        return
    lot = lots_here(by.across(sheet.bureau_id), sheet.bureau_id, [lot_id]).get(lot_id)
    if lot is None:
        raise LotNotFound(str(lot_id))
    if lot.item_id != item_id:
        raise Invalid(
            "LOT_OTHER_ITEM",
            f"批次 {lot.code} 是“{lot.item.name}”,不是这种物资",
            f'Lot {lot.code} is "{lot.item.english}", another item',
            field="resembles",
        )
    there = sheet.lines.filter(lot_id=lot_id, place="store").first()
    if there is not None:
        raise Conflict(
            "LINE_EXISTS",
            f"批次 {lot.code} 已在第 {there.line} 行,请把数量填在那一行",
            f"Lot {lot.code} is on line {there.line}; enter the quantity there",
            field="resembles",
        )


@transaction.atomic
def finish_count(*, sheet_id: int, by: Actor, at: datetime, client_id: UUID) -> CountSheet:
    """The round is complete: from now on the book's quantities are shown. Raises LinesUncounted."""
    held = queries.sheet(by, sheet_id)
    guard.check(by, "count", "stock_count", bureau_id=held.bureau_id, row=held)
    if claim(client_id=client_id, action="finish_count", body={"sheet": sheet_id}, by=by, at=at):
        return held
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_can_count(by, sheet, at=at)
    left = queries.left_to_count(sheet, queries.counted(by, sheet))
    if left:
        raise rules.LinesUncounted([(row.line.line, row.line.item.name, row.line.item.english) for row in left])
    sheet.status = "counted"
    sheet.save(update_fields=["status"])
    note("finish_count", sheet, by=by, at=at, after={"round": sheet.round})
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet


@transaction.atomic
def start_recount(*, sheet_id: int, by: Actor, at: datetime, client_id: UUID) -> CountSheet:
    """Count the lines that differ once more, blind. Raises Conflict NOTHING_TO_RECOUNT."""
    held = queries.sheet(by, sheet_id)
    guard.check(by, "count", "stock_count", bureau_id=held.bureau_id, row=held)
    if claim(client_id=client_id, action="start_recount", body={"sheet": sheet_id}, by=by, at=at):
        return held
    sheet = locked_sheet(sheet_id, by=by)
    rules.check_count_step(sheet, "recount")
    rules.check_age(sheet, at)
    different = queries.differing(queries.counted(by, sheet))
    if not different:
        raise Conflict("NOTHING_TO_RECOUNT", "没有差异,不用复盘", "Nothing differs: there is nothing to recount")
    sheet.status, sheet.round = "recount", sheet.round + 1
    sheet.save(update_fields=["status", "round"])
    note("start_recount", sheet, by=by, at=at, after={"round": sheet.round, "lines": len(different)})
    settle(client_id=client_id, ref=str(sheet.pk))
    return sheet
