"""What each door tells the journal: refusals once and after the rollback, log-ins, files that leave. Never an answer
that waits for the journal, never a flood, never a person's number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client

from liangcao.config.logs import TextLines
from liangcao.foundation.identity.actions import make_token
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.journal import actions as journal
from liangcao.foundation.journal import throttle
from liangcao.foundation.journal.batches import close_counts
from liangcao.foundation.journal.models import JournalEntry, RefusalCount
from liangcao.foundation.journal.outcomes import models_of
from liangcao.foundation.kernel.clock import now
from tests.factories.accounts import Office, make_office
from tests.factories.walking import PASSWORD
from tests.factories.world import make_world

pytestmark = pytest.mark.django_db
PERSONAL_NUMBERS = re.compile(r"(?<![0-9])(?:[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?![0-9])")
IDENTITY, TELEPHONE = "330784199003071234", "13812345678"


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    throttle.forget()


@pytest.fixture
def office(db: None) -> Office:
    made = make_office()
    made.world.put_in(made.world.mask, 100)
    return made


@pytest.fixture
def log_in(office: Office) -> Callable[..., Client]:
    def logged_in(username: str) -> Client:
        client = Client(REMOTE_ADDR="10.0.0.7")
        user = user_by_name(username)
        assert user is not None
        client.force_login(user)
        return client

    return logged_in


def bare(answer: Any) -> str:
    """A page without what differs between any two requests: its number, its token, its own address."""
    text = str(answer.content.decode()).replace(answer.request["PATH_INFO"], "")
    return re.sub(r"[0-9a-f]{12}|" + r'csrf[^>]*value="[^"]*"', "", text)


def refusals() -> list[JournalEntry]:
    return list(JournalEntry.objects.exclude(result="ok").order_by("id"))


def the_refusal() -> JournalEntry:
    (entry,) = refusals()
    return entry


class TestPages:
    def test_a_refused_page_is_written_once(self, office: Office, log_in: Callable[..., Client]) -> None:
        answer = log_in("storekeeper").get("/journal/", headers={"X-Request-Id": "abcdef123456"})
        assert answer.status_code == 403
        entry = the_refusal()
        assert (entry.action, entry.object_kind, entry.result) == ("journal.view", "journal", "forbidden")
        assert entry.origin == "page 10.0.0.7 abcdef123456"
        assert entry.roles == "storekeeper" and entry.bureau_id == office.world.bureau.pk
        assert entry.after == {"status": 403, "code": "FORBIDDEN"}

    def test_unknown_and_forbidden_look_the_same_and_are_told_apart(
        self, office: Office, log_in: Callable[..., Client]
    ) -> None:
        other = make_world("other")
        client = log_in("administrator")
        answers = [client.get(f"/settings/organisations/{key}/") for key in (other.hospital.pk, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert len({bare(answer) for answer in answers}) == 1
        out, unknown = refusals()
        assert (out.result, out.object_kind, out.object_ref) == ("out_of_scope", "organisation", str(other.hospital.pk))
        assert (unknown.result, unknown.object_ref) == ("not_found", "999999")

    def test_a_refused_act_is_written_after_its_rollback(self, office: Office, log_in: Callable[..., Client]) -> None:
        client = log_in("coordinator")
        before = JournalEntry.objects.count()
        answer = client.post("/settings/items/new/", {"client_id": str(uuid4()), "name": ""})
        assert answer.status_code == 400
        entry = the_refusal()
        assert (entry.action, entry.result) == ("item.edit", "invalid")
        assert JournalEntry.objects.count() == before + 1

    def test_a_page_that_is_nowhere_keeps_only_its_first_part(self, log_in: Callable[..., Client]) -> None:
        assert log_in("storekeeper").get(f"/nowhere/{IDENTITY}/?tel={TELEPHONE}").status_code == 404
        entry = the_refusal()
        assert (entry.object_ref, entry.result) == ("/nowhere", "not_found")

    def test_a_form_without_its_token(self, office: Office) -> None:
        user = user_by_name("coordinator")
        assert user is not None
        client = Client(enforce_csrf_checks=True)
        client.force_login(user)
        assert client.post("/settings/items/new/", {}).status_code == 403
        assert the_refusal().result == "forbidden"

    def test_wrong_method(self, log_in: Callable[..., Client]) -> None:
        assert log_in("coordinator").get("/language/").status_code == 405
        assert the_refusal().result == "method"

    def test_the_answer_goes_out_when_the_journal_cannot_be_written(
        self, log_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def full(**_: Any) -> None:
            raise DatabaseError("disk full")

        client = log_in("storekeeper")
        monkeypatch.setattr(journal, "record", full)
        assert client.get("/journal/").status_code == 403
        assert refusals() == []
        assert "not journalled" in caplog.text


class TestEntrance:
    def test_good_and_bad_log_in_and_log_out(self, office: Office) -> None:
        user = user_by_name("buyer")
        assert user is not None
        client = Client(REMOTE_ADDR="10.0.0.9")
        client.post("/login/", {"username": "buyer", "password": "wrong wrong wrong"})
        client.post("/login/", {"username": "buyer", "password": PASSWORD})
        client.post("/logout/")
        told = JournalEntry.objects.filter(action__in=("log_in", "log_out")).order_by("id")
        assert list(told.values_list("action", "result", "object_ref", "bureau_id")) == [
            ("log_in", "bad", str(user.pk), office.world.bureau.pk),
            ("log_in", "ok", str(user.pk), office.world.bureau.pk),
            ("log_out", "ok", str(user.pk), office.world.bureau.pk),
        ]
        assert told[0].user_id is None and told[1].user_id == user.pk
        assert all(entry.origin.startswith("page 10.0.0.9 ") for entry in told)
        assert not JournalEntry.objects.filter(object_kind="page").exists()

    def test_what_a_stranger_types_stays_out(self, office: Office) -> None:
        for typed in (TELEPHONE, "my secret password", TELEPHONE):
            Client().post("/login/", {"username": typed, "password": "wrong wrong wrong"})
        refs = [entry.object_ref for entry in refusals()]
        assert refs[0] == refs[2] != refs[1] and refs[0].startswith("~")

    def test_locked(self, office: Office) -> None:
        client = Client(REMOTE_ADDR="10.0.0.9")
        for _ in range(7):
            client.post("/login/", {"username": "buyer", "password": "wrong wrong wrong"})
        results = [entry.result for entry in refusals()]
        assert results[:4] == ["bad"] * 4 and results[-1] == "locked" and len(results) == 7


class TestApi:
    @pytest.fixture
    def call(self, office: Office) -> Callable[..., Any]:
        user = user_by_name("storekeeper")
        assert user is not None
        token = make_token(user=user, at=now())

        def called(method: str, path: str, *, bearer: str = token, **body: Any) -> Any:
            return Client(REMOTE_ADDR="10.0.0.8").generic(
                method, f"/api/v1{path}", json.dumps(body), content_type="application/json",
                headers={"Authorization": f"Bearer {bearer}", "X-Request-Id": "call12345678"},
            )  # fmt: skip

        return called

    def test_a_refused_call(self, call: Callable[..., Any]) -> None:
        assert call("GET", "/verification").status_code == 403
        entry = the_refusal()
        assert (entry.action, entry.object_ref, entry.result) == ("call.get", "get_verification", "forbidden")
        assert entry.origin == "api 10.0.0.8 call12345678" and entry.roles == "storekeeper"

    def test_unknown_and_forbidden_are_told_apart(self, call: Callable[..., Any]) -> None:
        other = make_world("other")
        _, moved = other.put_in(other.mask, 5)
        answers = [call("GET", f"/moves/{key}") for key in (moved.id, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [re.sub("[0-9a-f-]{36}", "", answer.json()["message"]) for answer in answers]
        assert told[0] == told[1]
        assert [entry.result for entry in refusals()] == ["out_of_scope", "not_found"]
        assert refusals()[0].object_ref == str(moved.id)

    def test_a_stranger(self, call: Callable[..., Any]) -> None:
        assert call("GET", "/moves", bearer="lc_nothing").status_code == 401
        entry = the_refusal()
        assert (entry.result, entry.user_id) == ("unauthenticated", None)

    def test_an_address_that_is_nowhere(self, call: Callable[..., Any]) -> None:
        assert call("GET", f"/nowhere/{TELEPHONE}").status_code == 404
        assert the_refusal().object_ref == "nowhere"

    def test_a_body_that_cannot_be_read(self, call: Callable[..., Any]) -> None:
        assert call("POST", "/transfers", from_store="S1", strange=1).status_code == 400
        assert the_refusal().result == "invalid"


class TestFlood:
    """The minute of the database's clock may turn while a test runs: then twice the limit is right as well."""

    def test_strangers_fill_no_journal(self, office: Office) -> None:
        limit = throttle.STRANGER_LIMIT
        for n in range(4 * limit):
            Client(REMOTE_ADDR="203.0.113.5").get(f"/nowhere/{n}/")
        assert limit <= len(refusals()) <= 2 * limit
        RefusalCount.objects.filter(origin__endswith=".5").update(minute=now().replace(year=2020))
        assert close_counts() == 1
        summary = JournalEntry.objects.get(action="refusals_more")
        assert summary.origin == "strangers 203.0.113.5" and summary.result == "counted"
        # What this process still holds back is lost if it is killed now: the entry says "at least".
        assert summary.after is not None and summary.after["count"] > summary.after["written"] == limit
        assert not RefusalCount.objects.filter(origin__endswith=".5").exists()

    def test_many_addresses_together(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(throttle, "ALL_STRANGERS_LIMIT", 5)
        for n in range(15):
            Client(REMOTE_ADDR=f"203.0.113.{n}").get("/nowhere/")
        assert 5 <= len(refusals()) <= 10
        assert RefusalCount.objects.count() <= 12

    def test_a_network_of_the_new_kind_is_one_origin(self, office: Office) -> None:
        for n in range(3 * throttle.STRANGER_LIMIT):
            Client(REMOTE_ADDR=f"2001:db8::{n:x}").get("/nowhere/")
        assert len(refusals()) <= 2 * throttle.STRANGER_LIMIT

    def test_a_stranger_does_not_use_up_what_a_person_has(self, log_in: Callable[..., Client]) -> None:
        client = log_in("storekeeper")
        for _ in range(throttle.STRANGER_LIMIT + 5):
            Client(REMOTE_ADDR="10.0.0.7").get("/nowhere/")
        assert client.get("/journal/").status_code == 403
        assert refusals()[-1].user_id is not None


class TestExports:
    def test_a_list(self, log_in: Callable[..., Client]) -> None:
        answer = log_in("coordinator").get(f"/settings/organisations/?format=xlsx&q={TELEPHONE}")
        assert answer.status_code == 200
        entry = JournalEntry.objects.get(action="export")
        assert (entry.object_kind, entry.object_ref) == ("organisation", "organisation_list")
        assert entry.after is not None and entry.after["file"].endswith(".xlsx")
        assert entry.after["filters"] == {"format": "xlsx", "q": "…"}

    def test_a_register(self, log_in: Callable[..., Client]) -> None:
        answer = log_in("coordinator").get("/ledger/registers/stock_statement/?format=xlsx")
        assert answer.status_code == 200
        entry = JournalEntry.objects.get(action="export")
        assert entry.object_ref == "register" and entry.after is not None
        assert entry.after["filters"]["kind"] == "stock_statement"

    def test_a_page_is_no_export(self, log_in: Callable[..., Client]) -> None:
        log_in("coordinator").get("/settings/organisations/")
        assert not JournalEntry.objects.filter(action="export").exists()


class TestPersonsStayOut:
    def test_numbers_are_masked_and_names_are_marks(self, office: Office) -> None:
        system = office.world.system
        made = journal.record(
            by=system, at=now(), action="hand_over", object_kind="delivery", object_ref="PS-1",
            after={"carrier": f"张三 {TELEPHONE}", "lines": [["x", f"联系 {TELEPHONE}"]], "person": "李四"},
            reason=f"身份证 {IDENTITY},电话{TELEPHONE}\n伪造的一行",
        )  # fmt: skip
        entry = JournalEntry.objects.get(pk=made)
        told = json.dumps([entry.reason, entry.after], ensure_ascii=False)
        assert not PERSONAL_NUMBERS.search(told) and "张三" not in told and "李四" not in told
        assert "330784********4" in entry.reason and "138****5678" in entry.reason and "\n" not in entry.reason

    def test_names_of_users_are_not_in_the_journal(self, office: Office, log_in: Callable[..., Client]) -> None:
        log_in("coordinator").get("/journal/")
        names = {entry.program for entry in JournalEntry.objects.exclude(user_id=None)}
        assert names == {""}

    def test_neither_journal_nor_log_holds_numbers_of_persons(
        self, office: Office, log_in: Callable[..., Client], caplog: pytest.LogCaptureFixture
    ) -> None:
        client = log_in("coordinator")
        client.get(f"/settings/organisations/?q={TELEPHONE}")
        client.get(f"/settings/organisations/{IDENTITY}/")
        client.get(f"/settings/organisations/?strange={IDENTITY}")
        client.get(f"/ledger/numbers/{IDENTITY}/")
        client.post("/settings/items/new/", {"client_id": str(uuid4()), "name": f"{TELEPHONE}", "code": IDENTITY})
        Client().post("/login/", {"username": TELEPHONE, "password": IDENTITY})
        told = [
            " ".join(map(str, row))
            for row in JournalEntry.objects.values_list("object_ref", "reason", "before", "after", "origin")
        ]
        assert [text for text in told if PERSONAL_NUMBERS.search(text)] == []
        log = "\n".join(TextLines().format(record) for record in caplog.records)
        assert "/settings/organisations/" in log and not PERSONAL_NUMBERS.search(log)


def test_every_object_in_an_address_is_a_model() -> None:
    from django.urls import get_resolver

    def named(resolver: Any) -> set[str]:
        found = set(resolver.pattern.regex.groupindex)
        for part in getattr(resolver, "url_patterns", ()):
            found |= named(part)
        return found

    kinds = {name.removesuffix("_id") for name in named(get_resolver()) if name.endswith("_id")}
    assert [kind for kind in sorted(kinds) if not models_of(kind)] == []
