"""Where people and programs want to be told: a person's address with consent, an organisation's webhook."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.foundation.outbox.models import NoticeSetting, Webhook

# One address, no display name, nothing that could begin another header.
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?\.[A-Za-z]{2,}"
)


@transaction.atomic
def set_notice_address(*, email: str, has_consented: bool, by: Actor, at: datetime, client_id: UUID) -> NoticeSetting:
    """Tell me by e-mail. Raises Invalid EMAIL_INVALID, CONSENT_MISSING. The address does not enter the journal."""
    user_id = _person(by)
    if not has_consented:
        raise Invalid(
            "CONSENT_MISSING",
            "要先同意用这个邮箱接收提醒。不同意也能照常使用系统",
            "Agree first that the address is used for notices. Everything else works without it",
            field="has_consented",
        )
    email = checked_email(email)
    done = claim(client_id=client_id, action="set_notice_address", body={"email": email}, by=by, at=at)
    held: NoticeSetting | None = NoticeSetting.objects.filter(user_id=user_id).first()
    if done and held:
        return held
    setting, _ = NoticeSetting.objects.update_or_create(user_id=user_id, defaults={"email": email, "consented_at": at})
    record(by=by, at=at, action="set_notice_address", object_kind="notice_setting", object_ref=str(user_id))
    settle(client_id=client_id, ref=str(setting.pk))
    return setting


@transaction.atomic
def clear_notice_address(*, by: Actor, at: datetime, client_id: UUID) -> bool:
    """Withdraw the consent: the address is deleted. True when there was one."""
    user_id = _person(by)
    claim(client_id=client_id, action="clear_notice_address", body={}, by=by, at=at)
    deleted, _ = NoticeSetting.objects.filter(user_id=user_id).delete()
    if deleted:
        record(by=by, at=at, action="clear_notice_address", object_kind="notice_setting", object_ref=str(user_id))
    return bool(deleted)


def checked_email(email: str) -> str:
    """The address without blanks around it. Raises Invalid EMAIL_INVALID."""
    email = email.strip()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid(
            "EMAIL_INVALID",
            "邮箱地址不对,要写成 name@example.cn",
            "Write the address as name@example.cn",
            field="email",
        )
    return email


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise NotFound()
    return by.user_id


@transaction.atomic
def add_webhook(
    *, bureau_id: int, organisation_id: int | None, url: str, by: Actor, at: datetime, client_id: UUID
) -> Webhook:
    """Tell this program what waits for the bureau, or for one of its organisations. The door has checked the address
    against the installation's list and the organisation against the scope. Raises Conflict WEBHOOK_THERE."""
    guard.check(by, "edit", "webhook", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "organisation": organisation_id, "url": url}
    done = claim(client_id=client_id, action="add_webhook", body=body, by=by, at=at)
    if done:
        return Webhook.objects.get(pk=int(done))
    if Webhook.objects.filter(bureau_id=bureau_id, url=url, removed_at=None).exists():
        raise Conflict("WEBHOOK_THERE", "这个地址已经登记过了", "This address is on the list already", field="url")
    made = Webhook.objects.create(
        bureau_id=bureau_id, organisation_id=organisation_id, url=url, added_by=by.name, added_at=at
    )
    record(
        by=by, at=at, action="add_webhook", object_kind="webhook", object_ref=str(made.pk), bureau_id=bureau_id,
        after={"url": url, "organisation_id": organisation_id},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def remove_webhook(*, webhook_id: int, bureau_id: int, by: Actor, at: datetime, client_id: UUID) -> Webhook:
    """Tell it nothing any more. Removing twice changes nothing. Raises NotFound."""
    guard.check(by, "edit", "webhook", bureau_id=bureau_id)
    claim(client_id=client_id, action="remove_webhook", body={"webhook": webhook_id}, by=by, at=at)
    rows = locked(Webhook.objects.visible_to(by).filter(bureau_id=bureau_id), [webhook_id])
    if not rows:
        raise NotFound()
    held: Webhook = rows[0]
    if held.removed_at is None:
        held.removed_at = at
        held.save(update_fields=["removed_at"])
        record(
            by=by, at=at, action="remove_webhook", object_kind="webhook", object_ref=str(held.pk), bureau_id=bureau_id,
            before={"url": held.url},
        )  # fmt: skip
    return held
