"""A message read into typed lines."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.api.v1.doors import Body, enter
from liangcao.interfaces.intake.messages import Understood, understood

router = Router(tags=["reading"])


class MessageIn(Body):
    """A message as it was sent. `kind` says what it is where its words do not."""

    text: str = Field(examples=["口罩2万只,防护服300套,急"])
    kind: Literal["requisitions", "gifts", "receipts", "issues", "opening-stock"] = Field(
        "requisitions", examples=["requisitions"]
    )
    bureau: str | None = Field(None, max_length=30)


@router.post("/readings", response=dict)
def read_message(request: HttpRequest, body: MessageIn) -> dict[str, Any]:
    """The lines of a message: item, quantity, unit and what is said of them (requested, stock, procured, produced,
    donated, distributed, other), with `start` and `end` in the text. `item_code` only where it is certain; otherwise
    `candidates` and `reasons` say what to ask. Nothing is written, so the call needs no key."""
    door = enter(request, body.bureau)
    guard.check(door.actor, "view", "item")
    return {
        "lines": [_show(row) for row in understood(body.text, door.actor, kind=body.kind, today=business_date(door.at))]
    }


def _show(row: Understood) -> dict[str, Any]:
    return row.line.record() | {
        "written": row.written,
        "item_code": row.item.code if row.item is not None else None,
        "state": "confirm" if row.reasons else row.line.state,
        "reasons": list(row.reasons),
    }
