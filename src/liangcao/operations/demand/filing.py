"""What a requisition must look like: takes what was given, returns what will be written or raises all problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from liangcao.foundation.identity.access import access
from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES, Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST, check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.demand.flow import CHANNELS, URGENCIES
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import in_base_units, known_item
from liangcao.reference.parties.kinds import KINDS, TIERS
from liangcao.reference.parties.models import Organisation


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
                f'"{organisation.name}" is a {KINDS[organisation.kind].en} and does not ask for supplies; check '
                f"the unit",
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
    fitting = access()["requisition"]["file"] & (PORTAL_ROLES if channel == "portal" else DESK_ROLES)
    if not fitting & roles:
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
    if not 0 < len(lines) <= LINES_BY_HAND_MOST:
        problems.append(
            Invalid(
                "LINES_EMPTY" if not lines else "LINES_TOO_MANY",
                f"申领单须有 1–{LINES_BY_HAND_MOST:,} 行,收到 {len(lines):,} 行",
                f"A requisition has 1 to {LINES_BY_HAND_MOST:,} lines, got {len(lines):,}",
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
                    f'Rows {seen[line.item_id]} and {row} ask for the same item "{item.english}"; put them together',
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
