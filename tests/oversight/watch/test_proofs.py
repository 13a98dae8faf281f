"""The daily proof of the books: what it finds stands in the journal, alarms the hand-over, and is told to auditors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from liangcao.foundation.jobs.models import Job
from liangcao.foundation.jobs.registry import kind_of
from liangcao.foundation.jobs.running import work_off
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.outbox.actions import SPREADING
from liangcao.foundation.outbox.models import Webhook
from liangcao.ledger.models import Balance
from liangcao.oversight.watch.jobs import DAY, note_proofs, prove_books
from liangcao.oversight.watch.queries import open_work
from tests.factories.world import NOON, World, make_world

HOUR = timedelta(hours=1)


@pytest.fixture
def two(fresh_database: object) -> tuple[World, World]:
    """Two bureaus with goods: the round proves both."""
    worlds = make_world(), make_world("other")
    for world in worlds:
        world.put_in(world.mask, 100)
    return worlds


def go_round(at: datetime = NOON) -> None:
    note_proofs(payload={}, prepared=prove_books(payload={}, at=at), at=at)


def alerts(world: World, at: datetime = NOON) -> list[dict[str, Any]]:
    content = open_work(world.actor("duty_officer"), world.bureau.pk, at=at)
    return [alert for alert in content["alerts"] if alert["kind"] == "books"]


def proved(world: World) -> list[tuple[str, Any]]:
    rows = JournalEntry.objects.filter(action="verify_books", bureau_id=world.bureau.pk).order_by("id")
    return [(row.result, row.after) for row in rows]


def test_books_that_prove_right_leave_an_entry_and_no_alarm(two: tuple[World, World]) -> None:
    assert alerts(two[0]) == []
    go_round()
    for world in two:
        [(result, after)] = proved(world)
        assert (result, after["moves"], after["postings"], after["first_bad"]) == ("ok", 1, 1, None)
        assert alerts(world, NOON + 29 * HOUR) == []


def test_a_balance_changed_past_the_program_alarms_its_bureau_within_a_day(two: tuple[World, World]) -> None:
    world, other = two
    Webhook.objects.create(
        bureau_id=world.bureau.pk, url="https://audit.example.org/hook", added_by="甲", added_at=NOON
    )
    Balance.objects.filter(book=world.book, kind="store").update(quantity=90)
    go_round()
    [(result, after)] = proved(world)
    assert (result, after["first_bad"]["kind"]) == ("differs", "balance")
    [alert] = alerts(world)
    assert "账本核验没有通过" in alert["zh"]
    assert "结存与分录不符" in alert["zh"]
    assert "a balance is not what the entries say" in alert["en"]
    assert "postings say 100" in after["first_bad"]["what"]
    assert "do not prove right" in alert["en"]
    told = Job.objects.get(kind=SPREADING).payload
    assert (told["page"], told["object_name"], told["act"]) == ("journal_entry", "journal", "view")
    assert told["page_id"] == JournalEntry.objects.get(action="verify_books", bureau_id=world.bureau.pk).pk
    assert (alerts(other), proved(other)[0][0]) == ([], "ok")


def test_the_alarm_ends_with_the_next_good_proof(two: tuple[World, World]) -> None:
    world, _ = two
    Balance.objects.filter(book=world.book, kind="store").update(quantity=90)
    go_round()
    Balance.objects.filter(book=world.book, kind="store").update(quantity=100)
    go_round(NOON + 24 * HOUR)
    assert alerts(world, NOON + 25 * HOUR) == []
    assert [result for result, _ in proved(world)] == ["differs", "ok"]


def test_a_proof_that_did_not_come_is_told(two: tuple[World, World]) -> None:
    go_round()
    [alert] = alerts(two[0], NOON + 31 * HOUR)
    assert "31 小时没有核验" in alert["zh"]
    assert "not proved for 31 hours" in alert["en"]


def test_a_worker_goes_round_once_a_day(two: tuple[World, World]) -> None:
    kind = kind_of("verify_books")
    assert kind is not None
    assert (kind.prepare, kind.seconds) == (prove_books, DAY)

    class Once:
        """Says stop when the round has been made."""

        def is_set(self) -> bool:
            return bool(proved(two[0]))

        def wait(self, seconds: float) -> bool:
            return self.is_set()

    work_off(worker="one", clock=lambda: NOON + HOUR, stop=Once())
    for world in two:
        assert [result for result, _ in proved(world)] == ["ok"]
