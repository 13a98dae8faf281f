"""Messages on their way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.scope import ScopedQuerySet
from liangcao.foundation.jobs.models import Job

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor

MAIL, WEBHOOK = "mail", "webhook"
CHANNELS = (MAIL, WEBHOOK)


class MessageQuerySet(ScopedQuerySet):
    """A bureau's desk sees its own messages, and those of the installation itself."""

    def visible_to(self, actor: Actor) -> Self:
        """The base rule, and for everybody at a desk what belongs to no bureau."""
        shared = self.filter(bureau_id=None) if actor.whole_bureau_ids else self.none()
        return super().visible_to(actor) | shared


class Message(models.Model):
    """One message to one address. The id goes out with it, the same on every attempt; the job holds its state.

    The row goes with its job, 30 days after the end: addresses are not kept longer than they are of use.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="message")
    bureau_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=400)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="message_channel_known")]
        indexes = [models.Index(fields=["bureau_id", "-created_at"], name="message_by_bureau")]

    def __str__(self) -> str:
        return f"{self.channel} {self.subject}"


class NoticeSettingQuerySet(ScopedQuerySet):
    """A person's own: the page of settings asks for it by the person, and no list shows it."""

    bureau_path = None

    def visible_to(self, actor: Actor) -> Self:
        """One's own row."""
        return self.all() if actor.sees_everything else self.filter(user_id=actor.user_id)


class NoticeSetting(models.Model):
    """Where a person wants to be told what waits. The row is the consent: withdrawing it deletes the address."""

    user_id = models.BigIntegerField(unique=True)
    email = models.CharField(max_length=254)
    consented_at = models.DateTimeField()

    objects = NoticeSettingQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.user_id)


class WebhookQuerySet(ScopedQuerySet):
    """A bureau's desk sees its own."""


class Webhook(models.Model):
    """A program that is told what waits: the bureau's own (no organisation), or an outside organisation's."""

    bureau_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField(null=True)
    url = models.CharField(max_length=400)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_id", "url"], condition=Q(removed_at=None), name="webhook_once_per_bureau"
            )
        ]

    def __str__(self) -> str:
        return self.url
