"""Log-in with a code, recovery codes, and the bureau's demand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity import second_factor
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.kernel.clock import now
from liangcao.reference.parties import actions
from tests.factories.codes import code_of
from tests.factories.world import NOON


def with_app(username: str, *, periods: int = -1) -> tuple[str, list[str]]:
    """Turn the second factor on; the code of the last period is used up by that."""
    user = user_by_name(username)
    assert user is not None
    secret = second_factor.new_secret()
    codes = second_factor.activate(user=user, secret=secret, code=code_of(secret, periods=periods), at=now())
    return secret, codes


def password_step(office: Any, username: str = "leader", path: str = "/stock/") -> Client:
    client = Client()
    posted = {"username": username, "password": office.password, "next": path}
    answer = client.post(reverse("login"), posted)
    assert answer["Location"] == reverse("mfa_authenticate")
    return client


def test_the_password_alone_does_not_log_in(office: Any) -> None:
    with_app("leader")
    client = password_step(office)
    assert client.get("/stock/").status_code == 302
    assert client.get(reverse("account")).status_code == 302


def test_password_and_code_log_in_and_lead_to_the_page_asked_for(office: Any) -> None:
    secret, _codes = with_app("leader")
    client = password_step(office)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer["Location"] == "/stock/"
    assert client.get("/stock/").status_code == 200


def test_a_code_counts_once(office: Any) -> None:
    secret, _codes = with_app("leader")
    code = code_of(secret)
    assert password_step(office).post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    again = password_step(office).post(reverse("mfa_authenticate"), {"code": code})
    assert again.status_code == 400
    assert "已用过" in again.content.decode()


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(office: Any, steps: int, is_taken: bool) -> None:
    """A telephone whose clock is half a minute wrong logs in; one that is further off does not."""
    user, at = user_by_name("leader"), now()
    assert user is not None
    secret = second_factor.new_secret()
    second_factor.activate(user=user, secret=secret, code=code_of(secret, periods=-10), at=at - timedelta(seconds=300))
    # The code is made for the same moment at which it is taken: no second may pass between the two.
    code = format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30 + steps))
    assert (second_factor.take_code(user=user, code=code, at=at) == "totp") == is_taken
    assert second_factor.take_code(user=user, code=code, at=at) == "", "a code counts once"


def test_a_recovery_code_counts_once(office: Any) -> None:
    _secret, codes = with_app("leader")
    assert password_step(office).post(reverse("mfa_authenticate"), {"code": codes[0]})["Location"] == "/stock/"
    assert password_step(office).post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 400
    assert password_step(office).post(reverse("mfa_authenticate"), {"code": codes[1]}).status_code == 302


def test_wrong_codes_lock_like_wrong_passwords(office: Any) -> None:
    secret, _codes = with_app("leader")
    client = password_step(office)
    for _each in range(5):
        assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 400
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 429


def test_the_code_page_without_a_password_leads_to_the_login(office: Any) -> None:
    with_app("leader")
    assert Client().get(reverse("mfa_authenticate"))["Location"] == reverse("login")


def test_activation_shows_qr_and_codes_once(as_user: Any) -> None:
    client = as_user("leader")
    page = client.get(reverse("second_factor_new"))
    secret = page.context["secret"].replace(" ", "")
    assert "<svg" in page.content.decode() and "http://" not in page.context["qr"].replace("http://www.w3.org", "")
    assert client.post(reverse("second_factor_new"), {"code": "123"}).status_code == 400
    done = client.post(reverse("second_factor_new"), {"code": code_of(secret)})
    assert len(done.context["codes"]) == 10
    assert done.context["codes"][0] not in client.get(reverse("account")).content.decode()
    assert second_factor.is_on(user_by_name("leader").pk)  # type: ignore[union-attr]


def test_the_secret_is_not_readable_in_the_database(office: Any) -> None:
    from allauth.mfa.models import Authenticator

    secret, codes = with_app("leader")
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_a_demanded_role_turns_it_on_before_anything_else(office: Any, as_user: Any) -> None:
    world = office.world
    client = as_user("leader")
    actions.demand_second_factor(bureau_id=world.bureau.pk, roles=["leader"], by=world.actor("administrator"), at=NOON)
    assert client.get("/stock/")["Location"] == reverse("second_factor_new")
    assert as_user("storekeeper").get("/stock/").status_code == 200
    secret = client.get(reverse("second_factor_new")).context["secret"]
    assert client.get(reverse("waiting"), follow=True).redirect_chain == [], "the badge makes no new secret"
    client.post(reverse("second_factor_new"), {"code": code_of(secret)})
    assert client.get("/stock/").status_code == 200
    assert client.post(reverse("second_factor_off")).status_code == 409


def test_it_can_be_turned_off_where_nobody_demands_it(as_user: Any) -> None:
    with_app("leader")
    client = as_user("leader")
    assert client.post(reverse("second_factor_off")).status_code == 303
    assert not second_factor.is_on(user_by_name("leader").pk)  # type: ignore[union-attr]


def test_another_key_of_the_installation_opens_no_account(office: Any, settings: Any) -> None:
    secret, _codes = with_app("leader")
    settings.SECRET_KEY = "another key"
    user = user_by_name("leader")
    assert second_factor.take_code(user=user, code=code_of(secret), at=now()) == ""
