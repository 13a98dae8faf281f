"""The settings of the environment in the journal: each start compares them with those of the start before."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import DatabaseError
from django.utils.crypto import salted_hmac

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import brief_transaction, claim, record
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.journal.privacy import without_persons

OBJECT_KIND, ACTION = "settings", "note_settings"
_IDS = UUID("2f0c5d0e-6a51-5c0b-8a39-54a1d6f3a7c2")
_log = logging.getLogger(__name__)


def note_settings(
    *, program: str, settings: Mapping[str, Any], secrets: Mapping[str, str], by: Actor, at: datetime
) -> bool:
    """Write the settings with which a program starts, where they are not those of its last start; True when written.

    A secret stands there as a keyed mark only: equal for equal secrets of this installation, and no way back. Processes
    that start at once with the same settings write one entry: its claim has an id that follows from what they found.
    Like every entry that no act makes, it never holds a start up: what cannot be written stands in the log.
    """
    found = without_persons({**settings, **{name: _mark(secret) for name, secret in secrets.items()}})
    try:
        with brief_transaction():
            last = JournalEntry.objects.filter(object_kind=OBJECT_KIND, object_ref=program).order_by("-pk").first()
            if last is not None and last.after == found:
                return False
            body = {"program": program, "after": last.pk if last else 0, "found": found}
            if claim(client_id=uuid5(_IDS, repr(body)), action=ACTION, body=body, by=by, at=at) is not None:
                return False
            record(
                by=by, at=at, action=ACTION, object_kind=OBJECT_KIND, object_ref=program,
                before=last.after if last else None, after=found,
            )  # fmt: skip
        return True
    except DatabaseError as error:
        _log.error("the settings of %s are not journalled: %s", program, error)
        return False


def _mark(secret: str) -> str:
    return f"~{salted_hmac('liangcao.settings', secret, algorithm='sha256').hexdigest()[:12]}" if secret else ""
