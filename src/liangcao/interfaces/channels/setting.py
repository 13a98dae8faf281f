"""The transports as the environment sets them up."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from liangcao.foundation.outbox.models import MAIL, WEBHOOK
from liangcao.foundation.outbox.transports import Transport
from liangcao.interfaces.channels.mail import mail_transport
from liangcao.interfaces.channels.webhook import WebhookTransport, networks_from


def transports() -> dict[str, Callable[[], Transport]]:
    """Channel -> what makes its transport; raises ValueError with the variable's name when that cannot be read."""
    return {
        MAIL: lambda: mail_transport(settings.MAIL_URL, sender=settings.MAIL_FROM, folder=settings.MAIL_FOLDER),
        WEBHOOK: lambda: WebhookTransport(
            hosts=settings.WEBHOOK_HOSTS, networks=networks_from(settings.WEBHOOK_NETWORKS)
        ),
    }


def problems() -> list[str]:
    """What is wrong with the settings of mail and webhooks."""
    found = []
    for make in transports().values():
        try:
            make()
        except ValueError as problem:
            found.append(str(problem))
    return found


def allowed_hosts() -> list[str]:
    """Where webhooks may go."""
    return list(settings.WEBHOOK_HOSTS)


def has_mail_server() -> bool:
    """Whether mails leave this machine, or are written into a folder."""
    return bool(settings.MAIL_URL)
