"""The canonical record of a move: what its hash covers, what the export holds, what `verify` recomputes. Pure
Python."""

from __future__ import annotations

from typing import Any

from liangcao.foundation.kernel.chain import canonical, link

Record = dict[str, Any]
HASH_FIELDS = ("previous_hash", "hash")


def content(record: Record) -> bytes:
    """The bytes that the hash of a record covers: everything but the two hashes themselves."""
    return canonical({key: value for key, value in record.items() if key not in HASH_FIELDS})


def hash_of(record: Record, previous_hash: str) -> str:
    """The hash that a record must have after `previous_hash`."""
    return link(previous_hash, content(record))


def account_name(kind: str, store_code: str, party_code: str) -> str:
    """An account as one string, by codes and not by row ids, so that a record means the same anywhere."""
    return f"{kind}:{store_code}:{party_code}"


def lot_entry(lot: Any, item_code: str, base_unit: str) -> Record:
    """A lot row inside the record of the move that made it."""
    return {
        "id": str(lot.id),
        "code": lot.code,
        "item": item_code,
        "base_unit": base_unit,
        "source_kind": lot.source_kind,
        "source_ref": lot.source_ref,
        "maker_lot": lot.maker_lot,
        "no_lot_reason": lot.no_lot_reason,
        "produced_on": lot.produced_on.isoformat() if lot.produced_on else None,
        "expires_on": lot.expires_on.isoformat() if lot.expires_on else None,
        "arrived_on": lot.arrived_on.isoformat(),
    }


def fact_entry(fact: Any) -> Record:
    """A lot fact inside the record of the move that recorded it."""
    return {"lot": str(fact.lot_id), "fact": fact.fact, "value": fact.value, "reason": fact.reason}


def posting_entry(
    line: int, lot_id: Any, item_code: str, base_unit: str, source: str, target: str, quantity: int
) -> list[Any]:
    """A posting inside the record of its move."""
    return [line, str(lot_id), item_code, base_unit, source, target, quantity]


def record_of(move: Any, book_code: str, lots: list[Record], facts: list[Record], postings: list[list[Any]]) -> Record:
    """The whole record of a move, without hashes. `move` has the attributes of a Move row."""
    return {
        "book": book_code,
        "seq": move.seq,
        "id": str(move.id),
        "number": move.number,
        "kind": move.kind,
        "business_date": move.business_date,
        "recorded_at": move.recorded_at,
        "actor": {"id": move.user_id, "name": move.actor_name},
        "cause": [move.cause_kind, move.cause_ref],
        "reason": move.reason,
        "late_reason": move.late_reason,
        "reverses": str(move.reverses_id) if move.reverses_id else None,
        "signatures": move.signatures,
        "lots": lots,
        "facts": facts,
        "postings": postings,
    }
