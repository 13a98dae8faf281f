"""From a notice to messages: whose turn it is by the appointments of the day, and where they want to be told."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.registry import job
from liangcao.foundation.outbox import queries as outbox
from liangcao.foundation.outbox.actions import SPREADING, send
from liangcao.foundation.outbox.models import MAIL, WEBHOOK
from liangcao.foundation.outbox.notices import Notice
from liangcao.reference.parties import queries as parties

NAME = "粮草"


@job(SPREADING, zh="分发提醒", en="spread a notice")
def spread_notice(*, payload: dict[str, Any], at: datetime) -> None:
    """One message for each person and each program that is to be told."""
    notice = Notice(**payload)
    system = Actor.system(NAME, notice.bureau_id)
    at = parties.moment(notice.bureau_id, at)
    told = [person for person in _candidates(system, notice, at) if _is_turn_of(person, notice)]
    addresses = outbox.addresses_of(system, {person.user_id for person in told if person.user_id})
    for person in told:
        email = addresses.get(person.user_id or 0)
        if email:
            subject = notice.en if person.language.startswith("en") else notice.zh
            send(
                channel=MAIL, address=email, subject=subject, body=_letter(notice, person), at=at, key=notice.key,
                bureau_id=notice.bureau_id,
            )  # fmt: skip
    for webhook in outbox.webhooks(system, bureau_id=notice.bureau_id):
        if webhook.organisation_id == notice.organisation_id and notice.user_id is None:
            send(
                channel=WEBHOOK, address=webhook.url, subject=notice.zh, body=_record(notice), at=at, key=notice.key,
                bureau_id=notice.bureau_id,
            )  # fmt: skip


def _candidates(system: Actor, notice: Notice, at: datetime) -> list[Actor]:
    """Who holds an appointment today in the bureau or the organisation, or the one person that is meant."""
    users = parties.users_appointed(system, bureau_id=notice.bureau_id, organisation_id=notice.organisation_id, at=at)
    return [parties.actor_for_user(user, at) for user in users if notice.user_id is None or user.pk == notice.user_id]


def _is_turn_of(person: Actor, notice: Notice) -> bool:
    """Whether the person may do what is waiting. Who is appointed for some stores or regions only is not told of the
    whole bureau's papers: whether this one is within them, the notice cannot say."""
    if notice.user_id is not None:
        return person.user_id == notice.user_id
    if notice.organisation_id is None and notice.bureau_id not in person.whole_bureau_ids:
        return False
    place = {"bureau_id": notice.bureau_id} if notice.organisation_id is None else {}
    return guard.can(person, notice.act, notice.object_name, organisation_id=notice.organisation_id, **place)


def _letter(notice: Notice, person: Actor) -> str:
    is_english = person.language.startswith("en")
    address = _link(notice)
    if is_english:
        end = "You get this because you asked for notices. Stop them under “Notices” in Liangcao."
        return "\n\n".join(part for part in (notice.en, address, end) if part) + "\n"
    end = "您在粮草里登记过接收提醒。不想再收,请到“提醒设置”中停用。"
    return "\n\n".join(part for part in (notice.zh, address, end) if part) + "\n"


def _record(notice: Notice) -> str:
    told = {
        "event": f"{notice.object_name}.{notice.act}", "zh": notice.zh, "en": notice.en, "path": _path(notice),
        "url": _link(notice),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def _link(notice: Notice) -> str:
    origins = settings.CSRF_TRUSTED_ORIGINS
    return f"{origins[0].rstrip('/')}{_path(notice)}" if origins else ""


def _path(notice: Notice) -> str:
    return reverse(notice.page, args=[notice.page_id])
