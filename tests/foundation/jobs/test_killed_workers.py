"""kill -9 of a worker in every kind of job, at every place: nothing is half done, another worker does it within the
lease, and it counts once. Real processes, real commits, both engines."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID, uuid4

import pytest
from django.db import connections

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs import leases, registry, running
from liangcao.foundation.jobs.actions import enqueue, plan_rounds
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.journal.models import Claim, JournalEntry
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.outbox import transports
from liangcao.foundation.outbox.actions import send
from liangcao.foundation.outbox.listeners import add_webhook
from liangcao.foundation.outbox.models import Message
from liangcao.foundation.outbox.transports import Envelope
from liangcao.interfaces.intake.importing.actions import begin_import
from liangcao.interfaces.intake.models import ImportRun
from liangcao.operations.allocation.models import Replenishment
from liangcao.operations.demand.models import RequisitionLine
from liangcao.operations.trips.models import TripProposal
from tests.factories.allocation import make_replenishment
from tests.factories.demand import make_requisition, make_requisition_line
from tests.factories.imports import begin
from tests.factories.outbound import make_trip_proposal
from tests.factories.world import NOON, World, make_world

WAIT_SECONDS = 30
PLACES = ("before the handler", "in the handler", "between handler and commit")
OLD = datetime(2020, 1, 1, tzinfo=UTC)


class Wire:
    """What leaves the building, written into a pipe that outlives the worker."""

    def __init__(self) -> None:
        self.end, self.start = os.pipe()
        os.set_blocking(self.end, False)

    def deliver(self, envelope: Envelope) -> str:
        os.write(self.start, envelope.id.bytes)
        return "taken"

    def received(self) -> list[UUID]:
        try:
            raw = os.read(self.end, 4096)
        except BlockingIOError:
            return []
        return [UUID(bytes=raw[place : place + 16]) for place in range(0, len(raw), 16)]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire()
    monkeypatch.setattr(transports, "_TRANSPORTS", {"mail": made, "webhook": made})
    return made


# --- one job of each kind, and how often its effect is there


def delivery() -> Callable[[], int]:
    message = send(
        channel="mail", address="a@example.cn", subject="s", body="b", bureau_id=None, at=OLD, key=uuid4().hex
    )
    return lambda: Message.objects.filter(pk=message.pk).exclude(delivered_at=None).count()


def spreading() -> Callable[[], int]:
    world: World = make_world()
    add_webhook(
        bureau_id=world.bureau.pk, organisation_id=None, url="https://hooks.example.cn/", at=NOON,
        by=world.actor("administrator"), client_id=uuid4(),
    )  # fmt: skip
    make_requisition(world)
    return Message.objects.count


def sweeping() -> Callable[[], int]:
    old = Job.objects.create(kind="x", state="done", due_at=OLD, enqueued_at=OLD, ended_at=OLD)
    return lambda: 1 - Job.objects.filter(pk=old.pk).count()


def chaining() -> Callable[[], int]:
    from liangcao.foundation.journal.actions import record
    from liangcao.foundation.journal.models import JournalBatch

    record(by=Actor.system("建账员", 1), at=OLD, action="test", object_kind="test", object_ref="1", bureau_id=None)
    return JournalBatch.objects.count


def proving() -> Callable[[], int]:
    make_world()
    return JournalEntry.objects.filter(action="verify_books").count


def asking_again() -> Callable[[], int]:
    world: World = make_world()
    add_webhook(
        bureau_id=world.bureau.pk, organisation_id=None, url="https://hooks.example.cn/", at=NOON,
        by=world.actor("administrator"), client_id=uuid4(),
    )  # fmt: skip
    make_requisition_line(world)
    RequisitionLine.objects.update(confirmed_at=now() - timedelta(days=4))
    return Job.objects.filter(kind="spread_notice", payload__page="portal_confirmation").count


def watching() -> Callable[[], int]:
    world: World = make_world()
    make_replenishment(world)
    world.put_in(world.mask, 1_000)
    return Replenishment.objects.exclude(met_at=None).count


def reading_a_file() -> Callable[[], int]:
    world: World = make_world()
    run = begin_import(
        bureau_id=world.bureau.pk, kind="requisitions", name="a.txt", content="口罩300只".encode(), at=NOON,
        by=world.actor("coordinator"), client_id=uuid4(),
    )  # fmt: skip
    return run.rows.count


def importing_a_file() -> Callable[[], int]:
    world: World = make_world()
    needs = "申请单位,物资,单位,数量\n示例医院一,一次性医用口罩,只,300\n".encode()
    run = begin(world, "requisitions", needs, name="needs.csv")
    ImportRun.objects.filter(pk=run.pk).update(status="importing")
    enqueue(kind="take_import", payload={"run_id": run.pk, "user_id": None}, at=OLD, bureau_id=world.bureau.pk)
    return RequisitionLine.objects.count


def proposing() -> Callable[[], int]:
    make_trip_proposal(make_world())
    return TripProposal.objects.exclude(answered_at=None).count


MAKERS: dict[str, Callable[[], Callable[[], int]]] = {
    "deliver_message": delivery,
    "spread_notice": spreading,
    "sweep_jobs": sweeping,
    "journal_batch": chaining,
    "verify_books": proving,
    "announce_stale_needs": asking_again,
    "read_import": reading_a_file,
    "take_import": importing_a_file,
    "watch_replenishments": watching,
    "propose_trips": proposing,
}


def test_every_kind_of_job_is_killed_here() -> None:
    assert set(MAKERS) == set(registry.kinds())


def only(kind: str) -> Job:
    """The one job of the kind, due now; the other rounds wait."""
    plan_rounds(at=OLD)
    Job.objects.exclude(kind=kind).filter(state="waiting").update(due_at=now() + timedelta(days=1))
    return Job.objects.get(kind=kind, state="waiting")


def killed_worker(kind: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of its own takes the job, comes to the place, and is killed there."""
    told, tell = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        stalled(kind, place, tell, monkeypatch)
    os.set_blocking(told, False)
    until = time.monotonic() + WAIT_SECONDS
    arrived = b""
    while not arrived and time.monotonic() < until:
        try:
            arrived = os.read(told, 1)
        except BlockingIOError:
            time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert arrived == b"!", f"the worker never came to: {place}"


def stalled(kind: str, place: str, tell: int, monkeypatch: pytest.MonkeyPatch) -> NoReturn:
    """In the child: does the job as a worker would, and stops at the place for ever."""

    def stop(*_: Any, **__: Any) -> NoReturn:
        os.write(tell, b"!")
        time.sleep(10 * WAIT_SECONDS)
        os._exit(1)

    try:
        held = registry.kinds()[kind]

        def handler(**given: Any) -> None:
            if place == PLACES[0]:
                stop()
            held.handler(**given)
            if place == PLACES[1]:
                stop()

        registry._KINDS[kind] = registry.Kind(
            held.name, handler, held.zh, held.en, held.attempts, held.prepare, held.seconds
        )
        if place == PLACES[2]:
            finish = leases.finish
            monkeypatch.setattr(leases, "finish", lambda job, at: (finish(job, at=at), stop()))
        running.run_one(worker="killed", clock=now)
    finally:
        os._exit(2)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_what_a_killed_worker_left_is_done_once_by_another(
    kind: str, place: str, fresh_database: object, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = MAKERS[kind]()
    job = only(kind)
    before = done()
    killed_worker(kind, place, monkeypatch)
    job.refresh_from_db()
    assert (job.state, job.worker, job.attempts) == ("running", "killed", 1)
    assert done() == before, "a rolled back job leaves nothing"
    lease_ends = job.lease_until
    assert lease_ends is not None
    assert lease_ends <= now() + leases.LEASE
    assert not running.run_one(worker="early", clock=lambda: lease_ends)
    assert running.run_one(worker="heir", clock=lambda: lease_ends + timedelta(seconds=1))
    job.refresh_from_db()
    assert (job.state, job.worker) == ("waiting" if job.every_seconds else "done", "heir")
    assert done() == before + 1
    assert job.attempts == (0 if job.every_seconds else 2)
    ids = wire.received()
    if kind == "deliver_message":
        # The first worker had handed it over before it was killed: twice on the wire, under one id.
        assert len(ids) == 2
    assert len(set(ids)) <= 1


def test_two_workers_race_for_two_hundred_jobs(
    run_together: Callable[[Sequence[Callable[[], Any]]], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_KINDS", {})

    def count(*, payload: dict[str, Any], at: datetime) -> None:
        Claim.objects.create(
            id=UUID(int=payload["n"] * 1000 + Claim.objects.count()), action=str(payload["n"]), claimed_at=at
        )

    registry.job("count")(count)
    for number in range(200):
        enqueue(kind="count", payload={"n": number}, at=OLD, key=str(number))
    enough = _Rests()

    def worker(name: str) -> Callable[[], int]:
        return lambda: running.work_off(worker=name, clock=now, stop=enough)

    outcomes = run_together([worker("one"), worker("two")])
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert sum(outcome.value for outcome in outcomes) == 200
    assert sorted(Claim.objects.values_list("action", flat=True)) == sorted(str(number) for number in range(200))
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}
    assert all(outcome.value > 20 for outcome in outcomes), "both had their share"


class _Rests:
    """Never stops, and lets the other come to its turn: who has just let go of SQLite's one lock would take it again
    before the other has woken up."""

    def is_set(self) -> bool:
        time.sleep(0.02)
        return False

    def wait(self, seconds: float) -> None:
        """Never asked."""
