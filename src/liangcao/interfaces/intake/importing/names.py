"""What the rows of a file name: units by name, code or credit code, stores, items; what is not certain is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from rapidfuzz import fuzz, process

from liangcao.foundation.identity.actor import Actor
from liangcao.reference.catalog.naming import name_key
from liangcao.reference.parties import queries as parties

_CANDIDATES, _LEAST = 3, 60


class Names:
    """Names of one sort of things, and who is called so. `best` is certain only where one thing alone has the name."""

    def __init__(self, things: Iterable[tuple[int, str, Iterable[str]]]) -> None:
        """`things`: (id, name, other names)."""
        self._by_key: dict[str, set[int]] = defaultdict(set)
        self.names: dict[int, str] = {}
        for key, name, others in things:
            self.names[key] = name
            for word in (name, *others):
                if word:
                    self._by_key[name_key(word)].add(key)
        self._keys = sorted(self._by_key)

    def best(self, written: str) -> int | None:
        """The one thing that is called so, or None."""
        found = self._by_key.get(name_key(written), set()) if written else set()
        return next(iter(found)) if len(found) == 1 else None

    def like(self, written: str) -> list[dict[str, Any]]:
        """Up to three things whose names are like it, the likeliest first."""
        found: dict[int, float] = {}
        if written:
            hits = process.extract(name_key(written), self._keys, scorer=fuzz.WRatio, limit=12, score_cutoff=_LEAST)
            for key, score, _ in hits:
                for thing in sorted(self._by_key[key]):
                    found.setdefault(thing, round(score / 100, 2))
        return [
            {"id": thing, "name": self.names[thing], "score": score}
            for thing, score in list(found.items())[:_CANDIDATES]
        ]


def organisations_of(actor: Actor, bureau_id: int) -> Names:
    """The bureau's organisations by name, code and credit code."""
    rows = parties.organisations(actor, bureau_id=bureau_id).order_by("pk")
    return Names((pk, name, (code, uscc)) for pk, name, code, uscc in rows.values_list("pk", "name", "code", "uscc"))


def stores_of(actor: Actor, bureau_id: int) -> Names:
    """The bureau's stores by name and code."""
    rows = parties.stores(actor, bureau_id=bureau_id).order_by("pk")
    return Names((pk, name, (code,)) for pk, name, code in rows.values_list("pk", "name", "code"))
