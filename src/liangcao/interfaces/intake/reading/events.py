"""Events of EPCIS 2.0 documents in JSON-LD: what other systems tell of goods that moved.

Source of names: GS1 EPCIS 2.0 and CBV 2.0. What an event holds beyond these fields (sensors, extensions) is counted,
not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from liangcao.foundation.kernel.errors import Invalid

# Lists of single things, and of classes with a quantity, with what they are to the event.
_THINGS = {
    "epcList": "object", "childEPCs": "child", "inputEPCList": "input", "outputEPCList": "output",
}  # fmt: skip
_QUANTITIES = {
    "quantityList": "object", "childQuantityList": "child", "inputQuantityList": "input",
    "outputQuantityList": "output",
}  # fmt: skip


def is_events(content: bytes, name: str) -> bool:
    """Whether a document is to be read as events: JSON by its name, or JSON that says so."""
    if name.lower().endswith((".jsonld", ".json")):
        return True
    return content.lstrip()[:1] == b"{" and b"epcis" in content[:4096].lower()


def read_events(content: bytes) -> list[dict[str, Any]]:
    """One record for each event of a document, a query's answer, a list of events or a single event.

    Raises Invalid JSON_INVALID (with line and column), EVENTS_MISSING where a document holds no events.
    """
    found = list(_events(_parsed(content)))
    if not found:
        raise Invalid(
            "EVENTS_MISSING",
            "文件里没有 EPCIS 事件;可读 EPCISDocument、EPCISQueryDocument 或单个事件",
            "The file holds no EPCIS events; an EPCISDocument, an EPCISQueryDocument or one event can be read",
        )
    return [_record(event) for event in found]


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise Invalid(
            "JSON_INVALID",
            f"JSON 第 {error.lineno} 行第 {error.colno} 列有误,请重新导出",
            f"The JSON is wrong at line {error.lineno}, column {error.colno}; export it again",
            row=error.lineno,
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Invalid(
            "JSON_INVALID", "文件不是 UTF-8 的 JSON,或嵌套过深", "The file is not JSON in UTF-8, or nested too deep"
        ) from error


def _events(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, list):
        yield from (event for event in document if _is_event(event))
        return
    if not isinstance(document, dict):
        return
    if _is_event(document):
        yield document
        return
    body = document.get("epcisBody", document)
    for way in (("eventList",), ("event",), ("queryResults", "resultsBody", "eventList")):
        held: Any = body
        for step in way:
            held = held.get(step) if isinstance(held, dict) else None
        yield from _events(held)


def _is_event(value: Any) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind.endswith("Event")


def _record(event: dict[str, Any]) -> dict[str, Any]:
    declared = event.get("errorDeclaration")
    return {
        "type": event["type"],
        "event_id": event.get("eventID"),
        "event_time": event.get("eventTime"),
        "time_zone": event.get("eventTimeZoneOffset"),
        "action": event.get("action"),
        "biz_step": event.get("bizStep"),
        "disposition": event.get("disposition"),
        "read_point": _id(event.get("readPoint")),
        "biz_location": _id(event.get("bizLocation")),
        "parent": event.get("parentID"),
        "goods": list(_goods(event)),
        "sources": list(_pairs(event, "sourceList", "source")),
        "destinations": list(_pairs(event, "destinationList", "destination")),
        "transactions": list(_pairs(event, "bizTransactionList", "bizTransaction")),
        "is_error": isinstance(declared, dict),
        "corrected_by": declared.get("correctiveEventIDs", []) if isinstance(declared, dict) else [],
        "sensors": len(_list(event.get("sensorElementList"))),
    }


def _goods(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key, role in _THINGS.items():
        for thing in _list(event.get(key)):
            yield {"role": role, "epc": thing, "epc_class": None, "quantity": None, "unit": None}
    for key, role in _QUANTITIES.items():
        for each in _list(event.get(key)):
            if isinstance(each, dict):
                yield {
                    "role": role, "epc": None, "epc_class": each.get("epcClass"), "quantity": each.get("quantity"),
                    "unit": each.get("uom"),
                }  # fmt: skip


def _pairs(event: dict[str, Any], key: str, name: str) -> Iterator[dict[str, Any]]:
    for each in _list(event.get(key)):
        if isinstance(each, dict):
            yield {"type": each.get("type"), "id": each.get(name)}


def _id(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
