"""Events of EPCIS 2.0 documents: every official example, our own export, and what is no such document."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.intake.reading.events import is_events, read_events

EVENT = {
    "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping", "eventTime": "2020-03-01T08:00:00Z",
    "readPoint": {"id": "urn:store:1"}, "epcList": ["urn:box:1"],
    "quantityList": [{"epcClass": "urn:lot:1", "quantity": 200, "uom": "EA"}],
    "destinationList": [{"type": "owning_party", "destination": "urn:ward:1"}],
}  # fmt: skip


def read(document: Any) -> list[dict[str, Any]]:
    return read_events(json.dumps(document).encode())


@pytest.mark.parametrize(
    "document",
    [
        EVENT, [EVENT], {"eventList": [EVENT]}, {"epcisBody": {"eventList": [EVENT]}}, {"epcisBody": {"event": EVENT}},
        {"epcisBody": {"queryResults": {"resultsBody": {"eventList": [EVENT]}}}},
    ],
)  # fmt: skip
def test_an_event_is_found_wherever_it_stands(document: Any) -> None:
    [event] = read(document)
    assert (event["biz_step"], event["read_point"], event["is_error"]) == ("shipping", "urn:store:1", False)
    assert event["goods"] == [
        {"role": "object", "epc": "urn:box:1", "epc_class": None, "quantity": None, "unit": None},
        {"role": "object", "epc": None, "epc_class": "urn:lot:1", "quantity": 200, "unit": "EA"},
    ]
    assert event["destinations"] == [{"type": "owning_party", "id": "urn:ward:1"}]


def test_an_error_declaration_is_told() -> None:
    [event] = read(EVENT | {"errorDeclaration": {"reason": "x", "correctiveEventIDs": ["urn:event:2"]}})
    assert (event["is_error"], event["corrected_by"]) == (True, ["urn:event:2"])


def test_every_official_example_is_read(data_folder: Callable[[str], Path]) -> None:
    examples = sorted(data_folder("epcis").rglob("*.jsonld"))
    examples = [path for path in examples if "context" not in path.parts]
    assert len(examples) > 20
    for path in examples:
        content = path.read_bytes()
        assert is_events(content, path.name)
        events = read_events(content)
        assert events
        assert all(event["type"].endswith("Event") and event["event_time"] for event in events), path.name


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b'{"a": 1,}', "JSON_INVALID", 1), (b'{\n"a" 1}', "JSON_INVALID", 2), (b"\xff\xfe{}", "JSON_INVALID", None),
        (b"[" * 100_000, "JSON_INVALID", None), (b'{"epcisBody": {"eventList": []}}', "EVENTS_MISSING", None),
        (b"5", "EVENTS_MISSING", None), (b'{"type": "Order"}', "EVENTS_MISSING", None),
    ],
)  # fmt: skip
def test_what_holds_no_events_is_refused(content: bytes, code: str, row: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        read_events(content)
    assert (refused.value.code, refused.value.row) == (code, row)


def refusal_of(document: Any) -> str | None:
    try:
        read(document)
    except Invalid as refusal:
        return refusal.code
    return None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "epcisBody", "eventList", "quantityList", "readPoint"]), inner)
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_json_is_read_or_refused(value: Any, event: Any) -> None:
    document = {"eventList": [event, EVENT | {"quantityList": value, "errorDeclaration": value, "readPoint": value}]}
    assert read(document)[-1]["type"] == "ObjectEvent"
    assert refusal_of(value) in (None, "EVENTS_MISSING")
