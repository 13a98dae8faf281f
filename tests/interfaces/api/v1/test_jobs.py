"""Jobs, messages and webhooks over the API: the administrator's, without addresses, keys and texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from liangcao.foundation.jobs.models import Job
from liangcao.foundation.outbox.actions import send

AT = datetime(2020, 2, 4, tzinfo=UTC)
PATHS = ("/jobs", "/messages", "/webhooks")


def test_the_administrator_reads_them(world: Any, caller: Any) -> None:
    message = send(
        channel="mail", address="zhang@example.cn", subject="到货", body="geheim", bureau_id=world.bureau.pk, at=AT,
        key="k",
    )  # fmt: skip
    administrator = caller(world, "administrator")
    (job,) = administrator.get("/jobs", state="waiting").json()["results"]
    assert (job["id"], job["kind"], job["attempts"]) == (message.job_id, "deliver_message", 0)
    assert administrator.get(f"/jobs/{message.job_id}").json() == job
    answer = administrator.get("/messages")
    (shown,) = answer.json()["results"]
    assert (shown["id"], shown["state"]) == (str(message.pk), "waiting")
    assert "zhang@" not in answer.content.decode()
    assert "geheim" not in answer.content.decode()
    assert administrator.get("/webhooks").json() == {"results": [], "next": None}


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_does(path: str, world: Any, caller: Any, stranger: Any) -> None:
    assert caller(world, "leader").get(path).status_code == 403
    assert caller(world, "requester", world.hospital).get(path).status_code == 403
    assert stranger.get(path).status_code == 401


def test_another_bureaus_job_is_not_found(world: Any, caller: Any) -> None:
    job = Job.objects.create(kind="x", bureau_id=world.bureau.pk + 1, due_at=AT, enqueued_at=AT)
    assert caller(world, "administrator").get(f"/jobs/{job.pk}").status_code == 404
