"""The worker's loop: take a job, do it, mark it done in the same transaction; again until told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from django.db import DatabaseError, InterfaceError, connections, transaction

from liangcao.foundation.jobs import leases
from liangcao.foundation.jobs.actions import plan_rounds
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.jobs.registry import Kind, kind_of

log = logging.getLogger(__name__)
IDLE_SECONDS = 1.0
BROKEN_OFF_SECONDS = 5.0
BROKEN_OFF = (DatabaseError, InterfaceError)
Clock = Callable[[], datetime]


class Interrupted(BaseException):
    """The worker must stop now: what the job has written so far is rolled back and the job goes back on the table."""


class Stop(Protocol):
    """The order to stop, and a sleep that it ends."""

    def is_set(self) -> bool:
        """Whether it was given."""

    def wait(self, seconds: float) -> object:
        """Sleep for so long at most."""


def work(*, worker: str, clock: Clock, stop: Stop) -> None:
    """Do jobs until `stop` is set. A database that breaks off is waited for."""
    is_planned = False
    while not stop.is_set():
        try:
            if not is_planned:
                plan_rounds(at=clock())
                is_planned = True
            if not (leases.is_anything_due(clock()) and run_one(worker=worker, clock=clock)):
                stop.wait(IDLE_SECONDS)
        except BROKEN_OFF as error:
            log.warning("the database did not answer, trying again: %s", error)
            connections.close_all()
            stop.wait(BROKEN_OFF_SECONDS)


def work_off(*, worker: str, clock: Clock, stop: Stop) -> int:
    """Do what is due now, and what that makes due; returns how many jobs were attended to."""
    plan_rounds(at=clock())
    attended = 0
    while not stop.is_set() and run_one(worker=worker, clock=clock):
        attended += 1
    return attended


def run_one(*, worker: str, clock: Clock) -> bool:
    """Take one job that is due and do it; False when there was none."""
    job = leases.claim(worker=worker, at=clock())
    if job is None:
        return False
    kind = kind_of(job.kind)
    if kind is None:  # Never: only known kinds are claimed.
        leases.give_back(job)
        return False
    _attempt(job, kind, clock)
    return True


def _attempt(job: Job, kind: Kind, clock: Clock) -> None:
    try:
        with leases.Heartbeat(job):
            given: dict[str, Any] = {"payload": job.payload}
            if kind.prepare is not None:
                given["prepared"] = kind.prepare(payload=job.payload, at=clock())
            with transaction.atomic():
                at = clock()
                kind.handler(**given, at=at)
                leases.finish(job, at=at)
    except leases.LeaseLost as lost:
        log.warning("%s %s: %s", job.kind, job.pk, lost)
    except Interrupted:
        _hand_back(job)
        raise
    except Exception as error:
        log.warning("%s %s, attempt %s: %s", job.kind, job.pk, job.attempts, leases.told_of(error))
        leases.fail(job, kind, error, at=clock())


def _hand_back(job: Job) -> None:
    """The interruption may have come in the middle of a statement: then only a new connection can be trusted."""
    try:
        leases.give_back(job)
    except BROKEN_OFF:
        connections.close_all()
        leases.give_back(job)
