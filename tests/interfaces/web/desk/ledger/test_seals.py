"""The day close on its pages: the checklist, the seal with its QR, its file, where it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.ledger.models import Seal, SealAddress
from liangcao.ledger.verify_records import read_seals
from tests.factories.world import NOON, TODAY

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def leader(office: Any, as_user: Any) -> Any:
    """The day before yesterday something came: two days can be sealed."""
    office.world.put_in(office.world.mask, 10, at=NOON - timedelta(days=2))
    return as_user("leader")


def closed(client: Any, **more: Any) -> Any:
    given = {"client_id": str(uuid4()), "day": str(YESTERDAY), "with_earlier": "on", "reason": "次日补办"} | more
    return client.post(reverse("day_close"), given)


def test_the_day_is_closed_and_the_seal_shown(leader: Any) -> None:
    shown = leader.get(reverse("day_close"), {"day": str(YESTERDAY)}).content.decode()
    assert "封账前清单" in shown
    assert "连同之前各天依次封账" in shown
    answer = closed(leader)
    seal = Seal.objects.get(day=YESTERDAY)
    assert (answer.status_code, answer.url) == (303, reverse("seal", args=[seal.number]))
    page = leader.get(answer.url).content.decode()
    assert seal.digest in page
    assert "<svg" in page.partition("seal-qr")[2]
    listed = leader.get(reverse("seal_list")).content.decode()
    assert "已封账" in listed
    assert "今天,24:00 后可封" in listed


def test_a_refusal_stands_on_the_page(leader: Any) -> None:
    answer = closed(leader, day=str(TODAY + timedelta(days=1)))
    assert answer.status_code == 409
    assert "还没有结束" in answer.content.decode()
    assert "请先封 2020-02-01" in closed(leader, with_earlier="").content.decode()
    assert leader.get(reverse("day_close"), {"day": "gestern"}).status_code == 400


@pytest.mark.parametrize(
    ("day", "told"),
    [("2099-01-01", "2099-01-01"), (str(TODAY + timedelta(days=1)), "还没有结束"), ("2019-01-01", "2020-02-01")],
)
def test_a_day_that_cannot_be_closed_has_no_form(leader: Any, day: str, told: str) -> None:
    answer = leader.get(reverse("day_close"), {"day": day})
    page = answer.content.decode()
    assert answer.status_code in (400, 409)
    assert told in page
    assert "with_earlier" not in page


def test_the_close_asks_for_the_password_again(leader: Any) -> None:
    session = leader.session
    session["proved_at"] = 0
    session.save()
    assert reverse("reauthentication") in leader.get(reverse("day_close")).url
    assert closed(leader).status_code == 403
    assert not Seal.objects.exists()


def test_the_file_is_what_verify_reads(leader: Any) -> None:
    closed(leader)
    answer = leader.get(reverse("seal_file"))
    chain = read_seals(answer.content.decode().splitlines())
    assert (chain.fault, len(chain.seals)) == (None, 2)
    assert ".jsonl" in answer["Content-Disposition"]


def test_addresses_are_the_administrators(leader: Any, as_user: Any) -> None:
    administrator = as_user("administrator")
    assert leader.get(reverse("seal_address_list")).status_code == 403
    given = {"client_id": str(uuid4()), "channel": "mail", "address": "audit@example.cn"}
    assert administrator.post(reverse("seal_address_new"), given).status_code == 303
    held = SealAddress.objects.get()
    assert "audit@example.cn" in administrator.get(reverse("seal_address_list")).content.decode()
    unlisted = {"client_id": str(uuid4()), "channel": "webhook", "address": "https://nowhere.example/x"}
    assert administrator.post(reverse("seal_address_new"), unlisted).status_code == 400
    removal = reverse("seal_address_removal", args=[held.pk])
    assert "audit@example.cn" in administrator.get(removal).content.decode()
    assert administrator.post(removal, {"client_id": str(uuid4())}).status_code == 303
    assert administrator.get(removal).status_code == 404
