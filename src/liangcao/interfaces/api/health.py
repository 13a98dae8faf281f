"""Two addresses for whoever watches the server: is it alive and writing, is it ready."""

from __future__ import annotations

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse

from liangcao.foundation.database.guards import expected_guards, installed_guards
from liangcao.foundation.journal.actions import probe_write
from liangcao.foundation.kernel.clock import now


def healthz(request: HttpRequest) -> JsonResponse:
    """200 only when the database takes a write; the write is rolled back."""
    try:
        with transaction.atomic():
            probe_write(at=now())
            transaction.set_rollback(True)
    except DatabaseError:
        return JsonResponse({"ok": False, "code": "DATABASE_NOT_WRITABLE"}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the tables are there and the append-only triggers are installed."""
    try:
        missing = expected_guards(connection) - installed_guards(connection)
    except DatabaseError:
        missing = {"database"}
    return JsonResponse({"ok": not missing}, status=503 if missing else 200)
