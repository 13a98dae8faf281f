"""Trace, EPCIS events and mass balance over the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from liangcao.ledger.models import Lot
from tests.factories.epcis import events_of
from tests.factories.world import NOON, TODAY
from tests.ledger.test_epcis import eventful


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/trace?ref=XX-1", 404, "NOT_FOUND"),
        ("/epcis-events?ref=XX-1", 404, "NOT_FOUND"),
        ("/epcis-events?from=2020-02-05&to=2020-02-01", 400, "DATES_INVALID"),
        ("/mass-balances?from=2020-02-05&to=2020-02-01", 400, "DATES_INVALID"),
        ("/mass-balances?item=none", 400, "ITEM_UNKNOWN"),
        ("/mass-balances?store=none", 400, "STORE_UNKNOWN"),
        ("/mass-balances?source=JZ-none", 404, "NOT_FOUND"),
        ("/mass-balances?lot=1", 400, "FIELD_UNKNOWN"),
    ],
)
def test_refusals(world: Any, caller: Any, address: str, status: int, code: str) -> None:
    answer = caller(world, "storekeeper").get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_trace_of_a_unit_names_its_sources(world: Any, caller: Any) -> None:
    eventful(world)
    told = caller(world, "storekeeper").get(f"/trace?ref={world.hospital.code}").json()
    [lot] = told["received"]
    assert (lot["from"], lot["quantity"], lot["held"]) == ([world.donor.code], 200, 140)
    assert [item["adds_up"] for item in told["items"]] == [True]


def test_events_of_a_period_and_of_a_trace(world: Any, caller: Any, data_folder: Callable[[str], Path]) -> None:
    lot = eventful(world)
    keeper = caller(world, "storekeeper")

    def read(query: str = "") -> list[dict[str, Any]]:
        answer = keeper.get(f"/epcis-events{query}")
        assert answer["Content-Type"] == "application/ld+json"
        return events_of(b"".join(answer.streaming_content), data_folder("epcis"))

    whole = read()
    assert read(f"?from={TODAY}&to={NOON.date()}") == whole
    code = Lot.objects.get(pk=lot).code
    assert read(f"?ref={code}") == [event for event in whole if event["liangcao:lot"] == code] != whole


def test_mass_balance_adds_up(world: Any, caller: Any) -> None:
    eventful(world)
    keeper = caller(world, "storekeeper")
    told = keeper.get(f"/mass-balances?item={world.mask.code}&store=S1").json()
    assert told["adds_up"] is True
    [row] = told["items"]
    assert row["opening"] + row["total_in"] == row["total_out"] + row["closing"]
    assert row["went"]["transfer_out"] == 100
    assert json.dumps(told)
