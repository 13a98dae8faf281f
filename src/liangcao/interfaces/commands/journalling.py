"""What the command line tells the journal: refusals, files that it wrote, settings. One place for all commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liangcao.foundation.kernel.errors import Refusal
    from liangcao.interfaces.commands.books import Desk


def journal_refusal(command: str, refusal: Refusal) -> None:
    """Write that a command was refused, after the act was rolled back. A command that needs no database, or did not
    find it, has no journal."""
    if "django" not in sys.modules:
        return
    from liangcao.interfaces.commands import database

    if not database.is_open():
        return
    from liangcao.foundation.identity.actor import Actor
    from liangcao.foundation.journal.actions import record_refusal
    from liangcao.foundation.journal.outcomes import outcome_of
    from liangcao.foundation.kernel.clock import now
    from liangcao.interfaces.commands.books import COMMAND_LINE

    details = {"code": refusal.code, "field": refusal.field}
    record_refusal(
        by=Actor(user_id=None, name=COMMAND_LINE, grants=(), origin="command"),
        at=now(),
        action="command",
        object_kind="command",
        object_ref=command,
        result=outcome_of(refusal.status),
        details={name: value for name, value in details.items() if value},
    )


def journal_settings(program: str) -> None:
    """Write the settings of the environment at the start of a program, where they have changed since its last one."""
    from django.conf import settings

    from liangcao.foundation.identity.actor import Actor
    from liangcao.foundation.journal.settings import note_settings
    from liangcao.foundation.kernel.clock import now
    from liangcao.interfaces.commands.books import COMMAND_LINE

    note_settings(
        program=program,
        settings=settings.JOURNALLED,
        secrets=settings.JOURNALLED_SECRETS,
        by=Actor(user_id=None, name=COMMAND_LINE, grants=(), origin="command"),
        at=now(),
    )


def journal_export(desk: Desk, *, kind: str, ref: str = "", **what: Any) -> None:
    """Write that a command wrote a file of a bureau. The path stays out: it may be anybody's home."""
    from liangcao.foundation.journal.actions import record_apart

    record_apart(
        by=desk.actor, at=desk.at, action="export", object_kind=kind, object_ref=ref, bureau_id=desk.bureau.pk,
        after={name: str(value) for name, value in what.items() if value is not None},
    )  # fmt: skip


def journal_copy(action: str, **what: Any) -> None:
    """Write that the whole database was copied into a file ("backup"), or came out of one ("restore"). No path."""
    from liangcao.foundation.identity.actor import Actor
    from liangcao.foundation.journal.actions import record_apart
    from liangcao.foundation.kernel.clock import now
    from liangcao.interfaces.commands.books import COMMAND_LINE

    record_apart(
        by=Actor(user_id=None, name=COMMAND_LINE, grants=(), origin="command"), at=now(), action=action,
        object_kind="installation", object_ref="", after={name: str(value) for name, value in what.items()},
    )  # fmt: skip
