"""Registers the transports with the outbox."""

import logging

from django.apps import AppConfig

log = logging.getLogger(__name__)


class ChannelsConfig(AppConfig):
    """Ways out."""

    name = "liangcao.interfaces.channels"
    label = "channels"
    verbose_name = "投递"

    def ready(self) -> None:
        """Mail and webhooks as the environment sets them. What cannot be read carries nothing: messages wait, and the
        settings check says why."""
        from liangcao.foundation.outbox.transports import register
        from liangcao.interfaces.channels.setting import transports

        for channel, make in transports().items():
            try:
                register(channel, make())
            except ValueError as problem:
                log.error("%s", problem)
