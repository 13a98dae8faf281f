"""Who may do what with a requisition, and what a requisition and its review must look like. One rule for button and act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.flow import check_step
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.demand.flow import CHANNELS, REQUISITION_FLOW, URGENCIES
from liangcao.operations.demand.inputs import ApprovalLine, RequisitionLineInput
from liangcao.operations.demand.models import Requisition, RequisitionLine
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import in_base_units, known_item
from liangcao.reference.parties.kinds import KINDS, TIERS
from liangcao.reference.parties.models import Organisation

LINES_MOST = 2_000
STALE_AFTER = timedelta(days=3)


class SelfApproval(Forbidden):
    """The reviewer filed the requisition himself."""

    def __init__(self, number: str) -> None:
        super().__init__(
            "SELF_APPROVAL",
            f"不得审批本人提交的单据:{number} 由您提交,请由另一位同事审核",
            f"Nobody reviews his own document: you filed {number}; ask a colleague to review it",
        )


class ChangedMeanwhile(Conflict):
    """The document is not as the reader saw it."""


class GoodsUnderWay(Conflict):
    """Something is allotted and on its way."""


def check_can_file(actor: Actor, *, bureau_id: int, organisation_id: int | None) -> None:
    """A unit files for itself, the desk for a caller."""
    guard.check(actor, "file", "requisition", bureau_id=bureau_id, organisation_id=organisation_id)


def can_file(actor: Actor, *, bureau_id: int, organisation_id: int | None) -> bool:
    """Whether `check_can_file` lets it pass."""
    return guard.can(actor, "file", "requisition", bureau_id=bureau_id, organisation_id=organisation_id)


def _check_role(actor: Actor, action: str, requisition: Requisition) -> None:
    guard.check(
        actor, action, "requisition", bureau_id=requisition.bureau_id, organisation_id=requisition.organisation_id
    )


def _check_step(requisition: Requisition, target: str) -> None:
    check_step(
        REQUISITION_FLOW,
        requisition.status,
        target,
        what_zh=f"申领单 {requisition.number} ",
        what_en=f"Requisition {requisition.number}",
    )


def check_can_review(actor: Actor, requisition: Requisition, *, target: str = "approved") -> None:
    """A reviewer who did not file it, while it waits. Raises Forbidden, SelfApproval, Conflict STATE_CONFLICT."""
    _check_role(actor, "approve", requisition)
    if is_same_person(actor, requisition):
        raise SelfApproval(requisition.number)
    _check_step(requisition, target)


def can_review(actor: Actor, requisition: Requisition) -> bool:
    """Whether `check_can_review` lets it pass."""
    return _passes(check_can_review, actor, requisition)


def is_same_person(actor: Actor, requisition: Requisition) -> bool:
    """Programs have no user id: the name tells them apart."""
    if actor.user_id is not None or requisition.submitted_user_id is not None:
        return actor.user_id == requisition.submitted_user_id
    return actor.name == requisition.submitted_by


def check_can_withdraw(actor: Actor, requisition: Requisition) -> None:
    """The unit or the desk, while it waits or is approved. What is on its way is checked by the act."""
    _check_role(actor, "withdraw", requisition)
    _check_step(requisition, "withdrawn")


def can_withdraw(actor: Actor, requisition: Requisition) -> bool:
    """Whether `check_can_withdraw` lets it pass."""
    return _passes(check_can_withdraw, actor, requisition)


def check_can_confirm(actor: Actor, line: RequisitionLine) -> None:
    """The unit or the desk says that a line still stands, while it waits or is open."""
    guard.check(actor, "confirm", "requisition", bureau_id=line.bureau_id, organisation_id=line.organisation_id)
    if line.status not in ("submitted", "open"):
        raise Conflict(
            "STATE_CONFLICT",
            f"第 {line.line} 行已不在待满足状态,不需要再确认;如仍有需要请重新申领",
            f"Line {line.line} is not open any more and needs no confirmation; file a new requisition if the need goes on",
        )


def can_confirm(actor: Actor, line: RequisitionLine) -> bool:
    """Whether `check_can_confirm` lets it pass."""
    return _passes(check_can_confirm, actor, line)


def _passes(check, actor: Actor, thing: object) -> bool:  # type: ignore[no-untyped-def]
    try:
        check(actor, thing)
    except Refusal:
        return False
    return True


@dataclass(frozen=True)
class DraftLine:
    """A line that has passed the checks, in base units."""

    item: Item
    quantity: int | None
    asked_as: str
    on_hand: int | None
    daily_use: int | None
    in_addition: bool


@dataclass(frozen=True)
class Filing:
    """A requisition that has passed the checks."""

    lines: tuple[DraftLine, ...]
    tier: int
    caller: str
    note: str
    received_at: datetime


def check_filing(
    actor: Actor,
    organisation: Organisation,
    lines: Sequence[RequisitionLineInput],
    items: dict[int, Item],
    *,
    channel: str,
    caller: str,
    received_at: datetime | None,
    needed_by: date | None,
    urgency: str,
    note: str,
    at: datetime,
) -> Filing:
    """The requisition as it will be written. Raises all problems at once."""
    problems: list[Refusal] = []
    with collected(problems):
        _check_channel(actor, organisation, channel)
    with collected(problems):
        caller = check_text(
            caller, field="caller", zh="来电(来函)人", en="caller", longest=60, is_required=channel != "portal"
        )
    with collected(problems):
        received_at = _checked_received(channel, received_at, needed_by, at)
    with collected(problems):
        note = check_text(note, field="note", zh="备注", en="note", longest=500)
    if urgency not in URGENCIES:
        problems.append(
            Invalid("URGENCY_UNKNOWN", f"没有“{urgency}”这种缓急", f'There is no urgency "{urgency}"', field="urgency")
        )
    tier = organisation.tier or KINDS[organisation.kind].tier
    if tier not in TIERS:
        problems.append(
            Invalid(
                "ORGANISATION_CANNOT_ASK",
                f"“{organisation.name}”的类别是“{KINDS[organisation.kind].zh}”,不属于申领单位;请核对单位或先调整其类别",
                f'"{organisation.name}" is a {KINDS[organisation.kind].en} and does not ask for supplies; check the unit',
                field="organisation",
            )
        )
    drafted = _checked_lines(lines, items, problems)
    raise_all(problems)
    return Filing(tuple(drafted), tier, caller, note, received_at or at)


def _check_channel(actor: Actor, organisation: Organisation, channel: str) -> None:
    if channel not in CHANNELS:
        raise Invalid(
            "CHANNEL_UNKNOWN", f"没有“{channel}”这种渠道", f'There is no channel "{channel}"', field="channel"
        )
    roles = actor.roles_for(bureau_id=organisation.bureau_id, organisation_id=organisation.pk)
    if (channel == "portal" and "requester" not in roles) or (channel != "portal" and "coordinator" not in roles):
        raise Invalid(
            "CHANNEL_NOT_YOURS",
            "“单位自填”只由申领单位本身使用;代单位登记请选电话、微信、柜台或表格导入",
            "The portal channel is for the unit itself; who files for a caller chooses phone, chat, desk or import",
            field="channel",
        )


def _checked_received(channel: str, received_at: datetime | None, needed_by: date | None, at: datetime) -> datetime:
    if received_at is None and channel != "portal":
        raise Invalid("REQUIRED", "请填写接到申领的时间", "Say when the request was received", field="received_at")
    received = received_at or at
    if received > at:
        raise Invalid("DATE_IN_FUTURE", "接到申领的时间晚于现在", "The time of receipt lies ahead", field="received_at")
    if needed_by is not None and needed_by < business_date(received):
        raise Invalid(
            "NEEDED_BY_PAST",
            f"需要日期 {needed_by} 早于接到申领的日期 {business_date(received)}",
            f"Needed by {needed_by}, which is before the request came in, {business_date(received)}",
            field="needed_by",
        )
    return received


def _checked_lines(
    lines: Sequence[RequisitionLineInput], items: dict[int, Item], problems: list[Refusal]
) -> list[DraftLine]:
    if not 0 < len(lines) <= LINES_MOST:
        problems.append(
            Invalid(
                "LINES_EMPTY" if not lines else "LINES_TOO_MANY",
                f"申领单须有 1–{LINES_MOST:,} 行,收到 {len(lines):,} 行",
                f"A requisition has 1 to {LINES_MOST:,} lines, got {len(lines):,}",
                field="lines",
            )
        )
        return []
    drafted: list[DraftLine] = []
    seen: dict[int, int] = {}
    for row, line in enumerate(lines, start=1):
        with collected(problems):
            item = known_item(items, line.item_id, row=row)
            if not line.in_addition and line.item_id in seen:
                raise Invalid(
                    "ITEM_TWICE",
                    f"第 {seen[line.item_id]}、{row} 行是同一种物资“{item.name}”,请合并",
                    f'Rows {seen[line.item_id]} and {row} ask for the same item "{item.name}"; put them together',
                    field="item",
                    row=row,
                )
            if not line.in_addition:
                seen[line.item_id] = row
            drafted.append(_drafted(line, item, row))
    return drafted


def _drafted(line: RequisitionLineInput, item: Item, row: int) -> DraftLine:
    for field in ("on_hand", "daily_use"):
        if getattr(line, field) is not None:
            check_quantity_or_zero(getattr(line, field), field=field, row=row)
    quantity = None if line.quantity is None else in_base_units(item, line.quantity, line.unit, row=row)
    is_pack = quantity is not None and quantity != line.quantity
    asked_as = f"{line.quantity} {line.unit}" if is_pack else ""
    return DraftLine(item, quantity, asked_as, line.on_hand, line.daily_use, line.in_addition)


def check_version(requisition: Requisition, lines: Sequence[RequisitionLine], version: int | None) -> None:
    """Raise ChangedMeanwhile with who, when and what, unless the reader saw this version. None: the reader does not say."""
    if version is None or version == requisition.version:
        return
    state = REQUISITION_FLOW[requisition.status]
    rows = [line.line for line in lines if line.version > version]
    rows_zh = f",第 {'、'.join(map(str, rows))} 行有变动" if rows else ""
    rows_en = f", changed rows: {', '.join(map(str, rows))}" if rows else ""
    when = requisition.changed_at.astimezone(LOCAL)
    raise ChangedMeanwhile(
        "CHANGED_MEANWHILE",
        f"申领单 {requisition.number} 已被{requisition.changed_by}于 {when.month}月{when.day}日 {when:%H:%M} 修改(现为“{state.zh}”{rows_zh})。请刷新后再办",
        f'Requisition {requisition.number} was changed by {requisition.changed_by} at {when:%Y-%m-%d %H:%M} (now "{state.en}"{rows_en}). Reload first',
        field="version",
    )


def check_review(lines: Sequence[RequisitionLine], given: Sequence[ApprovalLine]) -> dict[int, ApprovalLine]:
    """line id → its review. Every waiting line has one; approved ≤ asked; each cut has its reason. Raises all problems."""
    problems: list[Refusal] = []
    by_id = {line.pk: line for line in lines}
    reviews: dict[int, ApprovalLine] = {}
    for review in given:
        with collected(problems):
            line = by_id.get(review.line_id)
            if line is None or line.pk in reviews:
                raise Invalid(
                    "LINE_UNKNOWN",
                    f"本单没有明细 {review.line_id},或同一明细给出了两次",
                    f"The requisition has no line {review.line_id}, or it was given twice",
                    field="line",
                )
            reviews[line.pk] = review
            _check_line_review(line, review)
    for line in lines:
        if line.status == "submitted" and line.pk not in reviews:
            problems.append(
                Invalid(
                    "LINE_NOT_REVIEWED",
                    f"第 {line.line} 行“{line.item.name}”没有审核结果,请填写批准数",
                    f'Row {line.line} "{line.item.name}" has no review; give the approved quantity',
                    field="quantity_approved",
                    row=line.line,
                )
            )
    raise_all(problems)
    return reviews


def _check_line_review(line: RequisitionLine, review: ApprovalLine) -> None:
    if line.status != "submitted":
        raise ChangedMeanwhile(
            "LINE_NOT_WAITING",
            f"第 {line.line} 行“{line.item.name}”已被新的申领取代或撤回,请刷新后再审",
            f'Row {line.line} "{line.item.name}" was replaced by a newer requisition or withdrawn; reload first',
            row=line.line,
        )
    check_text(review.cut_reason, field="cut_reason", zh="核减原因", en="reason of the cut", longest=200, row=line.line)
    if review.tier is not None and review.tier not in TIERS:
        raise Invalid(
            "TIER_UNKNOWN",
            f"第 {line.line} 行:没有第 {review.tier} 档",
            f"Row {line.line}: no tier {review.tier}",
            field="tier",
            row=line.line,
        )
    approved, asked, unit = review.quantity_approved, line.quantity_requested, line.item.base_unit
    if approved is None:
        if asked is None:
            return
        raise Invalid(
            "APPROVED_MISSING",
            f"第 {line.line} 行“{line.item.name}”申领 {asked:,} {unit},请填写批准数(不批准填 0)",
            f'Row {line.line} "{line.item.name}" asks for {asked:,}; give the approved quantity (0 for none)',
            field="quantity_approved",
            row=line.line,
        )
    check_quantity_or_zero(approved, field="quantity_approved", row=line.line)
    if asked is not None and approved > asked:
        raise Invalid(
            "APPROVED_OVER_ASKED",
            f"第 {line.line} 行“{line.item.name}”批准 {approved:,} {unit},超过申领的 {asked:,} {unit};请改为不超过申领数",
            f'Row {line.line} "{line.item.name}": {approved:,} approved, only {asked:,} asked; approve no more than was asked',
            field="quantity_approved",
            row=line.line,
        )
    is_cut = approved < asked if asked is not None else approved == 0
    if is_cut and not review.cut_reason.strip():
        raise Invalid(
            "CUT_REASON_MISSING",
            f"第 {line.line} 行“{line.item.name}”由 {'数量不详' if asked is None else f'{asked:,}'} 核减为 {approved:,} {unit},请填写核减原因",
            f'Row {line.line} "{line.item.name}" is cut from {"an unknown amount" if asked is None else f"{asked:,}"} to {approved:,}; give the reason',
            field="cut_reason",
            row=line.line,
        )


def check_nothing_under_way(requisition: Requisition, lines: Sequence[RequisitionLine]) -> None:
    """Raise GoodsUnderWay when something is allotted and not delivered. `lines` come from `queries.lines_of`."""
    under_way = [line for line in lines if line.quantity_on_way]  # type: ignore[attr-defined]
    if not under_way:
        return
    listed = "、".join(f"{line.item.name} {line.quantity_on_way:,} {line.item.base_unit}" for line in under_way)  # type: ignore[attr-defined]
    listed_en = ", ".join(f"{line.item.name} {line.quantity_on_way:,}" for line in under_way)  # type: ignore[attr-defined]
    raise GoodsUnderWay(
        "GOODS_UNDER_WAY",
        f"申领单 {requisition.number} 已有分配未签收({listed}),不能撤回;请先取消配送",
        f"Requisition {requisition.number} has goods allotted and not delivered ({listed_en}); cancel the delivery first",
    )
