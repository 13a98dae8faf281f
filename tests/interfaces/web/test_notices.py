"""What waits rings: the badge and its 304, one's own notices, the administrator's jobs and webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from liangcao.foundation.jobs import running
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.outbox.actions import send
from liangcao.foundation.outbox.models import Message, NoticeSetting, Webhook
from tests.factories.demand import make_requisition

if TYPE_CHECKING:
    from tests.factories.accounts import Office

AT = datetime(2020, 2, 4, tzinfo=UTC)
AsUser = Callable[..., Any]


@pytest.fixture
def coordinator(as_user: AsUser) -> Any:
    return as_user("coordinator")


@pytest.fixture
def administrator(as_user: AsUser) -> Any:
    return as_user("administrator")


# --- the badge


def test_the_badge_counts_and_is_not_sent_again_until_something_is_done(office: Office, coordinator: Any) -> None:
    first = coordinator.get("/waiting/")
    assert 'data-waiting="0"' in first.content.decode()
    assert first["Cache-Control"] == "private, no-cache"
    again = coordinator.get("/waiting/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    make_requisition(office.world)
    later = coordinator.get("/waiting/", headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200
    assert 'data-waiting="1"' in later.content.decode()


def test_an_unchanged_badge_costs_one_look_at_the_journal(
    office: Office, coordinator: Any, django_assert_max_num_queries: Any
) -> None:
    tag = coordinator.get("/waiting/")["ETag"]
    with django_assert_max_num_queries(6):  # session, user, appointments, bureau, its calendar, the journal
        assert coordinator.get("/waiting/", headers={"If-None-Match": tag}).status_code == 304


def test_readers_do_not_share_a_badge(coordinator: Any, as_user: AsUser) -> None:
    tag = coordinator.get("/waiting/")["ETag"]
    assert as_user("leader").get("/waiting/", headers={"If-None-Match": tag}).status_code == 200


def test_a_session_that_ended_is_told_to_stop_asking_and_nothing_more(db: None) -> None:
    from django.test import Client

    answer = Client().get("/waiting/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content, answer["HX-Reswap"]) == (286, b"", "none")
    assert "HX-Redirect" not in answer


def test_asking_for_the_badge_keeps_no_session_alive(coordinator: Any) -> None:
    coordinator.get("/")
    session = coordinator.session
    session["seen_at"] = seen = session["seen_at"] - 3600
    session.save()
    coordinator.get("/waiting/")
    assert coordinator.session["seen_at"] == seen
    coordinator.get("/")
    assert coordinator.session["seen_at"] > seen


def test_a_unit_counts_what_it_should_sign_for(office: Office, as_user: AsUser) -> None:
    unit = as_user(office.world.hospital.code.lower())
    assert 'data-waiting="0"' in unit.get("/waiting/").content.decode()
    assert 'href="/portal/"' in unit.get("/waiting/").content.decode()


# --- one's own notices


def test_a_person_asks_to_be_told_and_stops_it(coordinator: Any) -> None:
    given = {"email": "a@example.cn", "client_id": str(uuid4())}
    refused = coordinator.post("/notices/", given)
    assert refused.status_code == 400
    assert "要先同意" in refused.content.decode()
    assert not NoticeSetting.objects.exists()
    assert coordinator.post("/notices/", {**given, "has_consented": "on"}).status_code == 303
    assert "a@example.cn" in coordinator.get("/notices/").content.decode()
    assert coordinator.post("/notices/address/removal/", {"client_id": str(uuid4())}).status_code == 303
    assert not NoticeSetting.objects.exists()


def test_a_unit_has_the_page_in_its_own_frame(office: Office, as_user: AsUser) -> None:
    page = as_user(office.world.hospital.code.lower()).get("/notices/")
    assert page.status_code == 200
    assert 'class="portal"' in page.content.decode()


# --- jobs


def failed_message(office: Office) -> Job:
    message = send(
        channel="mail", address="zhang@example.cn", subject="到货", body="b", bureau_id=office.world.bureau.pk, at=AT,
        key=uuid4().hex,
    )  # fmt: skip
    Job.objects.filter(pk=message.job_id).update(
        state="dead", attempts=16, ended_at=AT, error="OSError: mail.example.cn does not answer"
    )
    return message.job


def test_the_administrator_sees_what_failed_and_tries_again(office: Office, administrator: Any) -> None:
    job = failed_message(office)
    listed = administrator.get("/settings/jobs/").content.decode()
    assert "mail.example.cn does not answer" in listed
    page = administrator.get(f"/settings/jobs/{job.pk}/").content.decode()
    assert "z***@example.cn" in page
    assert "zhang@example.cn" not in page
    assert administrator.post(f"/settings/jobs/{job.pk}/retry/", {"client_id": str(uuid4())}).status_code == 303
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    again = administrator.post(f"/settings/jobs/{job.pk}/retry/", {"client_id": str(uuid4())})
    assert again.status_code == 409


def test_the_administrator_takes_a_job_off_the_table(office: Office, administrator: Any) -> None:
    job = failed_message(office)
    assert administrator.post(f"/settings/jobs/{job.pk}/cancellation/", {"client_id": str(uuid4())}).status_code == 303
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not running.run_one(worker="one", clock=lambda: AT)
    assert Message.objects.get(job=job).delivered_at is None


def test_nobody_else_sees_jobs(office: Office, coordinator: Any, as_user: AsUser) -> None:
    job = failed_message(office)
    assert coordinator.get("/settings/jobs/").status_code == 403
    assert coordinator.post(f"/settings/jobs/{job.pk}/cancellation/", {"client_id": str(uuid4())}).status_code == 403
    assert as_user(office.world.hospital.code.lower()).get("/settings/jobs/").status_code == 302


def test_another_bureaus_job_is_not_found(office: Office, administrator: Any) -> None:
    job = failed_message(office)
    Job.objects.filter(pk=job.pk).update(bureau_id=office.world.bureau.pk + 1)
    for tail in ("", "retry/", "cancellation/"):
        assert administrator.get(f"/settings/jobs/{job.pk}/{tail}").status_code == 404


def test_the_page_says_when_no_worker_runs(office: Office, administrator: Any) -> None:
    assert "没有在运行的后台进程" not in administrator.get("/settings/jobs/").content.decode()
    job = failed_message(office)
    Job.objects.filter(pk=job.pk).update(state="waiting", ended_at=None)
    assert "没有在运行的后台进程" in administrator.get("/settings/jobs/").content.decode()


# --- webhooks


def test_the_administrator_adds_and_removes_a_webhook(
    office: Office, administrator: Any, settings: Any, coordinator: Any
) -> None:
    unit = office.world.hospital
    given = {"url": "https://hooks.example.cn/in", "organisation": unit.pk, "client_id": str(uuid4())}
    refused = administrator.post("/settings/webhooks/new/", given)
    assert refused.status_code == 400
    assert "LIANGCAO_WEBHOOK_HOSTS" in refused.content.decode()
    settings.WEBHOOK_HOSTS = ["hooks.example.cn"]
    assert coordinator.post("/settings/webhooks/new/", given).status_code == 403
    assert administrator.post("/settings/webhooks/new/", given).status_code == 303
    made = Webhook.objects.get()
    assert unit.name in administrator.get("/settings/webhooks/").content.decode()
    assert "签名密钥" in administrator.get(f"/settings/webhooks/{made.pk}/").content.decode()
    administrator.post(f"/settings/webhooks/{made.pk}/removal/", {"client_id": str(uuid4())})
    assert administrator.get(f"/settings/webhooks/{made.pk}/").status_code == 404
