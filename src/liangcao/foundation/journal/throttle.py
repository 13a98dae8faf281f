"""A flood of refusals must not fill the journal: so many a minute from one origin are written in full, the rest is
counted and becomes one entry.

The counters stand in the database, because several processes answer. Once an origin is over its limit, a process adds
to the counter in lots: a flood costs the database one write for many refusals, and a killed process loses the count
of at most one lot ("at least so many").
"""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass
from time import monotonic

from django.db import connection

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import RefusalCount

STRANGER_LIMIT, PERSON_LIMIT, ALL_STRANGERS_LIMIT = 10, 60, 300
LOT = 50
STRANGERS = "strangers"
_REMEMBERED = 5000


@dataclass
class _Closed:
    """An origin that is over its limit, as this process knows it."""

    until: float
    waiting: int = 0


_closed: dict[str, _Closed] = {}
_lock = threading.Lock()


def key_of(by: Actor) -> str:
    """Whose refusals are counted together: a person's, a program's, or those of a stranger's address (IPv6: its /64,
    which one subscriber can walk through at will)."""
    if by.user_id is not None:
        return f"user {by.user_id}"
    if by.name:
        return f"program {by.name}"[:60]
    address = by.origin.split(" ")[1] if " " in by.origin else by.origin
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"{STRANGERS} ?"
    wide = ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed
    return f"{STRANGERS} {wide}"[:60]


def limit_of(key: str) -> int:
    """How many entries a minute are written in full."""
    if key == STRANGERS:
        return ALL_STRANGERS_LIMIT
    return STRANGER_LIMIT if key.startswith(f"{STRANGERS} ") else PERSON_LIMIT


def is_to_be_written(by: Actor) -> bool:
    """Count one refusal of this actor, and say whether it is still written in full. Inside a transaction."""
    key = key_of(by)
    # All strangers together first: a flood from many addresses makes no counters either.
    keys = [STRANGERS, key] if key.startswith(f"{STRANGERS} ") else [key]
    return all(_admitted(each) for each in keys)


def _admitted(key: str) -> bool:
    with _lock:
        held = _closed.get(key)
        if held is not None and monotonic() < held.until and held.waiting + 1 < LOT:
            held.waiting += 1
            return False
        lot = 1
        if held is not None:
            # Taken out at once: a second thread that comes while this one writes does not count the lot again.
            lot, held.waiting = held.waiting + 1, 0
    count = _counted(key, lot)
    with _lock:
        if count <= limit_of(key):
            _closed.pop(key, None)
            return True
        if len(_closed) >= _REMEMBERED:
            _closed.clear()
        _closed[key] = _Closed(monotonic() + 60)
        return False


def _counted(key: str, lot: int) -> int:
    """Add to the counter of this minute, by the database's clock; returns what it says now."""
    table = connection.ops.quote_name(RefusalCount._meta.db_table)
    minute = (
        "strftime('%%Y-%%m-%%d %%H:%%M:00', 'now')"
        if connection.vendor == "sqlite"
        else "date_trunc('minute', statement_timestamp())"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (origin, minute, count) VALUES (%s, {minute}, %s)"
            f" ON CONFLICT (origin, minute) DO UPDATE SET count = {table}.count + excluded.count RETURNING count",
            [key, lot],
        )
        count: int = cursor.fetchone()[0]
    return count


def forget() -> None:
    """Forget what this process knows of origins over their limit (after a fork, between tests)."""
    with _lock:
        _closed.clear()
