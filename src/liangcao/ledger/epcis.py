"""A book, a period or a trace as an EPCIS 2.0 document in JSON-LD, read and written in pieces.

The events come in ledger order. The header with the names follows them: only then is it known what was named.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.epcis_events import (
    EXTENSION,
    TOLD_FACTS,
    Places,
    Plain,
    Version,
    declared,
    fact_event,
    moment_text,
    posting_event,
)
from liangcao.ledger.models import Book, LotFact, Posting
from liangcao.ledger.queries import book_of

CHUNK = 2000
IN_MEMORY = 4 * 1024 * 1024
MEDIA_TYPE = "application/ld+json"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"liangcao": EXTENSION}]
_RELATED = ("move", "lot__item", "source__store", "source__party", "target__store", "target__party")


@dataclass(frozen=True)
class Selection:
    """What of a book: documents of these business days, and only of these lots; both open without a value."""

    from_: date | None = None
    to: date | None = None
    lot_ids: frozenset[UUID] | None = None

    def narrow(self, rows: Any) -> Any:
        """Postings or facts of the selection."""
        wanted = {
            "move__business_date__gte": self.from_,
            "move__business_date__lte": self.to,
            "lot_id__in": self.lot_ids,
        }
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def write_document(file: BinaryIO, actor: Actor, bureau_id: int, selection: Selection) -> int:
    """Write the document; returns how many events it holds. Call it inside `snapshot()`. Equal rows give equal
    bytes. Raises NotFound without a book."""
    book = book_of(actor, bureau_id)
    places = Places(book)
    count, last = 0, book.opened_at
    head = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0"}
    file.write((_text(head)[:-1] + ',\n"epcisBody":{"eventList":[').encode())
    for event, recorded_at in _events(actor, book, selection, places):
        file.write(((",\n" if count else "\n") + _text(event)).encode())
        count, last = count + 1, max(last, recorded_at)
    tail = {"epcisHeader": _header(places), "creationDate": moment_text(last)}
    file.write(("\n]},\n" + _text(tail)[1:] + "\n").encode())
    return count


def document_file(actor: Actor, bureau_id: int, selection: Selection) -> BinaryIO:
    """The document in a temporary file, read from one snapshot: whole, or not at all; the caller closes it."""
    file: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        with snapshot():
            write_document(file, actor, bureau_id, selection)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _text(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _events(actor: Actor, book: Book, selection: Selection, places: Places) -> Iterator[tuple[Plain, datetime]]:
    """Events with the moments when they were recorded, in ledger order."""
    postings = selection.narrow(Posting.objects.visible_to(actor).filter(book=book)).select_related(*_RELATED)
    facts = selection.narrow(LotFact.objects.visible_to(actor).filter(book=book, fact__in=sorted(TOLD_FACTS)))
    entries = merge(
        postings.order_by("move__seq", "line").iterator(chunk_size=CHUNK),
        facts.select_related("move", "lot__item").order_by("move__seq", "id").iterator(chunk_size=CHUNK),
        key=lambda row: row.move.seq,
    )
    while chunk := list(islice(entries, CHUNK)):
        taken_back = _taken_back(actor, [row for row in chunk if isinstance(row, Posting)])
        for row in chunk:
            recorded_at = row.move.recorded_at
            if isinstance(row, LotFact):
                yield fact_event(row, places), recorded_at
            elif row.move.reverses_id is None:
                yield posting_event(row, Version.first(row), places), recorded_at
            else:
                for event in _declarations(row, taken_back[row.pk], places):
                    yield event, recorded_at


@dataclass(frozen=True)
class TakenBack:
    """A posting whose event was wrong: what the event said, and what is right instead (None: nothing of it)."""

    row: Posting
    wrong: Version
    right: Version | None


def _declarations(by: Posting, taken: Iterable[TakenBack], places: Places) -> Iterator[Plain]:
    for each in taken:
        corrective = each.right.event_id if each.right else None
        yield declared(posting_event(each.row, each.wrong, places), by=by.move, corrective=corrective)
        if each.right:
            yield posting_event(each.row, each.right, places)


def _taken_back(actor: Actor, chunk: list[Posting]) -> dict[int, list[TakenBack]]:
    """Posting of a reversal → what it takes back, for the reversals of a chunk: two queries, however many they are.

    The pieces count off the lines of the reversed document in their order, as `reversible` counts them.
    """
    undoing = [row for row in chunk if row.move.reverses_id]
    if not undoing:
        return {}
    moves, lots = {row.move.reverses_id for row in undoing}, {row.lot_id for row in undoing}
    rows = Posting.objects.visible_to(actor).filter(lot_id__in=lots)
    lines: dict[tuple[Any, ...], list[Posting]] = defaultdict(list)
    said: dict[int, Version] = {}
    for row in rows.filter(move_id__in=moves).select_related(*_RELATED).order_by("move__seq", "line"):
        lines[row.move_id, row.lot_id, row.source_id, row.target_id].append(row)
        said[row.pk] = Version.first(row)
    found: dict[int, list[TakenBack]] = defaultdict(list)
    reversals = rows.filter(move__reverses_id__in=moves, move__seq__lte=undoing[-1].move.seq)
    for by in reversals.select_related("move").order_by("move__seq", "line"):
        left = by.quantity
        for row in lines[by.move.reverses_id, by.lot_id, by.target_id, by.source_id]:
            wrong = said[row.pk]
            taken = min(left, wrong.quantity)
            if not taken:
                continue
            left -= taken
            said[row.pk] = wrong.less(taken, row, by)
            found[by.pk].append(TakenBack(row, wrong, said[row.pk] if said[row.pk].quantity else None))
    return found


def _header(places: Places) -> Plain:
    """Names of the places, units and items that the events mention."""
    items = [
        _named(urn, {"cbvmda:descriptionShort": item.name, "liangcao:code": item.code, "liangcao:unit": item.base_unit})
        for urn, item in places.items.items()
    ]
    locations = [
        _named(urn, {"cbvmda:name": place.name, "cbvmda:streetAddressOne": place.address, "liangcao:code": place.code})
        for urn, place in (places.stores | places.sites).items()
    ]
    parties = [
        _named(urn, {"cbvmda:name": party.name, "liangcao:code": party.code}) for urn, party in places.parties.items()
    ]
    vocabularies = (("EPCClass", items), ("Location", locations), ("Party", parties))
    return {
        "epcisMasterData": {
            "vocabularyList": [
                {"type": f"urn:epcglobal:epcis:vtype:{kind}", "vocabularyElementList": elements}
                for kind, elements in vocabularies
                if elements
            ]
        }
    }


def _named(urn: str, attributes: dict[str, str]) -> Plain:
    told = [{"id": name, "attribute": value} for name, value in attributes.items() if value]
    return {"id": urn, "attributes": told}
