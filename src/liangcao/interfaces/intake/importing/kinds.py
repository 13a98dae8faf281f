"""The kinds of import: which act each needs, what a person must say of the whole, what a row of it may hold.

A later module brings its own: a `Kind` of columns for the reader (`reading.tables.register`), and here an `Importer`
with the function that hands its rows to the module's actions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from liangcao.interfaces.intake.reading.lines import REQUESTED

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor
    from liangcao.interfaces.intake.models import ImportRow, ImportRun

# What a person says of the whole file.
STORE, SOURCE_KIND, NO_LOT_REASON = "store", "source_kind", "no_lot_reason"
LEADER, REASON, LIMIT_NOTE = "leader", "reason", "limit_note"
ORGANISATION_KIND, CATEGORY, MEASURE, URGENCY = "organisation_kind", "category", "measure", "urgency"


@dataclass(frozen=True)
class Made:
    """A document that was made of some rows: its kind, id and number."""

    kind: str
    id: int
    ref: str
    rows: tuple[ImportRow, ...]


@dataclass
class Taking:
    """What a kind's function gets: the import, its good rows, by whom and when. `made` is what it gives back."""

    run: ImportRun
    rows: list[ImportRow]
    by: Actor
    at: datetime
    made: list[Made] = field(default_factory=list)

    def key(self, *parts: object) -> UUID:
        """The client's id of one document of this import: the same import never makes it twice."""
        return uuid5(self.run.client_id, "/".join(map(str, parts)))


@dataclass(frozen=True)
class Importer:
    """How one kind is taken over.

    `act`: (object, action) of access.toml that whoever imports must hold. `needs`: what must be said of the whole,
    `may`: what can be. `fields`: the values of a row that a person may correct. `flows`: what a line may speak of;
    None: its rows are no goods. `names_organisation`, `names_item`, `names_store`: what each row must name.
    `may_be_unknown`: a need without an amount is one.
    """

    kind: str
    act: tuple[str, str]
    take: Callable[[Taking], None]
    fields: tuple[str, ...]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    flows: frozenset[str] | None = None
    names_organisation: bool = False
    names_item: bool = False
    names_store: bool = False
    may_be_unknown: bool = False
    check: Callable[[Any, Any], list[str]] | None = None


_IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Make a kind importable."""
    _IMPORTERS[importer.kind] = importer


def importers() -> dict[str, Importer]:
    """Every kind that can be imported, in order of registration."""
    if not _IMPORTERS:
        from liangcao.interfaces.intake.importing.taking import register_all

        register_all()
    return _IMPORTERS


def importer_of(kind: str) -> Importer | None:
    """The importer of a kind, or None."""
    return importers().get(kind)


__all__ = [
    "CATEGORY", "LEADER", "LIMIT_NOTE", "MEASURE", "NO_LOT_REASON", "ORGANISATION_KIND",
    "REASON", "REQUESTED", "SOURCE_KIND", "STORE", "URGENCY", "Importer", "Made", "Taking", "importer_of",
    "importers", "register",
]  # fmt: skip
