"""Reads of the outbox."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.outbox.models import Message, NoticeSetting, Webhook


def messages(actor: Actor, *, bureau_id: int) -> QuerySet[Message]:
    """Messages of a bureau and of the installation itself with their jobs, newest first."""
    own = Q(bureau_id=bureau_id) | Q(bureau_id=None)
    return Message.objects.visible_to(actor).filter(own).select_related("job").order_by("-created_at", "-id")


def message_of_job(actor: Actor, job: Job) -> Message | None:
    """The message that a job delivers, if it delivers one."""
    found: Message | None = Message.objects.visible_to(actor).filter(job=job).first()
    return found


def notice_address(actor: Actor) -> NoticeSetting | None:
    """Where the actor wants to be told; None when he has not asked for it."""
    found: NoticeSetting | None = NoticeSetting.objects.visible_to(actor).filter(user_id=actor.user_id).first()
    return found


def webhooks(actor: Actor, *, bureau_id: int) -> QuerySet[Webhook]:
    """Programs that a bureau tells, newest first."""
    return Webhook.objects.visible_to(actor).filter(bureau_id=bureau_id, removed_at=None).order_by("-pk")


def addresses_of(actor: Actor, user_ids: set[int]) -> dict[int, str]:
    """User -> e-mail of those who have consented. For the system that spreads a notice."""
    rows = NoticeSetting.objects.visible_to(actor).filter(user_id__in=user_ids)
    return dict(rows.values_list("user_id", "email"))
