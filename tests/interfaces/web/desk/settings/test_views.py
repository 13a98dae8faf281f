"""Settings: adding, refusing, and the token that is shown once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.foundation.identity.queries import user_for_token
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.clock import now


def _post(client: Any, page: str, /, *args: Any, **values: Any) -> Any:
    return client.post(reverse(page, args=args), {"client_id": str(uuid4()), **values})


def test_item_is_added_and_shown(office: Any, as_user: Any) -> None:
    client = as_user("administrator")
    given = {"code": "T-new", "name": "护目镜", "base_unit": "副", "category": office.world.mask.category_id}
    answer = _post(client, "item_new", **given)
    assert answer.status_code == 303
    assert "护目镜" in client.get(answer["Location"]).content.decode()
    refused = _post(client, "item_new", **given)
    assert refused.status_code == 409
    assert "已有编码或名称相同的物资" in refused.content.decode()
    assert 'value="护目镜"' in refused.content.decode()


def test_pack_is_added(office: Any, as_user: Any) -> None:
    client, item = as_user("administrator"), office.world.n95
    assert _post(client, "pack_new", item.pk, name="盒", factor="20").status_code == 303
    assert "盒" in client.get(reverse("item", args=[item.pk])).content.decode()


def test_substitute_that_closes_a_circle_is_refused(office: Any, as_user: Any) -> None:
    world = office.world
    answer = _post(as_user("administrator"), "substitute_new", world.mask.pk, substitute=world.n95.pk, order=1)
    assert answer.status_code == 409
    assert "绕回" in answer.content.decode()


def test_wrong_credit_code_is_refused_at_its_field(as_user: Any) -> None:
    given = {"name": "某医院", "code": "H9", "kind": "hospital", "uscc": "12345678901234567I"}
    answer = _post(as_user("coordinator"), "organisation_new", **given)
    assert answer.status_code == 400
    assert "GB 32100" in answer.content.decode()
    assert 'value="某医院"' in answer.content.decode()


def test_a_unit_s_details_are_written_anew_and_the_journal_says_what_changed(office: Any, as_user: Any) -> None:
    client, unit, other = as_user("coordinator"), office.world.hospital, office.world.second_hospital
    form = client.get(reverse("organisation_edit", args=[unit.pk])).content.decode()
    assert f'value="{unit.name}"' in form and 'name="code"' not in form
    assert _post(client, "organisation_edit", unit.pk, name=other.name).status_code == 409
    given = {"name": "示例新院", "beds": "1200", "address": "示例路 9 号"}
    assert _post(client, "organisation_edit", unit.pk, **given).status_code == 303
    page = client.get(reverse("organisation", args=[unit.pk])).content.decode()
    assert "示例新院" in page and "1,200" in page and "示例路 9 号" in page
    entry = JournalEntry.objects.get(action="edit_organisation")
    assert entry.before["name"] == unit.name and entry.after["name"] == "示例新院"
    assert set(entry.after) <= {"name", "beds", "location", "tier", "region", "headcount", "population"}


def test_store_is_added_with_its_shelves(as_user: Any) -> None:
    client = as_user("coordinator")
    given = {"name": "三号库", "code": "S3", "shelves": "A-01、A-02,A-01"}
    assert _post(client, "store_new", **given).status_code == 303
    assert "A-01、A-02" in client.get(reverse("store_list")).content.decode()


def test_whoever_may_not_edit_units_sees_no_button_and_is_refused(office: Any, storekeeper: Any) -> None:
    unit = office.world.hospital
    assert _post(storekeeper, "organisation_edit", unit.pk, name="改名").status_code == 403
    assert "/edit/" not in storekeeper.get(reverse("organisation", args=[unit.pk])).content.decode()


@pytest.mark.parametrize("name", ["item_new", "organisation_new", "store_new"])
def test_adding_is_not_for_everybody(storekeeper: Any, name: str) -> None:
    assert _post(storekeeper, name, code="X").status_code == 403
    assert "添加</a>" not in storekeeper.get(reverse(name.replace("_new", "_list"))).content.decode()


def test_second_emergency_is_refused(as_user: Any) -> None:
    answer = _post(as_user("administrator"), "emergency_open", name="另一事件", started_on="2020-02-04")
    assert answer.status_code == 409


def test_token_is_shown_once_and_each_can_be_revoked(storekeeper: Any) -> None:
    first = storekeeper.post(reverse("token_new")).context["token"]
    answer = storekeeper.post(reverse("token_new"))
    second, held = answer.context["token"], list(answer.context["tokens"])
    assert user_for_token(second, now()).username == "storekeeper"  # type: ignore[union-attr]
    assert second not in storekeeper.get(reverse("account")).content.decode()
    storekeeper.post(reverse("token_revoke", args=[held[-1].pk]))
    assert user_for_token(first, now()) is None
    assert user_for_token(second, now()) is not None
    assert storekeeper.post(reverse("token_revoke", args=[held[-1].pk])).status_code == 404


def test_organisation_of_another_bureau_is_not_found(storekeeper: Any) -> None:
    from tests.factories.world import make_world

    other = make_world("other")
    assert storekeeper.get(reverse("organisation", args=[other.hospital.pk])).status_code == 404
    assert "other" not in storekeeper.get(reverse("organisation_list")).content.decode()
