"""Somebody who moves goods by the API and on a page, on real commits, while something is wrong with the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity.actions import make_token
from liangcao.foundation.identity.queries import user_by_name
from liangcao.ledger.models import Move
from liangcao.ledger.verify import verify_book
from tests.factories.accounts import make_office
from tests.factories.world import NOON, TODAY, World
from tests.rig.callers import Caller
from tests.rig.databases import TestDatabase

CLAIMS = "journal_claim"


@dataclass
class Mover:
    """The storekeeper at both doors, with a lot of 100 in the first store."""

    world: World
    lot: UUID
    caller: Caller
    page: Client
    database: TestDatabase

    def move_by_call(self, key: UUID) -> Any:
        """One piece from the first store into the second."""
        lines = [{"lot": str(self.lot), "quantity": 1}]
        return self.caller.post(
            "/transfers", {"from_store": "S1", "to_store": "S2", "lines": lines, "reason": "就近"}, key
        )

    def form(self, key: UUID) -> dict[str, Any]:
        """The same as a form."""
        return {
            "client_id": str(key), "from_store": self.world.store.pk, "to_store": self.world.second_store.pk,
            "reason": "就近", "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-lot": str(self.lot),
            "lines-0-quantity": 1,
        }  # fmt: skip

    def move_on_page(self, key: UUID) -> Any:
        """The same on the page."""
        return self.page.post(reverse("transfer"), self.form(key))

    def reads(self) -> tuple[int, int]:
        """The status of a list at both doors."""
        return self.caller.get("/moves").status_code, self.page.get(reverse("stock")).status_code

    def moves(self) -> int:
        """How many transfers there are; the chain must hold."""
        assert verify_book(self.world.system, self.world.bureau.pk).ok
        return Move.objects.filter(kind="transfer").count()


def make_mover(database: TestDatabase) -> Mover:
    """An office in the middle of its work."""
    world = make_office(day=TODAY + timedelta(days=1)).world
    lot, _ = world.put_in(world.mask, 100)
    user = user_by_name("storekeeper")
    assert user is not None
    page = Client(raise_request_exception=False)
    page.force_login(user)
    # The session's first look writes when somebody was last seen: it has happened before the fault.
    assert page.get(reverse("stock")).status_code == 200
    caller = Caller(make_token(user=user, at=NOON))
    caller.client.raise_request_exception = False
    return Mover(world, lot, caller, page, database)


@contextmanager
def trigger(body: str, *, deferred: bool = False, table: str = CLAIMS) -> Iterator[None]:
    """On PostgreSQL: a trigger on each new claim, at once or at COMMIT. `body` is PL/pgSQL."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE fault_times")
        cursor.execute(
            f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NEW; END $$"
        )
        kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
        when = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
        cursor.execute(f"CREATE {kind} fault AFTER INSERT ON {table} {when} FOR EACH ROW EXECUTE FUNCTION fault()")
    try:
        yield
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER fault ON {table}; DROP FUNCTION fault(); DROP SEQUENCE fault_times")


def told(answer: Any) -> tuple[int, str, bool | None]:
    """Status, code and `applied` of a call that was interrupted; its shape is that of every error."""
    body = answer.json()
    assert set(body) >= {"code", "message", "field", "row", "request_id", "applied"}, body
    assert answer["Retry-After"] == "2" and body["request_id"] == answer["X-Request-Id"]
    assert not any(word in answer.content.decode() for word in ("Traceback", "psycopg", "sqlite", "/"))
    return answer.status_code, body["code"], body["applied"]


def new_key() -> UUID:
    """The id of a new act."""
    return uuid4()
