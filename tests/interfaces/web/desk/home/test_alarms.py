"""Books that do not prove right are told on the home page, to those who see its seals."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db
FAULT = {"seq": 7, "kind": "hash", "what": "the content does not match its hash"}


def note(office: Any, result: str) -> None:
    bureau_id = office.world.bureau.pk
    record(
        by=Actor.system("核验", bureau_id), at=NOON, action="verify_books", object_kind="book", object_ref="HZ",
        bureau_id=bureau_id, result=result, after={"first_bad": FAULT if result == "differs" else None},
    )  # fmt: skip


def test_a_fault_stands_on_top_until_a_proof_is_good(office: Any, storekeeper: Any) -> None:
    note(office, "differs")
    page = storekeeper.get("/").content.decode()
    assert "账本核验没有通过:第 7 笔,单据内容或次序不符" in page
    assert 'role="alert"' in page
    note(office, "ok")
    assert "账本核验" not in storekeeper.get("/").content.decode()


def test_it_leads_to_the_journal_for_those_who_may_read_it(office: Any, as_user: Any) -> None:
    note(office, "differs")
    journal = f'<a href="{reverse("journal")}">账本核验没有通过'
    assert journal in as_user("auditor").get("/").content.decode()
    page = as_user("storekeeper").get("/").content.decode()
    assert "账本核验没有通过" in page
    assert journal not in page
