"""A pasted message on a page: what was understood of it, row by row, and the form's rows made of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.intake.messages import Asked, Understood, asked_lines, understood
from liangcao.interfaces.intake.reading.lines import DISTRIBUTED, DONATED, OTHER, PROCURED, PRODUCED, REQUESTED, STOCK
from liangcao.interfaces.intake.reading.reasons import READING_REASONS
from liangcao.interfaces.web.refusals import told
from liangcao.interfaces.web.templatetags.words import said

FLOW_NAMES = {
    REQUESTED: ("需求", "requested"), STOCK: ("库存", "in stock"), PROCURED: ("采购", "procured"),
    PRODUCED: ("生产", "produced"), DONATED: ("捐赠", "donated"), DISTRIBUTED: ("发放", "handed out"),
    OTHER: ("其他", "other"),
}  # fmt: skip
PER_NAMES = {"day": ("每天", "a day"), "person": ("每人", "a person")}
_NOTE_MOST = 500


@dataclass(frozen=True)
class MessageRow:
    """A row of what was understood: as written, and where it went."""

    understood: Understood
    flow: str
    per: str
    reasons: list[str]
    candidates: str
    form_row: int | None


@dataclass(frozen=True)
class MessagePanel:
    """The panel over a form: the message as pasted, its rows, and why it could not be read."""

    text: str
    rows: list[MessageRow]
    refusal: Any = None

    @property
    def is_read(self) -> bool:
        """Whether a message was sent to be read."""
        return bool(self.text.strip()) or self.refusal is not None


def is_reading(request: Any) -> bool:
    """Whether this request only asks to read a message; nothing is written then."""
    return request.method == "POST" and "message" in request.POST and "client_id" not in request.POST


def as_shown_first(request: Any) -> Any:
    """The request as if the page were opened: a form made with it is empty, however it came."""
    first = copy.copy(request)
    first.method = "GET"
    return first


def read_panel(request: Any) -> tuple[MessagePanel, list[Asked]]:
    """What was understood of the message of a request, and the lines to ask for."""
    text = request.POST.get("message", "")
    try:
        rows = understood(text, request.actor, today=business_date(request.at))
    except Refusal as refusal:
        return MessagePanel(text, [], told(refusal, request.LANGUAGE_CODE)), []
    asked = asked_lines(rows)
    places = {row: number for number, line in enumerate(asked, start=1) for row in line.from_rows}
    return MessagePanel(text, [_row(row, places.get(number)) for number, row in enumerate(rows)]), asked


def form_rows(asked: list[Asked]) -> list[dict[str, Any]]:
    """The rows of a form, as its initial values."""
    return [
        {
            "item_id": line.item.pk if line.item else None,
            "quantity": line.quantity,
            "unit": line.unit,
            "on_hand": line.on_hand,
            "daily_use": line.daily_use,
        }
        for line in asked
    ]


def head_of(panel: MessagePanel) -> dict[str, Any]:
    """What the message says of the whole: how urgent, and its text as the note where it fits."""
    lines = [row.understood.line for row in panel.rows]
    note = " ".join(panel.text.split())
    head = {
        "urgency": next((line.urgency for line in lines if line.urgency), "normal"),
        "needed_by": next((line.needed_by for line in lines if line.needed_by), None),
    }
    return head | ({"note": note} if len(note) <= _NOTE_MOST else {})


def unit_named(panel: MessagePanel, units: Any) -> int | None:
    """The unit that a message names; None where it names none of those that may ask, or several."""
    named = {name: pk for pk, name in units.values_list("pk", "name") if name in panel.text}
    whole = [name for name in named if not any(name != other and name in other for other in named)]
    return named[whole[0]] if len(whole) == 1 else None


def _row(row: Understood, form_row: int | None) -> MessageRow:
    reasons = [said(READING_REASONS[code]) for code in row.reasons]
    if form_row is None:
        reasons.append(_("不是申领,没有填入"))
    return MessageRow(
        understood=row,
        flow=said(FLOW_NAMES[row.line.flow]),
        per=said(PER_NAMES[row.line.per]) if row.line.per else "",
        reasons=reasons,
        candidates=_("、").join(candidate.name for candidate in row.line.candidates),
        form_row=form_row,
    )
