"""The trace page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from liangcao.ledger import queries as ledger


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
