"""Reading an EPCIS document as somebody outside reads it: by the official schema, then by the words of the standard."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema


@cache
def _schema(folder: Path) -> Callable[[Any], Any]:
    """The official schema, read where the data sets lie: GS1 does not let others hand it on."""
    return fastjsonschema.compile(json.loads((folder / "EPCIS-JSON-Schema.json").read_text(encoding="utf-8")))


def events_of(content: bytes, folder: Path) -> list[dict[str, Any]]:
    """The events of a document that holds by the official schema."""
    document = json.loads(content)
    _schema(folder)(document)
    return document["epcisBody"]["eventList"]


def in_force(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the events that were declared wrong, and without the declarations."""
    wrong = {event["eventID"] for event in events if "errorDeclaration" in event}
    return [event for event in events if event["eventID"] not in wrong]


def still_there(events: list[dict[str, Any]]) -> dict[str, int]:
    """Lot → pieces that came under its identifier and did not end, by the standard's actions alone."""
    sign = {"ADD": 1, "DELETE": -1, "OBSERVE": 0}
    held: dict[str, int] = defaultdict(int)
    for event in in_force(events):
        for goods in event["quantityList"] if event["type"] == "ObjectEvent" else ():
            held[goods["epcClass"]] += sign[event["action"]] * goods.get("quantity", 0)
    return {lot: quantity for lot, quantity in held.items() if quantity}


def places(events: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """(lot, kind of account) → pieces there, by our own fields."""
    held: dict[tuple[str, str], int] = defaultdict(int)
    for event in in_force(events):
        for goods in event["quantityList"]:
            if "quantity" in goods:
                held[goods["epcClass"], event["liangcao:from"]] -= goods["quantity"]
                held[goods["epcClass"], event["liangcao:to"]] += goods["quantity"]
    return {place: quantity for place, quantity in held.items() if quantity}
