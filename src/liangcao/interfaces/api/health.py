"""Two addresses for whoever watches the server: does it write, is it ready. Neither tells anything of the inside, and
neither is an act: the journal does not know them."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from liangcao.foundation.database import outcome
from liangcao.foundation.database.guards import expected_guards, installed_guards
from liangcao.foundation.database.versions import check_version
from liangcao.foundation.journal.actions import probe_write
from liangcao.foundation.kernel.errors import Conflict
from liangcao.ledger.seals_keys import holds_current_key

# An act that this process committed a moment ago proves as much as a write of our own, and costs nothing.
PROVEN_SECONDS = 3.0


def healthz(request: HttpRequest) -> JsonResponse:
    """200 only when the database takes writes: one was committed in the last seconds, or is now."""
    try:
        if not outcome.has_committed_within(PROVEN_SECONDS):
            probe_write()
    except Error:
        outcome.note_fault()
        return JsonResponse({"ok": False, "code": "DATABASE_NOT_WRITABLE"}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the tables are of this version, the append-only triggers are installed and the key that signs seals is
    at hand."""
    try:
        check_version(connection)
        is_ready = not expected_guards(connection) - installed_guards(connection) and holds_current_key()
    except (Error, Conflict):
        is_ready = False
    return JsonResponse({"ok": is_ready}, status=200 if is_ready else 503)
