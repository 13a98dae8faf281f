"""Sessions end: idle, old, signed out elsewhere, closed, with another password. Grave acts ask again."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity.actions import deactivate_user, make_token
from liangcao.foundation.identity.queries import user_by_name, user_for_token
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.ids import new_id
from liangcao.reference.parties import actions
from tests.factories.codes import code_of
from tests.factories.world import NOON
from tests.interfaces.web.entrance.test_second_factor import with_app


def set_in_session(client: Any, **times: int) -> None:
    session = client.session
    for name, seconds_ago in times.items():
        session[name] = int(now().timestamp()) - seconds_ago
    session.save()


def test_an_idle_session_ends_and_says_so(as_user: Any, settings: Any) -> None:
    client = as_user("leader")
    set_in_session(client, seen_at=settings.SESSION_IDLE_SECONDS + 1)
    assert client.get("/stock/")["Location"].startswith(reverse("login"))
    assert "登录已超时" in client.get(reverse("login")).content.decode()


def test_a_session_in_use_goes_on_but_not_for_ever(as_user: Any, settings: Any) -> None:
    client = as_user("leader")
    set_in_session(client, seen_at=settings.SESSION_IDLE_SECONDS - 60)
    assert client.get("/stock/").status_code == 200
    set_in_session(client, started_at=settings.SESSION_COOKIE_AGE + 1)
    assert client.get("/stock/").status_code == 302


def test_a_clock_set_back_ends_no_session(as_user: Any) -> None:
    client = as_user("leader")
    set_in_session(client, seen_at=-7200, started_at=-7200)
    assert client.get("/stock/").status_code == 200


def test_signing_out_elsewhere_leaves_this_session(as_user: Any) -> None:
    here, there = as_user("leader"), as_user("leader")
    assert len(here.get(reverse("account")).context["sign_ins"]) == 2
    assert here.post(reverse("sessions_ending")).status_code == 303
    assert there.get("/stock/").status_code == 302
    assert here.get("/stock/").status_code == 200
    assert len(here.get(reverse("account")).context["sign_ins"]) == 1


def test_sessions_and_tokens_die_with_the_user(office: Any, as_user: Any) -> None:
    """Threat 23: a token is no wider than its user, makes no session, and dies with him."""
    client, user = as_user("leader"), user_by_name("leader")
    assert user is not None
    token = make_token(user=user, at=NOON)
    bearer = {"Authorization": f"Bearer {token}"}
    answer = Client().get("/api/v1/items", headers=bearer)
    assert answer.status_code == 200 and not answer.cookies
    assert Client().get("/stock/", headers=bearer).status_code == 302
    deactivate_user(user=user, at=NOON)
    assert client.get("/stock/").status_code == 302
    assert user_for_token(token, now()) is None
    assert Client().get("/api/v1/items", headers=bearer).status_code == 401


def test_another_password_ends_the_other_sessions(office: Any, as_user: Any) -> None:
    here, there = as_user("leader"), as_user("leader")
    given = {"password": "xiangzi shubiao 2020", "repeated": "xiangzi shubiao 2020"}
    assert here.post(reverse("password_change"), given).status_code == 303
    assert here.get("/stock/").status_code == 200
    assert there.get("/stock/").status_code == 302
    posted = {"username": "leader", "password": given["password"]}
    assert Client().post(reverse("login"), posted)["Location"] == "/"


def test_a_weak_password_is_refused_with_the_reason(as_user: Any) -> None:
    client = as_user("leader")
    answer = client.post(reverse("password_change"), {"password": "kurz", "repeated": "kurz"})
    assert answer.status_code == 400
    assert "密码不行" in answer.content.decode()
    assert client.post(reverse("password_change"), {"password": "a" * 14, "repeated": "b" * 14}).status_code == 400


def test_a_grave_act_asks_for_the_password_again(office: Any, as_user: Any, settings: Any) -> None:
    client = as_user("administrator")
    path = reverse("person_new")
    assert client.get(path).status_code == 200
    set_in_session(client, proved_at=settings.REAUTHENTICATION_SECONDS + 1)
    asking = client.get(path)
    assert asking["Location"] == f"{reverse('reauthentication')}?next=%2Fsettings%2Fpeople%2Fnew%2F"
    assert client.post(asking["Location"], {"password": "wrong"}).status_code == 400
    assert client.post(asking["Location"], {"password": office.password})["Location"] == path
    assert client.get(path).status_code == 200


def test_a_grave_form_opened_in_time_may_be_sent_a_little_later_but_not_the_next_day(
    office: Any, as_user: Any, settings: Any
) -> None:
    client = as_user("administrator")
    given = {"client_id": str(new_id()), "name": "乙", "username": "yi", "role": "auditor", "valid_from": "2020-02-04"}
    set_in_session(client, proved_at=3 * settings.REAUTHENTICATION_SECONDS)
    answer = client.post(reverse("person_new"), given)
    assert answer.status_code == 403
    assert "再次验证" in answer.content.decode()
    assert user_by_name("yi") is None
    set_in_session(client, proved_at=settings.REAUTHENTICATION_SECONDS + 60)
    assert client.post(reverse("person_new"), given).status_code == 200
    assert user_by_name("yi") is not None


def test_a_code_of_the_app_proves_as_well(as_user: Any, settings: Any) -> None:
    secret, codes = with_app("administrator")
    client = as_user("administrator")
    path = f"{reverse('reauthentication')}?next=/stock/"
    assert client.post(path, {"code": codes[0]}).status_code == 400
    assert client.post(path, {"code": code_of(secret)})["Location"] == "/stock/"


def test_a_person_whose_appointment_has_ended_is_told_whom_to_ask(office: Any, as_user: Any) -> None:
    """Threat 3: sees nothing, on any page, and by no other door."""
    world, client = office.world, as_user("leader")
    user = user_by_name("leader")
    assert user is not None
    held = user.person.appointments.get()
    actions.end_appointment(appointment_id=held.pk, last_day=None, reason="", by=world.actor("administrator"), at=NOON)
    for path in ("/", "/stock/", reverse("portal_home"), reverse("person_list")):
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert "系统管理员" in answer.content.decode() and "未分配单位" in answer.content.decode()
    assert client.get(reverse("account")).status_code == 200
    token = make_token(user=user, at=NOON)
    assert Client().get("/api/v1/items", headers={"Authorization": f"Bearer {token}"}).status_code == 400
