"""API tokens: never wider than their owner, as narrow as chosen, never a session, gone with their owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from liangcao.foundation.identity.actions import add_user, make_token, revoke_tokens
from liangcao.foundation.identity.models import ApiToken, User
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.errors import Invalid
from liangcao.reference.parties import actions
from liangcao.reference.parties.models import Appointment
from tests.factories.demand import make_requisition
from tests.factories.world import NOON, TODAY, World
from tests.rig.callers import Caller

pytestmark = pytest.mark.django_db


def owner(world: World, role: str = "coordinator") -> User:
    user = add_user(username=f"owner-{role}", display_name="持有人", password=None, at=NOON)
    actions.appoint(
        person=actions.add_person(name="持有人", user=user), role=role, bureau_id=world.bureau.pk, valid_from=TODAY,
        by=world.system, at=NOON,
    )  # fmt: skip
    return user


def caller(user: User, *scope: str) -> Caller:
    return Caller(make_token(user=user, at=NOON, scope=scope or None))


FILING: dict[str, Any] = {
    "organisation": "U05", "channel": "phone", "caller": "护士站", "received_at": "2020-02-03T11:00:00+08:00",
    "lines": [{"item": "T-mask", "quantity": 10}],
}  # fmt: skip


def test_a_reading_token_reads_and_writes_nothing(world: World) -> None:
    reading = caller(owner(world), "read")
    assert reading.get("/requisitions").status_code == 200
    refused = reading.post("/requisitions", FILING)
    assert (refused.status_code, refused.json()["code"]) == (403, "TOKEN_TOO_NARROW")
    assert refused.json()["act"] == "requisition.file"
    assert "“申领:提交”" in refused.json()["message"]


def test_a_token_for_one_act_does_that_act_alone(world: World) -> None:
    user = owner(world)
    requisition = make_requisition(world)
    filing = caller(user, "requisition.file")
    for path in (
        "/items",
        "/organisations",
        "/stores",
        "/requisitions",
        f"/requisitions/{requisition.pk}",
        "/deliveries",
    ):
        assert filing.get(path).status_code == 403, path
    assert filing.post(f"/requisitions/{requisition.pk}/withdrawal", {"reason": "x"}).status_code == 403


def test_a_token_is_never_wider_than_its_owner(world: World) -> None:
    narrow = caller(owner(world, "buyer"), "requisition.file", "requisition.view", "source.view")
    assert narrow.get("/gifts").status_code == 200
    assert narrow.get("/requisitions").status_code == 403
    assert narrow.post("/requisitions", FILING).status_code == 403


def test_rights_are_asked_at_each_call(world: World) -> None:
    user = owner(world)
    token = caller(user)
    assert token.get("/requisitions").status_code == 200
    Appointment.objects.filter(person__user=user).update(valid_until=TODAY, valid_from=TODAY)
    assert token.get("/requisitions").status_code in (400, 403, 404)


def test_a_token_dies_with_its_owner(world: World) -> None:
    user = owner(world)
    token = caller(user, "read")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert token.get("/items").status_code == 401
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert token.get("/items").status_code == 200
    revoke_tokens(user=user, at=NOON)
    assert token.get("/items").status_code == 401


def test_a_token_ends_with_its_last_day(world: World) -> None:
    """An expired token is like one that never was, and is not among one's tokens any more."""
    from liangcao.foundation.identity.queries import tokens_of, user_for_token
    from liangcao.foundation.kernel.clock import now

    user = owner(world)
    lasting, over = (make_token(user=user, at=now() - timedelta(days=age), days=30) for age in (29, 31))
    assert Caller(lasting).get("/items").status_code == 200
    answer, never = Caller(over).get("/items"), Caller("lc_never").get("/items")
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")
    assert answer.json() | {"request_id": ""} == never.json() | {"request_id": ""}
    assert Caller(over).post("/requisitions", FILING).status_code == 401
    assert user_for_token(lasting, now()) == user and user_for_token(over, now()) is None
    assert [held.digest for held in tokens_of(user, now())] == [digest(lasting.encode())]
    for days in (0, -1, 3661):
        with pytest.raises(Invalid) as caught:
            make_token(user=user, at=NOON, days=days)
        assert caught.value.code == "DAYS_INVALID"


def test_the_page_gives_a_token_its_days(world: World) -> None:
    from django.test import Client

    from liangcao.foundation.kernel.clock import now

    client = Client()
    client.force_login(owner(world))
    session = client.session
    session["proved_at"] = int(now().timestamp())
    session.save()
    for chosen, days in (("30", 30), ("365", 365), ("never", None), ("", 90)):
        text = client.post(reverse("token_new"), {"width": "read", "days": chosen}).content.decode()
        made = ApiToken.objects.latest("pk")
        lasts = None if made.expires_at is None else (made.expires_at - made.created_at).days
        assert lasts == days
        assert ("一直有效" if days is None else "到期") in text


def test_a_token_opens_no_page_and_gets_no_cookie(world: World) -> None:
    token = caller(owner(world))
    answer = token.get("/items")
    assert answer.status_code == 200
    assert not answer.cookies
    page = token.client.get(reverse("stock"), headers=token.headers)
    assert page.status_code == 302
    assert reverse("login") in page["Location"]


def test_a_session_opens_no_api(world: World) -> None:
    token = Caller("")
    token.client.force_login(owner(world))
    assert token.get("/items").status_code == 401


@pytest.mark.parametrize(
    ("scope", "code"), [([], "SCOPE_EMPTY"), (["plan.fly"], "SCOPE_UNKNOWN"), (["*"], "SCOPE_UNKNOWN")]
)
def test_make_token_refuses(world: World, scope: list[str], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_token(user=owner(world), at=NOON, scope=scope)
    assert caught.value.code == code
    assert not ApiToken.objects.exists()
