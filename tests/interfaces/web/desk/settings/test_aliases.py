"""Aliases at the desk: recorded from an item, found in the list, ended with a reason."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.reference.catalog.models import ItemAlias
from tests.factories.aliases import make_item_alias


def add(client: Any, item: Any, alias: str) -> Any:
    given = {"client_id": str(uuid4()), "alias": alias, "item": item.pk, "note": "来电"}
    return client.post(reverse("item_alias_new"), given)


def test_an_alias_is_recorded_shown_and_ended(office: Any, as_user: Any) -> None:
    keeper, coordinator, item = as_user("storekeeper"), as_user("coordinator"), office.world.mask
    page = keeper.get(reverse("item", args=[item.pk])).content.decode()
    assert "还没有登记别名" in page
    assert f"{reverse('item_alias_new')}?item={item.pk}" in page
    answer = add(keeper, item, "蓝口罩")
    assert (answer.status_code, answer["Location"]) == (303, reverse("item", args=[item.pk]))
    assert "蓝口罩" in keeper.get(answer["Location"]).content.decode()
    taken = add(keeper, office.world.n95, "蓝 口罩")
    assert taken.status_code == 409
    assert item.name in taken.content.decode()
    assert 'value="蓝 口罩"' in taken.content.decode()
    ending = reverse("item_alias_ending", args=[ItemAlias.objects.get().pk])
    assert keeper.get(ending).status_code == 403
    assert coordinator.post(ending, {"client_id": str(uuid4()), "reason": "说的是 N95"}).status_code == 303
    assert "说的是 N95" in coordinator.get(reverse("item_alias_list")).content.decode()
    assert add(keeper, office.world.n95, "蓝 口罩").status_code == 303


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"q": "蓝 口罩"}, True), ({"q": "T-mask"}, True), ({"q": "绿"}, False),
        ({"state": "in_force"}, True), ({"state": "ended"}, False),
    ],
)  # fmt: skip
def test_the_list_is_searched_and_filtered(office: Any, as_user: Any, asked: dict[str, str], is_found: bool) -> None:
    make_item_alias(office.world, alias="（蓝）口罩")
    page = as_user("leader").get(reverse("item_alias_list"), asked)
    assert page.status_code == 200
    assert ("（蓝）口罩" in page.content.decode()) is is_found


def test_the_list_offers_recording_only_to_those_who_may(office: Any, as_user: Any) -> None:
    way = f'href="{reverse("item_alias_new")}"'
    assert way in as_user("storekeeper").get(reverse("item_alias_list")).content.decode()
    leader = as_user("leader")
    ending = reverse("item_alias_ending", args=[make_item_alias(office.world).pk])
    assert ending in as_user("coordinator").get(reverse("item_alias_list")).content.decode()
    assert ending not in leader.get(reverse("item_alias_list")).content.decode()
    assert ending not in leader.get(reverse("item", args=[office.world.mask.pk])).content.decode()
    assert way not in leader.get(reverse("item_alias_list")).content.decode()
    assert leader.get(reverse("item_alias_new")).status_code == 403


def test_an_export_says_in_force(office: Any, as_user: Any) -> None:
    make_item_alias(office.world)
    answer = as_user("leader").get(reverse("item_alias_list"), {"format": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    assert "蓝口罩" in text
    assert "在用" in text


def test_items_are_found_by_what_people_call_them(office: Any, as_user: Any) -> None:
    make_item_alias(office.world, alias="蓝罩子")
    page = as_user("leader").get(reverse("item_list"), {"q": "蓝 罩子"}).content.decode()
    assert office.world.mask.name in page
    assert office.world.n95.name not in page
