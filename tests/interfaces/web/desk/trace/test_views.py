"""The trace page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from liangcao.ledger import queries as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from tests.factories.epcis import events_of, places
from tests.factories.world import World


@pytest.fixture
def lot(office: Any) -> Any:
    world = office.world
    return ledger.lots(world.system, world.bureau.pk, item_id=world.mask.pk).get()


def test_trace_shows_a_balance_line_that_adds_up(storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.get(reverse("trace"), {"ref": lot.code})
    text = " ".join(answer.content.decode().split())
    assert "<b>20,000</b> 只 =" in text
    assert "数量相符" in text
    assert "示例捐赠人" in text
    assert '<path class="band' in text


@pytest.mark.parametrize("ref", ["move", "source", "unit"])
def test_trace_understands_other_names(office: Any, storekeeper: Any, lot: Any, ref: str) -> None:
    names = {"move": lot.move.number, "source": lot.source_ref, "unit": office.world.donor.name}
    assert lot.code in storekeeper.get(reverse("trace"), {"ref": names[ref]}).content.decode()


def test_trace_of_nothing_says_what_can_be_entered(storekeeper: Any) -> None:
    answer = storekeeper.get(reverse("trace"), {"ref": "XX-999"})
    assert answer.status_code == 404
    assert "没有找到“XX-999”" in answer.content.decode()
    assert 'value="XX-999"' in answer.content.decode()


def test_trace_of_another_bureau_is_not_found(office: Any, storekeeper: Any) -> None:
    from tests.factories.world import make_world

    other = make_world("other")
    other.put_in(other.mask, 9)
    foreign = ledger.lots(other.system, other.bureau.pk).get()
    assert storekeeper.get(reverse("trace"), {"ref": str(foreign.pk)}).status_code == 404


def test_trace_exports(storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.get(reverse("trace"), {"ref": lot.code, "format": "xlsx"})
    assert answer.content[:2] == b"PK"


def test_numbers_of_the_trace_open(storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.get(reverse("trace"), {"ref": lot.code})
    for part in answer.context["items"][0]["parts"]:
        assert storekeeper.get(part["url"]).status_code == 200
    for ribbon in answer.context["items"][0]["drawing"]["ribbons"]:
        assert storekeeper.get(ribbon["url"]).status_code == 200


def hand_out(world: World, lot: Any, quantity: int = 700) -> None:
    for unit in (world.hospital, world.town):
        road = AccountRef("transit", world.store.pk, unit.pk)
        world.post("issue", PostingLine(lot.pk, world.stock(), road, quantity))
        world.post("delivery", PostingLine(lot.pk, road, AccountRef("recipient", 0, unit.pk), quantity))


def test_trace_lists_the_places_of_every_piece(office: Any, storekeeper: Any, lot: Any) -> None:
    hand_out(office.world, lot)
    answer = storekeeper.get(reverse("trace"), {"ref": lot.code})
    held = answer.context["items"][0]["places"]
    assert [row.cells[0].value for row in held["table"].rows] == ["一号库", "示例东镇", "示例医院一"]
    assert "20,000" in str(held["table"].totals[-1].value)
    for url in (held["all"], *held["exports"].values(), *(row.cells[-1].url for row in held["table"].rows)):
        assert storekeeper.get(url).status_code == 200


@pytest.mark.parametrize("name", ["code", "name"])
def test_trace_of_a_unit_leads_back_to_its_sources(office: Any, storekeeper: Any, lot: Any, name: str) -> None:
    hand_out(office.world, lot)
    answer = storekeeper.get(reverse("trace"), {"ref": getattr(office.world.hospital, name)})
    text = answer.content.decode()
    assert "示例医院一的一次性医用口罩从哪里来" in text
    [part] = answer.context["sources"]
    assert part["trace"].came == 700 and lot.code in text
    for ribbon in part["drawing"]["ribbons"]:
        assert storekeeper.get(ribbon["url"]).status_code == 200


def test_holders_cost_the_page_no_queries(office: Any, storekeeper: Any, lot: Any) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert storekeeper.get(reverse("trace"), {"ref": lot.code}).status_code == 200
        return len(queries)

    hand_out(office.world, lot)
    few = count()
    for unit in (office.world.second_hospital, office.world.second_town, office.world.third_town):
        target = AccountRef("recipient", 0, unit.pk)
        office.world.post("issue", PostingLine(lot.pk, office.world.stock(), target, 10))
    assert count() == few


def test_events_of_a_trace_and_a_period(
    office: Any, storekeeper: Any, lot: Any, data_folder: Callable[[str], Path]
) -> None:
    hand_out(office.world, lot)

    def read(**asked: str) -> dict[Any, int]:
        answer = storekeeper.get(reverse("epcis_file"), asked)
        assert answer["Content-Disposition"].startswith("attachment")
        return places(events_of(b"".join(answer.streaming_content), data_folder("epcis")))

    traced = read(ref=lot.code)
    assert traced[lot.pk.urn, "recipient"] == 1400
    assert {key for key, _kind in read()} > {key for key, _kind in traced} == {lot.pk.urn}
    assert read(**{"from": "2020-03-01"}) == {}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"ref": "XX-999"}, 404),
        ({"from": "x"}, 400),
        ({"from": "2020-02-05", "to": "2020-02-01"}, 400),
        ({"q": "1"}, 400),
    ],
)
def test_events_of_nothing_are_refused(storekeeper: Any, asked: dict[str, str], status: int) -> None:
    assert storekeeper.get(reverse("epcis_file"), asked).status_code == status
