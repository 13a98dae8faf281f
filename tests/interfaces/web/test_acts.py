"""One act from the form to the book: done once, refused beside the field, values kept."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.ledger import queries as ledger


@pytest.fixture
def lot(office: Any) -> Any:
    world = office.world
    return ledger.lots(world.system, world.bureau.pk, item_id=world.mask.pk).get()


def _transfer(office: Any, lot: Any, quantity: str = "500", client_id: str = "") -> dict[str, str]:
    world = office.world
    return {
        "client_id": client_id or str(uuid4()),
        "from_store": str(world.store.pk),
        "to_store": str(world.second_store.pk),
        "reason": "前移备货",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-lot": str(lot.pk),
        "lines-0-quantity": quantity,
    }


def _transfers(office: Any) -> int:
    return ledger.moves(office.world.system, office.world.bureau.pk, kind="transfer").count()


def test_done_act_redirects_to_its_document(office: Any, storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.post(reverse("transfer"), _transfer(office, lot), follow=True)
    assert answer.redirect_chain[0][1] == 303
    text = answer.content.decode()
    assert "调拨单" in text
    assert "已调拨" in text
    assert "500" in text


def test_double_click_does_it_once(office: Any, storekeeper: Any, lot: Any) -> None:
    posted = _transfer(office, lot)
    first, second = (storekeeper.post(reverse("transfer"), posted) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert _transfers(office) == 1


def test_same_id_with_other_content_is_refused_and_gets_a_new_id(office: Any, storekeeper: Any, lot: Any) -> None:
    posted = _transfer(office, lot)
    storekeeper.post(reverse("transfer"), posted)
    answer = storekeeper.post(reverse("transfer"), posted | {"lines-0-quantity": "600"})
    assert answer.status_code == 422
    assert posted["client_id"] not in re.findall(r'name="client_id" value="([^"]+)"', answer.content.decode())
    assert _transfers(office) == 1


def test_refused_act_keeps_the_values_and_says_why(office: Any, storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.post(reverse("transfer"), _transfer(office, lot, "99,999"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "可用 20,000 只" in text
    assert 'value="99,999"' in text
    assert "前移备货" in text
    assert "查看库存与预留" in text
    assert _transfers(office) == 0


def test_wrong_number_is_refused_at_its_row(office: Any, storekeeper: Any, lot: Any) -> None:
    answer = storekeeper.post(reverse("transfer"), _transfer(office, lot, "1.5"))
    assert answer.status_code == 400
    assert "请填写整数" in answer.content.decode()


def test_lot_of_another_bureau_is_no_choice(office: Any, storekeeper: Any) -> None:
    from tests.factories.world import make_world

    other = make_world("other")
    other.put_in(other.mask, 9)
    foreign = ledger.lots(other.system, other.bureau.pk).get()
    answer = storekeeper.post(reverse("transfer"), _transfer(office, foreign))
    assert answer.status_code == 400
    assert _transfers(office) == 0


def test_act_without_grant_is_refused(office: Any, as_user: Any, lot: Any) -> None:
    assert as_user("buyer").post(reverse("transfer"), _transfer(office, lot)).status_code == 403
    assert _transfers(office) == 0


def test_dialog_gets_the_form_alone_and_a_redirect_when_done(office: Any, storekeeper: Any, lot: Any) -> None:
    address, headers = reverse("lot_fact", args=[lot.pk, "freeze"]), {"HX-Request": "true"}
    text = storekeeper.get(address, headers=headers).content.decode()
    assert "<html" not in text
    assert "在库 20,000 只 将停止发放" in text
    client_id = re.findall(r'name="client_id" value="([^"]+)"', text)[0]
    refused = storekeeper.post(address, {"client_id": client_id, "reason": ""}, headers=headers)
    assert refused.status_code == 400
    done = storekeeper.post(address, {"client_id": client_id, "reason": "外包装破损"}, headers=headers)
    assert done["HX-Redirect"] == reverse("lot", args=[lot.pk])
    assert "已冻结" in storekeeper.get(reverse("lot", args=[lot.pk])).content.decode()
