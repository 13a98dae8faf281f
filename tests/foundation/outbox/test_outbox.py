"""Messages: in the caller's transaction, one for one key and address, delivered at least once under one id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from liangcao.foundation.jobs import running
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.outbox import transports
from liangcao.foundation.outbox.actions import send
from liangcao.foundation.outbox.models import Message
from liangcao.foundation.outbox.transports import Envelope

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Carrier:
    """A transport that remembers what it was given, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.seen: list[Envelope] = []
        self.failures = 0

    def deliver(self, envelope: Envelope) -> str:
        self.seen.append(envelope)
        if self.failures:
            self.failures -= 1
            raise OSError("the line is dead")
        return "250 taken"


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Iterator[Carrier]:
    made = Carrier()
    monkeypatch.setattr(transports, "_TRANSPORTS", {"mail": made, "webhook": made})
    return made


def written(key: str = "k", address: str = "a@example.cn") -> Message:
    return send(channel="mail", address=address, subject="到货", body="请签收", bureau_id=1, at=AT, key=key)


def run(at: datetime = AT) -> bool:
    return running.run_one(worker="one", clock=lambda: at)


def test_a_message_is_delivered_and_noted(db: None, carrier: Carrier) -> None:
    message = written()
    assert run()
    message.refresh_from_db()
    assert (message.delivered_at, message.answer, message.job.state) == (AT, "250 taken", "done")
    assert [(e.id, e.subject, e.body) for e in carrier.seen] == [(message.pk, "到货", "请签收")]


def test_nothing_leaves_when_the_act_is_rolled_back(fresh_database: object, carrier: Carrier) -> None:
    @transaction.atomic
    def refused_at_last() -> None:
        written()
        raise RuntimeError("the act is refused after all")

    with pytest.raises(RuntimeError):
        refused_at_last()
    assert not run()
    assert Job.objects.count() == Message.objects.count() == 0


def test_the_same_key_to_the_same_address_is_one_message(db: None, carrier: Carrier) -> None:
    first, again, other, elsewhere = written(), written(), written("other"), written(address="b@example.cn")
    assert first.pk == again.pk
    assert len({first.pk, other.pk, elsewhere.pk}) == 3


def test_a_failed_delivery_comes_again_under_the_same_id(db: None, carrier: Carrier) -> None:
    carrier.failures = 2
    message = written()
    at = AT
    for _ in range(3):
        assert run(at)
        message.job.refresh_from_db()
        at = message.job.due_at
    assert [envelope.id for envelope in carrier.seen] == [message.pk] * 3
    message.refresh_from_db()
    assert (message.job.state, message.job.error, message.delivered_at is None) == ("done", "", False)


def test_a_channel_without_transport_waits_and_says_so(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "_TRANSPORTS", {})
    job = written().job
    assert run()
    job.refresh_from_db()
    assert (job.state, job.due_at > AT) == ("waiting", True)
    assert "no transport carries 'mail'" in job.error


def test_a_message_goes_with_its_job(db: None, carrier: Carrier) -> None:
    from liangcao.foundation.jobs.actions import sweep

    written()
    run()
    assert sweep(before=AT + timedelta(days=1)) == 2
    assert not Message.objects.exists()


@pytest.mark.parametrize("wrong", [{"channel": "pigeon"}, {"address": ""}, {"key": ""}, {"key": "k" * 121}])
def test_what_cannot_be_a_message_is_refused(wrong: dict[str, str], db: None) -> None:
    given = {"channel": "mail", "address": "a@example.cn", "key": "k"} | wrong
    with pytest.raises(ValueError, match="a message needs"):
        send(subject="s", body="b", bureau_id=None, at=AT, **given)  # type: ignore[arg-type]
