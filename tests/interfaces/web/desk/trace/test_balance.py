"""The page of the mass balance."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from liangcao.ledger import queries as ledger
from tests.interfaces.web.desk.trace.test_views import hand_out


@pytest.fixture
def lot(office: Any) -> Any:
    world = office.world
    found = ledger.lots(world.system, world.bureau.pk, item_id=world.mask.pk).get()
    hand_out(world, found)
    return found


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"from": "x"}, 400),
        ({"from": "2020-02-05", "to": "2020-02-01"}, 400),
        ({"lot": "1"}, 400),
        ({"format": "pdf"}, 400),
        ({"item": "none"}, 404),
        ({"store": "none"}, 404),
        ({"source": "none"}, 404),
    ],
)
def test_what_is_not_there_is_refused(storekeeper: Any, asked: dict[str, str], status: int) -> None:
    assert storekeeper.get(reverse("mass_balance"), asked).status_code == status


def test_balance_adds_up_and_its_numbers_open(storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.get(reverse("mass_balance"))
    assert "全部相符,差额为 0" in answer.content.decode()
    rows = {row["item"].code: row for row in answer.context["rows"]}
    assert {part["label"]: part["quantity"] for part in rows["T-mask"]["went"]} == {"单位签收": 1400}
    assert set(rows) == {"T-mask", "T-suit"}
    parts = [part for row in rows.values() for side in ("came", "went", "held") for part in row[side]]
    for url in {part["url"] for part in parts}:
        assert storekeeper.get(url).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [{"item": "T-mask"}, {"source": "lot"}, {"item": "T-mask", "store": "S1"}, {"item": "T-mask", "to": "2020-02-04"}],
)
def test_balance_of_one_item_and_of_one_source(storekeeper: Any, lot: Any, asked: dict[str, str]) -> None:
    wanted = {name: lot.source_ref if value == "lot" else value for name, value in asked.items()}
    answer = storekeeper.get(reverse("mass_balance"), wanted)
    [row] = answer.context["rows"]
    assert (row["balance"].total_in, row["balance"].total_out, row["balance"].closing) == (20_000, 1_400, 18_600)
    assert all(storekeeper.get(part["url"]).status_code == 200 for part in (*row["went"], *row["held"]))


def test_balance_as_excel(storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.get(reverse("mass_balance"), {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    heading = next(row for row in rows if row[0] == "物资")
    mask = dict(zip(heading, next(row for row in rows if row[1] == "T-mask"), strict=True))
    assert (mask["期初"], mask["收入合计"], mask["发出合计"], mask["结存合计"], mask["差额"]) == (
        0,
        20_000,
        1_400,
        18_600,
        0,
    )


def test_nothing_of_another_bureau(storekeeper: Any) -> None:
    from tests.factories.world import make_world

    other = make_world("other")
    other.put_in(other.alcohol, 9)
    assert "75%酒精" not in {row["item"].name for row in storekeeper.get(reverse("mass_balance")).context["rows"]}
