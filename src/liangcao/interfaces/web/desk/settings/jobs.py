"""后台任务: what the worker does, what left the building, what failed and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.jobs import actions, queries
from liangcao.foundation.jobs.flow import JOB_FLOW
from liangcao.foundation.jobs.registry import kind_of, kinds
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.outbox.queries import message_of_job
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.document import Act, Document, Fact
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, moment, said

TONES = {"waiting": "wait", "running": "wait", "done": "done", "dead": "alarm", "cancelled": "aside"}
IDLE_AFTER = timedelta(minutes=2)


def kind_name(job: Any) -> str:
    """What a job does, in the reader's language."""
    return said(kind_of(job.kind) or job.kind)


def _state(job: Any) -> Any:
    return chip_of(said(JOB_FLOW[job.state]), TONES[job.state])


JOBS = Listing(
    name="jobs",
    columns=(
        Column("pk", gettext_lazy("编号"), kind="code", link=lambda row: address("job", row.pk), phone="main"),
        Column("kind", gettext_lazy("任务"), value=kind_name, phone="title"),
        Column("state", gettext_lazy("状态"), value=_state, kind="mark", plain=lambda row: said(JOB_FLOW[row.state])),
        Column("attempts", gettext_lazy("次数"), kind="number"),
        Column("due_at", gettext_lazy("应办时间"), kind="moment", phone="hide"),
        Column("ended_at", gettext_lazy("办完时间"), kind="moment", phone="hide"),
        Column("error", gettext_lazy("错误"), kind="code"),
    ),
    order=("-pk",),
    filters=(
        Filter(
            "state",
            gettext_lazy("状态"),
            lambda rows, state: rows.filter(state=state),
            choices=lambda _request: [(key, said(state)) for key, state in JOB_FLOW.items()],
        ),
        Filter(
            "kind",
            gettext_lazy("任务"),
            lambda rows, kind: rows.filter(kind=kind),
            choices=lambda _request: [(name, said(kind)) for name, kind in sorted(kinds().items())],
        ),
    ),
    search=lambda rows, text: rows.filter(Q(error__icontains=text) | Q(key__icontains=text)),
    search_hint=gettext_lazy("错误、键"),
    empty=Empty(gettext_lazy("没有后台任务。")),
    tone=lambda row: "alarm" if row.state == "dead" else "",
)


@desk_page("job")
def job_list(request: Any) -> HttpResponse:
    """Jobs of the bureau and of the installation, newest first."""
    rows = queries.jobs(request.actor, bureau_id=request.bureau.pk)
    # What is due and lies about tells that no worker runs.
    idle_since = queries.oldest_due(request.actor, bureau_id=request.bureau.pk, at=now() - IDLE_AFTER)
    return listing.answer(
        request, JOBS, rows, title=_("后台任务"), template="desk/settings/jobs.html", idle_since=idle_since
    )


@desk_page("job")
def job(request: Any, job_id: int) -> HttpResponse:
    """One job, with its message where it delivers one."""
    found = queries.job(request.actor, job_id, bureau_id=request.bureau.pk)
    is_round = found.every_seconds is not None
    acts = []
    if found.state == "dead" and can(request, "retry", "job"):
        acts.append(Act(_("重新办理"), reverse("job_retry", args=[found.pk]), is_next=True))
    if "cancelled" in JOB_FLOW[found.state].next and not is_round and can(request, "cancel", "job"):
        acts.append(Act(_("取消任务"), reverse("job_cancel", args=[found.pk]), danger=True))
    return document.answer(
        request,
        Document(
            kind=_("后台任务"),
            number=str(found.pk),
            state=_state(found),
            facts=[*_job_facts(found), *_message_facts(message_of_job(request.actor, found))],
            acts=acts,
            history=document.history_of(request, object_kind="job", object_ref=str(found.pk)),
            notice=found.error,
            is_alarm=found.state == "dead",
            back=(_("后台任务"), reverse("job_list")),
        ),
    )


def _job_facts(found: Any) -> list[Fact]:
    period = found.every_seconds
    return [
        Fact(_("任务"), kind_name(found)),
        Fact(_("次数"), str(found.attempts)),
        Fact(_("间隔"), _("每 %(seconds)s 秒") % {"seconds": period} if period else ""),
        Fact(_("登记时间"), moment(found.enqueued_at)),
        Fact(_("应办时间"), moment(found.due_at)),
        Fact(_("开始时间"), moment(found.started_at) if found.started_at else ""),
        Fact(_("办完时间"), moment(found.ended_at) if found.ended_at else ""),
        Fact(_("办理进程"), found.worker),
    ]


def _message_facts(message: Any) -> list[Fact]:
    if message is None:
        return []
    return [
        Fact(_("消息编号"), str(message.pk), is_wide=True),
        Fact(_("方式"), _("邮件") if message.channel == "mail" else _("回调")),
        Fact(_("发往"), _masked(message), is_wide=True),
        Fact(_("主题"), message.subject, is_wide=True),
        Fact(_("送达时间"), moment(message.delivered_at) if message.delivered_at else ""),
        Fact(_("对方回答"), message.answer),
    ]


def _masked(message: Any) -> str:
    """An e-mail address is a person's: the administrator needs to see whose mails fail, not to collect addresses."""
    name, at, host = message.address.partition("@")
    return f"{name[:1]}***@{host}" if message.channel == "mail" and at else message.address


@desk_page("job", "retry")
def retry(request: Any, job_id: int) -> HttpResponse:
    """Try a failed job again."""
    return _act(
        request, job_id, actions.retry, _("重新办理"), _("已重新排队。"), _("任务会马上重新办理,次数从头算起。")
    )


@desk_page("job", "cancel")
def cancel(request: Any, job_id: int) -> HttpResponse:
    """Take a job off the table."""
    return _act(
        request,
        job_id,
        actions.cancel,
        _("取消任务"),
        _("已取消。"),
        _("取消后不再办理;要发的消息不再发出。"),
        danger=True,
    )


def _act(
    request: Any, job_id: int, do: Any, title: str, message: str, summary: str, *, danger: bool = False
) -> HttpResponse:
    queries.job(request.actor, job_id, bureau_id=request.bureau.pk)
    return act_page(
        request,
        ActForm(request),
        title=title,
        button=title,
        do=lambda _values: do(job_id=job_id, bureau_id=request.bureau.pk, by=request.actor, at=request.at),
        to=lambda done: reverse("job", args=[done.pk]),
        message=message,
        summary=summary,
        danger=danger,
        back=reverse("job", args=[job_id]),
    )
