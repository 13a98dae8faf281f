"""Jobs under lease: claimed by one, kept alive, taken over, fenced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.jobs import leases, registry, running
from liangcao.foundation.jobs.actions import enqueue, plan_rounds, sweep
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.journal.models import Claim
from liangcao.foundation.kernel.ids import new_id

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, registry.Kind]]:
    """Kinds of the test alone."""
    known: dict[str, registry.Kind] = {}
    monkeypatch.setattr(registry, "_KINDS", known)
    return known


def mark(*, payload: dict[str, Any], at: datetime) -> None:
    """Leaves one row for each time it ran and was kept."""
    Claim.objects.create(id=new_id(), action="mark", body_digest=str(payload.get("n", "")), claimed_at=at)


def marks() -> int:
    return Claim.objects.filter(action="mark").count()


def run(at: datetime = AT, worker: str = "one") -> bool:
    return running.run_one(worker=worker, clock=lambda: at)


def fails(*, payload: dict[str, Any], at: datetime) -> None:
    mark(payload=payload, at=at)
    raise OSError("the printer is out of paper")


def test_a_job_is_done_once(db: None) -> None:
    registry.job("mark")(mark)
    job = enqueue(kind="mark", payload={"n": 1}, at=AT)
    assert run()
    assert not run(LATER)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.ended_at, marks()) == ("done", 1, AT, 1)


def test_the_same_key_is_one_job(db: None) -> None:
    registry.job("mark")(mark)
    first = enqueue(kind="mark", payload={"n": 1}, at=AT, key="k")
    assert enqueue(kind="mark", payload={"n": 2}, at=LATER, key="k").pk == first.pk
    assert enqueue(kind="mark", payload={}, at=AT, key="other").pk != first.pk
    run()
    assert enqueue(kind="mark", payload={}, at=AT, key="k").state == "done"


def test_an_unknown_kind_is_refused_and_never_claimed(db: None) -> None:
    with pytest.raises(ValueError, match="no handler"):
        enqueue(kind="nothing", payload={}, at=AT)
    Job.objects.create(kind="of_a_later_version", due_at=AT, enqueued_at=AT)
    assert not run()


def test_a_job_of_tomorrow_waits(db: None) -> None:
    registry.job("mark")(mark)
    enqueue(kind="mark", payload={}, at=AT, due_at=LATER)
    assert not run(AT)
    assert run(LATER)


def test_a_failure_leaves_nothing_waits_longer_each_time_and_ends(db: None) -> None:
    registry.job("fails", attempts=3)(fails)
    job = enqueue(kind="fails", payload={}, at=AT)
    pauses = []
    at = AT
    for _ in range(3):
        assert run(at)
        job.refresh_from_db()
        pauses.append((job.due_at - at).total_seconds())
        at = job.due_at
    assert pauses[:2] == [10, 20]
    assert (job.state, job.attempts, marks()) == ("dead", 3, 0)
    assert job.error == "OSError: the printer is out of paper"
    assert not run(LATER)


def test_pauses_end_at_an_hour() -> None:
    assert [leases.pause_after(n).total_seconds() for n in (1, 2, 5, 9, 10, 40)] == [10, 20, 160, 2560, 3600, 3600]


def test_a_lost_worker_is_taken_over_after_the_lease_not_before(db: None) -> None:
    registry.job("mark")(mark)
    enqueue(kind="mark", payload={}, at=AT)
    lost = leases.claim(worker="lost", at=AT)
    assert lost is not None
    assert leases.claim(worker="two", at=AT + leases.LEASE) is None
    assert run(AT + leases.LEASE + timedelta(seconds=1), worker="two")
    lost.refresh_from_db()
    assert (lost.state, lost.worker, lost.attempts, marks()) == ("done", "two", 2, 1)


def test_a_heartbeat_keeps_the_lease_and_a_lost_one_cannot_beat(db: None) -> None:
    registry.job("mark")(mark)
    enqueue(kind="mark", payload={}, at=AT)
    job = leases.claim(worker="one", at=AT)
    assert job is not None
    assert leases.extend(job.pk, job.lease_token, at=AT + timedelta(seconds=25))
    assert leases.claim(worker="two", at=AT + timedelta(seconds=40)) is None
    assert leases.claim(worker="two", at=AT + timedelta(seconds=60)) is not None
    assert not leases.extend(job.pk, job.lease_token, at=AT + timedelta(seconds=60))


def test_a_worker_whose_lease_was_taken_over_commits_nothing(db: None) -> None:
    def overtaken(*, payload: dict[str, Any], at: datetime) -> None:
        mark(payload=payload, at=at)
        Job.objects.update(lease_token=new_id(), worker="two")

    registry.job("overtaken")(overtaken)
    job = enqueue(kind="overtaken", payload={}, at=AT)
    assert run(worker="one")
    job.refresh_from_db()
    assert (job.state, marks()) == ("running", 0)


def test_a_job_that_kills_its_workers_is_stopped(db: None) -> None:
    registry.job("mark", attempts=2)(mark)
    job = enqueue(kind="mark", payload={}, at=AT)
    for minutes in (0, 1):
        assert leases.claim(worker=f"w{minutes}", at=AT + timedelta(minutes=minutes)) is not None
    assert leases.claim(worker="w2", at=AT + timedelta(minutes=2)) is None
    job.refresh_from_db()
    assert job.state == "dead"
    assert "w1 was lost" in job.error


def test_a_lease_from_a_clock_far_ahead_does_not_hold_for_ever(db: None) -> None:
    registry.job("mark")(mark)
    enqueue(kind="mark", payload={}, at=AT)
    assert leases.claim(worker="2038", at=AT + timedelta(days=4000)) is not None
    assert run(AT)
    assert marks() == 1


def test_what_is_prepared_reaches_the_handler(db: None) -> None:
    seen = []

    def prepare(*, payload: dict[str, Any], at: datetime) -> str:
        return f"{payload['n']} prepared"

    def handler(*, payload: dict[str, Any], at: datetime, prepared: str) -> None:
        seen.append(prepared)

    registry.job("slow", prepare=prepare)(handler)
    enqueue(kind="slow", payload={"n": 7}, at=AT)
    assert run()
    assert seen == ["7 prepared"]


def test_an_interrupted_job_goes_back_at_once_and_loses_no_attempt(db: None) -> None:
    def interrupted(*, payload: dict[str, Any], at: datetime) -> None:
        mark(payload=payload, at=at)
        raise running.Interrupted

    registry.job("interrupted")(interrupted)
    job = enqueue(kind="interrupted", payload={}, at=AT)
    with pytest.raises(running.Interrupted):
        run()
    job.refresh_from_db()
    assert (job.state, job.attempts, marks()) == ("waiting", 0, 0)


def test_a_round_comes_once_each_period_and_makes_up_for_none(db: None) -> None:
    registry.periodic("tick", seconds=60)(mark)
    for _ in range(3):
        plan_rounds(at=AT)
    assert Job.objects.count() == 1
    assert run(AT)
    assert not run(AT + timedelta(seconds=59))
    assert run(AT + timedelta(seconds=60))
    assert run(AT + timedelta(hours=1, seconds=5))
    assert not run(AT + timedelta(hours=1, seconds=59))
    assert marks() == 3
    tick = Job.objects.get()
    assert (tick.state, tick.due_at) == ("waiting", AT + timedelta(hours=1, seconds=60))


def test_a_round_that_fails_comes_again_and_shows_why(db: None) -> None:
    registry.periodic("tick", seconds=60)(fails)
    plan_rounds(at=AT)
    for minute in range(9):
        assert run(AT + timedelta(minutes=minute))
    tick = Job.objects.get()
    assert (tick.state, tick.error) == ("waiting", "OSError: the printer is out of paper")


def test_a_new_period_is_taken_over(db: None) -> None:
    registry.periodic("tick", seconds=60)(mark)
    plan_rounds(at=AT)
    registry.periodic("tick", seconds=300)(mark)
    plan_rounds(at=AT)
    assert Job.objects.get().every_seconds == 300


def test_two_handlers_of_one_kind_are_a_mistake() -> None:
    registry.job("mark")(mark)
    with pytest.raises(ValueError, match="two handlers"):
        registry.job("mark")(plan_rounds)


def test_old_jobs_go_failed_ones_stay(db: None) -> None:
    registry.job("mark")(mark)
    for state in ("done", "cancelled", "dead"):
        Job.objects.create(kind="mark", state=state, due_at=AT, enqueued_at=AT, ended_at=AT)
    enqueue(kind="mark", payload={}, at=AT)
    assert sweep(before=LATER) == 2
    assert sorted(Job.objects.values_list("state", flat=True)) == ["dead", "waiting"]


def test_an_idle_worker_takes_no_write_lock(db: None) -> None:
    registry.job("mark")(mark)
    with CaptureQueriesContext(connection) as asked:
        assert not leases.is_anything_due(AT)
    assert len(asked) == 1
    assert asked[0]["sql"].startswith("SELECT")
