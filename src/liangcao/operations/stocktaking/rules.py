"""Who may do what with count sheets and write-offs. One rule for the button and the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.stocktaking.flow import COUNT_FLOW, WRITE_OFF_FLOW
from liangcao.operations.stocktaking.models import CountEntry, CountSheet, WriteOff
from liangcao.reference.parties.separation import check_apart

# A sheet that is older says nothing any more about what lies in the store today.
SHEET_DAYS = 7
# A sheet that is open longer is an alarm.
OPEN_MOST = timedelta(days=1)
RECOUNT, CONFIRM, APPROVE = "stock_count.recount", "stock_count.confirm", "write_off.approve"


class AlreadyCounted(Conflict):
    """A line has its entry of this round."""

    def __init__(self, line: int, entry: CountEntry) -> None:
        super().__init__(
            "ALREADY_COUNTED",
            f"第 {line} 行已由{entry.counted_by}点过,不能再填;数有疑问请在清点完成后复盘",
            f"Line {line} was counted by {entry.counted_by} already; ask for a recount when the count is complete",
            field="quantity",
            row=line,
        )


class LinesUncounted(Conflict):
    """Lines of the round have no entry yet. Carries their numbers."""

    def __init__(self, lines: list[tuple[int, str, str]]) -> None:
        self.lines = [line for line, _, _ in lines]
        more = "…" if len(lines) > 5 else ""
        zh = "、".join(f"第 {line} 行({name})" for line, name, _ in lines[:5]) + more
        en = ", ".join(f"line {line} ({name})" for line, _, name in lines[:5]) + more
        super().__init__(
            "LINES_UNCOUNTED",
            f"还有 {len(lines)} 行没点:{zh}。没有货的请填 0",
            f"{len(lines)} not counted yet: {en}. Enter 0 where there is nothing",
            field="lines",
        )


def check_count_step(sheet: CountSheet, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless the step leads on from the sheet's state."""
    check_step(
        COUNT_FLOW, sheet.status, target, what_zh=f"盘点表 {sheet.number} ", what_en=f"Count sheet {sheet.number}"
    )


def check_age(sheet: CountSheet, at: datetime) -> None:
    """Raise Conflict COUNT_TOO_OLD for a sheet that is older than seven days."""
    if at - sheet.opened_at > timedelta(days=SHEET_DAYS):
        raise Conflict(
            "COUNT_TOO_OLD",
            f"盘点表 {sheet.number} 是 {business_date(sheet.opened_at)} 开的,超过 {SHEET_DAYS} 天,不能再用。请作废后重新盘点",
            f"Count sheet {sheet.number} was opened on {business_date(sheet.opened_at)}, more than {SHEET_DAYS} days "
            "ago: cancel it and count again",
        )


def check_can_count(actor: Actor, sheet: CountSheet, *, at: datetime) -> None:
    """Who counts, while the sheet is open or being recounted."""
    guard.check(actor, "count", "stock_count", bureau_id=sheet.bureau_id, row=sheet)
    check_count_step(sheet, "counted")
    if sheet.status == "signed":
        raise Conflict(
            "COUNT_SIGNED",
            f"盘点表 {sheet.number} 已由{sheet.signed_by}签字,要再点请先退回",
            f"Count sheet {sheet.number} carries the signature of {sheet.signed_by}; send it back first",
        )
    check_age(sheet, at)


def can_count(actor: Actor, sheet: CountSheet, at: datetime) -> bool:
    """Whether `check_can_count` lets it pass."""
    return sheet.status in ("open", "recount") and guard.can(actor, "count", "stock_count", bureau_id=sheet.bureau_id)


def check_can_add_found(actor: Actor, sheet: CountSheet, *, at: datetime) -> None:
    """Goods that are on no line are added while the first round is open."""
    check_can_count(actor, sheet, at=at)
    if sheet.status != "open":
        raise Conflict(
            "RECOUNT_ADDS_NOTHING",
            f"盘点表 {sheet.number} 正在复盘,不能再加行",
            f"Count sheet {sheet.number} is being recounted: no line can be added",
        )


def check_recounter(actor: Actor, sheet: CountSheet, earlier: Iterable[int | None], at: datetime) -> None:
    """Who recounts did not count these lines before; for buttons."""
    check_apart(rule=RECOUNT, by=actor, earlier=earlier, bureau_id=sheet.bureau_id, at=at, refusal=same_counter())


def same_counter() -> Forbidden:
    """Somebody would recount his own numbers."""
    return Forbidden(
        "RECOUNT_BY_ANOTHER",
        "复盘须由另一人来点,这几行您已经点过",
        "A recount is done by another person: you counted these lines before",
    )


def second_signature() -> Forbidden:
    """Somebody who counted or signed would sign a second time."""
    return Forbidden(
        "SECOND_PERSON_NEEDED",
        "复核签字的人不能是清点、复盘或第一个签字的人,请由另一位同事签字",
        "The second signature is not given by who counted, recounted or signed first; ask a colleague",
    )


def check_can_confirm(actor: Actor, sheet: CountSheet, *, at: datetime) -> None:
    """Counter, leader, coordinator, while the first signature stands."""
    guard.check(actor, "confirm", "stock_count", bureau_id=sheet.bureau_id, row=sheet)
    check_count_step(sheet, "posted")
    check_age(sheet, at)


def can_confirm(actor: Actor, sheet: CountSheet, at: datetime) -> bool:
    """Whether `check_can_confirm` lets it pass."""
    try:
        check_can_confirm(actor, sheet, at=at)
    except (Conflict, Forbidden):
        return False
    return True


def check_can_cancel(actor: Actor, sheet: CountSheet) -> None:
    """While it is not posted."""
    guard.check(actor, "cancel", "stock_count", bureau_id=sheet.bureau_id, row=sheet)
    check_count_step(sheet, "cancelled")


def can_cancel(actor: Actor, sheet: CountSheet) -> bool:
    """Whether `check_can_cancel` lets it pass."""
    return guard.passes(check_can_cancel, actor, sheet)


def is_overdue(sheet: CountSheet, at: datetime) -> bool:
    """Whether a sheet has been open for more than a day."""
    return COUNT_FLOW[sheet.status].turn is not None and at - sheet.opened_at > OPEN_MOST


def check_can_decide(actor: Actor, write_off: WriteOff, target: str = "posted") -> None:
    """Who approves or declines, while it waits."""
    guard.check(actor, "approve", "write_off", bureau_id=write_off.bureau_id, row=write_off)
    check_write_off_step(write_off, target)


def check_can_withdraw(actor: Actor, write_off: WriteOff) -> None:
    """Who asked, or somebody else who may ask."""
    guard.check(actor, "ask", "write_off", bureau_id=write_off.bureau_id, row=write_off)
    check_write_off_step(write_off, "withdrawn")


def check_write_off_step(write_off: WriteOff, target: str) -> None:
    """Raise Conflict STATE_CONFLICT unless the step leads on from the state."""
    check_step(
        WRITE_OFF_FLOW, write_off.status, target,
        what_zh=f"报损单 {write_off.number} ", what_en=f"Write-off {write_off.number}",
    )  # fmt: skip


def check_counted_at(sheet: CountSheet, counted_at: datetime, at: datetime) -> None:
    """When it was counted lies between the opening of the sheet and now. Raises Invalid COUNTED_AT_INVALID."""
    if not sheet.opened_at <= counted_at <= at:
        raise Invalid(
            "COUNTED_AT_INVALID",
            "清点时间须在开表之后、现在之前",
            "The time of counting lies between the opening of the sheet and now",
            field="counted_at",
        )
