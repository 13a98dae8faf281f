"""The watch's round: every day the books are proved, so that whoever changes them past the program is told of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.registry import periodic
from liangcao.foundation.journal.actions import record
from liangcao.foundation.outbox.actions import announce
from liangcao.foundation.outbox.notices import Notice
from liangcao.ledger.queries import bureaus_with_a_book
from liangcao.ledger.verify import verify_book
from liangcao.oversight.watch.proofs import ACT, DIFFERS, NAME, fault_words
from liangcao.reference.parties.queries import moment

DAY = 86_400


def prove_books(*, payload: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
    """What `liangcao verify` says of each book, with its journal up to the last batch. Reads for as long as it takes,
    and holds no lock."""
    return [
        {"bureau_id": bureau_id, **verify_book(Actor.system(NAME, bureau_id), bureau_id).as_plain()}
        for bureau_id in bureaus_with_a_book()
    ]


@periodic("verify_books", seconds=DAY, prepare=prove_books, zh="核验账本", en="verify the books")
def note_proofs(*, payload: dict[str, Any], prepared: list[dict[str, Any]], at: datetime) -> None:
    """Each result into the journal; of a book that does not prove right, those are told who read the journal."""
    for result in prepared:
        bureau_id, fault = result["bureau_id"], result["first_bad"]
        when = moment(bureau_id, at)
        entry_id = record(
            by=Actor.system(NAME, bureau_id), at=when, action=ACT, object_kind="book", object_ref=result["book"],
            bureau_id=bureau_id, result="ok" if fault is None else DIFFERS,
            after={name: result[name] for name in ("moves", "postings", "seals", "first_bad")},
        )  # fmt: skip
        if fault is not None:
            announce(_told(bureau_id, entry_id, fault), at=when)


def _told(bureau_id: int, entry_id: int, fault: dict[str, Any]) -> Notice:
    zh, en = fault_words(fault)
    return Notice(
        key=f"{bureau_id} books {entry_id}", zh=zh, en=en, page="journal_entry", page_id=entry_id,
        bureau_id=bureau_id, object_name="journal", act="view",
    )  # fmt: skip
