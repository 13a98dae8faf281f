"""What may be posted: shape, dates, the state of lots, enough stock now and on every day since the business date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from liangcao.foundation.kernel.errors import Invalid, KeyReused
from liangcao.foundation.kernel.quantity import check_quantity, no_lines
from liangcao.foundation.kernel.text import check_text, is_whole_number
from liangcao.ledger.entries import MoveDraft
from liangcao.ledger.kinds import FACTS, MOVE_KINDS, AccountKind
from liangcao.ledger.models import Balance, Posting
from liangcao.ledger.posting import Key
from liangcao.ledger.refusals import FutureDate, LateEntryRefused, LotExpired, LotFrozen, SameAccount, StockShort
from liangcao.ledger.reservations import Hold, holds_of
from liangcao.ledger.seals_rules import check_not_sealed
from liangcao.ledger.state import AccountState, BookState, LineState, LotState

_ISSUING = (AccountKind.RESERVED, AccountKind.TRANSIT, AccountKind.RECIPIENT)
_HELD = (AccountKind.STORE, AccountKind.RESERVED)
_IN_HOUSE = (*_HELD, AccountKind.RECEIVING, AccountKind.QUARANTINE)
# From where a recalled lot is not put into a store: not by transfer, not past an inspection, not when it comes back.
# What was reserved or on its way may be put back.
_KEPT_OUT = (AccountKind.STORE, AccountKind.RECEIVING, AccountKind.QUARANTINE, AccountKind.RECIPIENT)


def check_shape(draft: MoveDraft) -> None:
    """Kind known, at least one line (a fact move has none), whole quantities, source ≠ target, texts not too long."""
    if draft.kind not in MOVE_KINDS:
        raise Invalid(
            "MOVE_KIND_UNKNOWN",
            f"没有“{draft.kind}”这种单据",
            f'There is no document kind "{draft.kind}"',
            field="kind",
        )
    if not draft.lines and draft.kind != "fact":
        raise no_lines()
    for number, line in enumerate(draft.lines, start=1):
        check_quantity(line.quantity, row=number)
        if line.source == line.target:
            raise SameAccount(row=number)
    for ref in draft.accounts:
        ref.checked()
    check_origin(draft)
    check_facts(draft)
    for field, text, limit in (("reason", draft.reason, 500), ("late_reason", draft.late_reason, 200)):
        if len(text) > limit:
            raise Invalid(
                "TEXT_TOO_LONG", f"{field} 超过 {limit} 字", f"{field} is longer than {limit} characters", field=field
            )


def check_origin(draft: MoveDraft) -> None:
    """Goods that come from outside, and lots that begin, name the document that they came by: no stock from nothing.

    Raises Invalid SOURCE_MISSING.
    """
    comes_in = any(line.source.kind == AccountKind.OUTSIDE for line in draft.lines)
    has_document = bool(draft.cause_kind.strip() and draft.cause_ref.strip())
    if (comes_in and not has_document) or any(not lot.source_ref.strip() for lot in draft.new_lots):
        raise Invalid(
            "SOURCE_MISSING",
            "入账的物资须有来源单据(捐赠、采购、调入、期初或盘点),请先登记来源",
            "Goods enter the book by a document of their source (gift, order, allotment, opening, count): record it "
            "first",
            field="source",
        )


def check_facts(draft: MoveDraft) -> None:
    """What a fact may say: yes or no, a date, a whole number; a recall written as “是” would stop nothing.

    Raises Invalid FACT_UNKNOWN or FACT_INVALID.
    """
    for fact in draft.new_facts:
        if fact.fact not in FACTS:
            raise Invalid(
                "FACT_UNKNOWN", f"没有“{fact.fact}”这种批次情况", f'There is no lot fact "{fact.fact}"', field="fact"
            )
        check_text(fact.reason, field="reason", zh="原因", en="reason", longest=200)
        value = check_text(fact.value, field="value", zh="内容", en="value", longest=80)
        if not _FACT_VALUES[fact.fact](value):
            zh, en = _FACT_FORMS[fact.fact]
            raise Invalid(
                "FACT_INVALID", f"“{FACTS[fact.fact][0]}”须为{zh}", f"{FACTS[fact.fact][1]} must be {en}", field="value"
            )


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_FACT_VALUES: dict[str, Callable[[str], bool]] = {
    "frozen": {"yes", "no"}.__contains__,
    "recalled": {"yes", "no"}.__contains__,
    "expires_on": _is_day,
    "earmark": is_whole_number,
    "unit_cost": is_whole_number,
    "quality": bool,
    "consent": bool,
    "maker_lot": bool,
    "resembles": bool,
}
_FACT_FORMS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("frozen", "recalled"), ("yes 或 no", "yes or no")),
    "expires_on": ("日期,如 2021-03-01", "a date such as 2021-03-01"),
    **dict.fromkeys(("earmark", "unit_cost"), ("整数", "a whole number")),
    **dict.fromkeys(("quality", "consent", "maker_lot", "resembles"), ("非空文字", "a text that is not empty")),
}


def check_date(book: BookState, draft: MoveDraft, today: date) -> None:
    """Not ahead of today, not on a sealed day; earlier only with a reason and within the book's limit (7 days unless
    set)."""
    check_not_sealed(draft.business_date, book.sealed_through)
    if draft.business_date > today:
        raise FutureDate(given=draft.business_date, today=today)
    if draft.business_date == today:
        return
    if not draft.late_reason.strip():
        raise Invalid(
            "LATE_REASON_MISSING",
            f"业务日期 {draft.business_date} 早于今天 {today},属补记,请填写补记原因",
            f"The business date {draft.business_date} is before today, {today}: give the reason for the late entry",
            field="late_reason",
        )
    oldest = today - timedelta(days=book.late_days)
    if draft.business_date < oldest:
        raise LateEntryRefused(
            "LATE_ENTRY_TOO_OLD",
            f"补记最早到 {oldest}(本台账限 {book.late_days} 天),{draft.business_date} 不能补记;"
            f"请记在 {oldest} 或以后,并在补记原因中写明实际日期",
            f"Late entries reach back to {oldest} ({book.late_days} days); {draft.business_date} is too early. Enter "
            f"it on {oldest} or later, and give the real date in the reason",
            field="business_date",
        )


def check_id_is_new(move_id: UUID, *, is_used: bool) -> None:
    """The client-made id is not another document's. Raises KeyReused."""
    if is_used:
        raise KeyReused(
            "KEY_REUSED",
            f"编号 {move_id} 已用于另一张单据",
            f"The id {move_id} belongs to another document",
            field="Idempotency-Key",
        )


def check_lots(draft: MoveDraft, lines: list[LineState]) -> None:
    """Goods are not used before they arrived; expired lots are not issued, frozen ones do not go out, recalled ones
    stay where they are."""
    if draft.reverses_id is not None:
        return
    for line in lines:
        state = line.lot
        if draft.business_date < state.arrived_on:
            raise LateEntryRefused(
                "BEFORE_ARRIVAL",
                f"“{state.item.name}”批次 {state.code} 于 {state.arrived_on} 到货,不能记在 {draft.business_date};"
                f"请记在 {state.arrived_on} 或以后",
                f'Lot {state.code} of "{state.item.english}" arrived on {state.arrived_on}, '
                f"after {draft.business_date}: enter it on the day of arrival or later",
                field="business_date",
            )
        _check_not_recalled(line)
        if line.target.kind in _ISSUING and line.source.kind in _HELD:
            _check_issuable(draft, state)


def _check_not_recalled(line: LineState) -> None:
    """A recalled lot stays where it is: it may only go aside, back to its source, or to loss."""
    source, target = line.source.kind, line.target.kind
    goes_out = target in _ISSUING and source in _IN_HOUSE
    if goes_out or (target == AccountKind.STORE and source in _KEPT_OUT):
        _check_not_held("recalled", line.lot)


def _check_not_held(fact: str, state: LotState) -> None:
    held = state.facts.get(fact)
    if held is not None and held.value == "yes":
        raise LotFrozen(code=state.code, item=state.item, fact=fact, reason=held.reason)


def _check_issuable(draft: MoveDraft, state: LotState) -> None:
    _check_not_held("frozen", state)
    corrected = state.facts.get("expires_on")
    expires_on = date.fromisoformat(corrected.value) if corrected and corrected.value else state.expires_on
    if expires_on is not None and expires_on < draft.business_date:
        raise LotExpired(code=state.code, item=state.item, expired_on=expires_on)


def check_enough(lines: list[LineState], deltas: dict[Key, int], held: dict[Key, int]) -> None:
    """No account but `outside` goes below zero. The refusal says how much is there and for whom the rest is held."""
    for key, account, lot in _taken_from(lines, deltas):
        if held.get(key, 0) + deltas[key] >= 0:
            continue
        new = {
            account_id for account_id, lot_key in deltas if lot_key == lot.key and not held.get((account_id, lot_key))
        }
        raise StockShort(
            what=f"{lot.item.name}(批次 {lot.code})",
            place=account.place,
            asked=-deltas[key],
            available=held.get(key, 0),
            unit=lot.item.base_unit,
            reserved=reserved_for(account, lot.key, new=new),
            what_en=f"{lot.item.english} (lot {lot.code})",
        )


def _taken_from(lines: list[LineState], deltas: dict[Key, int]) -> Iterator[tuple[Key, AccountState, LotState]]:
    """The balances that a draft lowers, but those outside, which may be negative."""
    for line in lines:
        key = (line.source.pk, line.lot.key)
        if deltas[key] < 0 and line.source.kind != AccountKind.OUTSIDE:
            yield key, line.source, line.lot


def reserved_for(account: AccountState, lot_key: str, *, new: Collection[int]) -> list[Hold]:
    """For whom, and by which documents, the lot is reserved in this store; `new` are accounts that held none of it, and
    may have been given what is refused here."""
    if account.kind != AccountKind.STORE:
        return []
    rows = Balance.objects.filter(
        lot_id=lot_key, account__kind=AccountKind.RESERVED, account__store_id=account.store_id, quantity__gt=0
    ).exclude(account_id__in=new)
    return holds_of(rows.select_related("account__party"))


def check_path(draft: MoveDraft, lines: list[LineState], deltas: dict[Key, int], held: dict[Key, int]) -> None:
    """A late entry must not make any balance negative on any day from its business date until now."""
    for key, _, lot in _taken_from(lines, deltas):
        low_day, low = _lowest_since(key, held.get(key, 0), draft.business_date)
        left = low + deltas[key]
        if left < 0:
            raise LateEntryRefused(
                "LATE_ENTRY_NEGATIVE",
                f"补记后“{lot.item.name}”批次 {lot.code} 在 {low_day} 的结存会变为 {left:,} {lot.item.base_unit}"
                f"(当日结存 {low:,}),不能补记;请减少数量,或记在更晚的日期",
                f'The late entry would leave {left:,} of lot {lot.code} ("{lot.item.english}") on {low_day}'
                f" (balance {low:,}): enter less, or a later day",
                field="business_date",
            )


def _lowest_since(key: Key, held: int, since: date) -> tuple[date, int]:
    """(day, balance) of the lowest end-of-day balance from `since` on, walking back from what is held now."""
    account_id, lot_id = key
    change: dict[date, int] = defaultdict(int)
    moved = Posting.objects.filter(lot_id=lot_id, move__business_date__gt=since)
    for day, total in moved.filter(target_id=account_id).values_list("move__business_date").annotate(Sum("quantity")):
        change[day] += total
    for day, total in moved.filter(source_id=account_id).values_list("move__business_date").annotate(Sum("quantity")):
        change[day] -= total
    days = [since, *sorted(change)]
    low_day, low, balance = days[-1], held, held
    for day, day_before in zip(reversed(days), reversed(days[:-1]), strict=False):
        balance -= change[day]
        if balance <= low:
            low_day, low = day_before, balance
    return low_day, low
