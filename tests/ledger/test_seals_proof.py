"""An export and seals that left the building: every planted edit is found and named, and untouched copies raise no
alarm."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from liangcao.foundation.files.actions import store
from liangcao.foundation.journal.batches import cut_batches
from liangcao.foundation.kernel.chain import GENESIS, canonical
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.ledger.export import json_lines
from liangcao.ledger.models import BookHead, ClosingBalance
from liangcao.ledger.record import hash_of
from liangcao.ledger.seals_proof import merkle_root, seal_digest
from liangcao.ledger.seals_queries import seal_lines
from liangcao.ledger.verify import verify_book
from liangcao.ledger.verify_records import ExportCheck, read_seals, verify_lines
from tests.factories.world import NOON, TODAY, World, make_world
from tests.ledger.test_verify import guards_off  # noqa: F401 - a fixture

Lines = list[str]
DAY = timedelta(days=1)
HASHES = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=20)


def sealed_book(world: World) -> tuple[Lines, Lines, Lines]:
    """Four days with receipts, issues and a reversal; three are sealed. (export, seals, an older export)."""
    lots = []
    for number in range(3):
        at = NOON - (3 - number) * DAY
        lot, _ = world.put_in(world.mask, 1000 + number, at=at)
        lots.append(lot)
        transit = AccountRef("transit", world.store.pk, world.hospital.pk)
        world.post(
            "issue", PostingLine(lots[0], world.stock(), transit, 10), at=at, business_date=TODAY - (3 - number) * DAY
        )
    store(bureau_id=world.bureau.pk, name="接收单.txt", content=b"paper", content_type="text/plain", at=NOON - DAY)
    older = _exported(world)
    _, wrong = world.put_in(world.n95, 40, at=NOON - DAY)
    ledger.reverse_move(move_id=wrong.id, reason="多记", by=world.system, at=NOON - DAY, client_id=uuid4())
    ledger.seal_day(
        bureau_id=world.bureau.pk, day=TODAY - DAY, with_earlier=True, by=world.actor("leader"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    world.put_in(world.n95, 60)
    return _exported(world), list(seal_lines(world.actor("auditor"), world.bureau.pk)), older


def _exported(world: World) -> Lines:
    cut_batches()
    return list(json_lines(world.actor("audit_administrator"), world.bureau.pk))


def verified(export: Lines, seals: Lines) -> ExportCheck:
    return verify_lines(export, read_seals(seals))


def edited(line: str, change: Callable[[dict[str, Any]], object]) -> str:
    record = json.loads(line)
    change(record)
    return canonical(record).decode() + "\n"


def moves_of(export: Lines) -> list[int]:
    return [place for place, line in enumerate(export) if '"postings"' in line]


def relinked(records: list[dict[str, Any]]) -> Lines:
    """A forger recomputes every hash from the first document on."""
    previous = GENESIS
    for seq, record in enumerate(records, start=1):
        record["seq"], record["previous_hash"] = seq, previous
        record["hash"] = previous = hash_of(record, previous)
    return [canonical(record).decode() + "\n" for record in records]


def one_edit(  # noqa: C901, PLR0912 - one case for each kind of edit
    chance: random.Random, export: Lines, seals: Lines
) -> tuple[Lines, Lines, str, int | None]:
    """A planted edit: the two files, what it is, and the document that the verifier must name (None: a seal)."""
    export, seals = list(export), list(seals)
    # The last document came after the last seal: only a newer one could tell that it was rewritten or cut off.
    moves, place = moves_of(export), chance.randrange(len(moves_of(export)) - 1)
    line, seq = moves[place], place + 1
    kind = chance.choice(
        ["quantity", "date", "actor", "delete", "insert", "swap", "cut", "rehash", "journal", "file", "content",
         "signature", "twice", "gap", "key", "stranger"]
    )  # fmt: skip
    count = sum('"seal"' in each for each in seals)
    nth = len(seals) - count + chance.randrange(count)
    match kind:
        case "quantity":
            export[line] = edited(export[line], lambda r: r["postings"][0].__setitem__(6, r["postings"][0][6] + 1))
        case "date":
            export[line] = edited(export[line], lambda r: r.__setitem__("business_date", "2020-01-01"))
        case "actor":
            export[line] = edited(export[line], lambda r: r["actor"].__setitem__("name", "别人"))
        case "delete":
            del export[line]
        case "insert":
            export.insert(line, edited(export[line], lambda r: r.__setitem__("id", str(uuid4()))))
        case "swap":
            other = moves[place + 1]
            export[line], export[other] = export[other], export[line]
        case "cut":
            del export[moves[-2] : moves[-1] + 1]
            seq = len(moves) - 1
        case "rehash":
            records = [json.loads(export[each]) for each in moves]
            records[place]["reason"] = "改过"
            export[moves[0] : moves[-1] + 1] = relinked(records)
        case "journal":
            nth_entry = chance.choice([p for p, each in enumerate(export) if '"journal_entry":' in each])
            export[nth_entry] = edited(export[nth_entry], lambda r: r["journal_entry"].__setitem__("action", "x"))
        case "file":
            export = [each for each in export if '"stored_file"' not in each]
        case "content":
            seals[nth] = edited(seals[nth], lambda r: r["seal"]["content"].__setitem__("sealed_by", 1))
        case "signature":
            seals[nth] = edited(seals[nth], lambda r: r["seal"].__setitem__("signature", r["seal"]["signature"][::-1]))
        case "twice":
            seals.append(seals[nth])
        case "gap":
            seals = [each for p, each in enumerate(seals) if p != len(seals) - count]
        case "key":
            seals[0] = edited(seals[0], lambda r: r["seal_key"].__setitem__("made_at", "2020-01-01"))
        case "stranger":
            seals[nth] = edited(
                seals[nth],
                lambda r: r["seal"].__setitem__("digest", seal_digest(r["seal"]["content"] | {"day": "2020-01-01"})),
            )
    named = kind in ("quantity", "date", "actor", "delete", "insert", "swap", "cut")
    return export, seals, kind, seq if named else None


@pytest.mark.django_db
def test_a_hundred_planted_edits_are_found_and_thirty_copies_are_good() -> None:
    world = make_world()
    export, seals, _older = sealed_book(world)
    last = len(moves_of(export))
    for _ in range(30):
        check = verified(list(export), list(seals))
        assert check.first_bad is None
        assert (check.moves, len(check.seals.seals)) == (last, 3)
    seen = set()
    for seed in range(100):
        broken, other_seals, kind, seq = one_edit(random.Random(seed), export, seals)
        bad = verified(broken, other_seals).first_bad
        assert bad is not None, (seed, kind)
        if seq is not None:
            assert bad.seq == seq, (seed, kind, bad)
        seen.add(kind)
    assert len(seen) == 16


@pytest.mark.django_db
def test_what_only_a_seal_outside_finds() -> None:
    """Rewritten from the first document, cut off, or from an old backup: the chain alone is whole, the seal tells."""
    world = make_world()
    export, seals, older = sealed_book(world)
    moves = moves_of(export)
    own = [line for line in export if not line.startswith('{"seal')]
    records = [json.loads(export[place]) for place in moves]
    records[0]["actor"]["name"] = "别人"
    rewritten = relinked(records) + own[len(moves) :]
    cut = own[: len(moves) - 2] + own[len(moves) :]
    for forged, kind, seq in ((rewritten, "rewritten", 1), (cut, "truncated", len(moves) - 1), (older, "truncated", 7)):
        assert verify_lines(forged).first_bad is None
        bad = verified(forged, seals).first_bad
        assert bad is not None
        assert (bad.kind, bad.seq) == (kind, seq)
    without = verified(own, seals).first_bad
    assert without is not None
    assert without.kind == "seal_missing"


@pytest.mark.django_db
def test_seals_of_another_book_and_with_another_first_key() -> None:
    world, other = make_world(), make_world("other")
    export, _seals, _older = sealed_book(world)
    _export, strange, _older = sealed_book(other)
    bad = verified(export, strange).first_bad
    assert bad is not None
    assert bad.kind == "book"


SEAL_EDITS = [
    ("UPDATE ledger_seal SET content = '{}' WHERE number = 2", "seal_record"),
    ("UPDATE ledger_seal SET day = '2019-12-31' WHERE number = 1", "seal_record"),
    ("DELETE FROM ledger_closingbalance WHERE quantity = 990", "closing_balance"),
    ("UPDATE ledger_bookhead SET sealed_through = NULL", "seal_head"),
    ("UPDATE ledger_seal SET signature = digest WHERE number = 3", "seal_signature"),
]


@pytest.fixture
def story(fresh_database: object) -> World:
    """What `guards_off` opens: a sealed book."""
    world = make_world()
    sealed_book(world)
    return world


def test_edits_in_the_database_are_found(story: World, guards_off: None) -> None:  # noqa: F811
    administrator = story.actor("audit_administrator")
    with connection.cursor() as cursor:
        for sql, kind in SEAL_EDITS:
            for table in ("ledger_seal", "ledger_closingbalance", "ledger_bookhead"):
                cursor.execute(f"DROP TABLE IF EXISTS kept_{table}")
                cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
            cursor.execute(sql)
            bad = verify_book(administrator, story.bureau.pk).first_bad
            assert bad is not None
            assert bad.kind == kind, bad
            cursor.execute("DELETE FROM ledger_closingbalance")
            cursor.execute("DELETE FROM ledger_seal")
            cursor.execute("INSERT INTO ledger_seal SELECT * FROM kept_ledger_seal")
            cursor.execute("INSERT INTO ledger_closingbalance SELECT * FROM kept_ledger_closingbalance")
            cursor.execute("DELETE FROM ledger_bookhead")
            cursor.execute("INSERT INTO ledger_bookhead SELECT * FROM kept_ledger_bookhead")
    assert ClosingBalance.objects.exists()
    assert BookHead.objects.get(book=story.book).sealed_through == TODAY - DAY


def root_by_definition(hashes: list[str]) -> str:
    """RFC 6962: the tree splits at the largest power of two below the count."""

    def node(part: list[str]) -> bytes:
        if len(part) == 1:
            return sha256(b"\x00" + bytes.fromhex(part[0])).digest()
        half = 1
        while half * 2 < len(part):
            half *= 2
        return sha256(b"\x01" + node(part[:half]) + node(part[half:])).digest()

    return node(hashes).hex() if hashes else sha256(b"").hexdigest()


@given(HASHES)
def test_the_root_is_that_of_the_definition(hashes: list[str]) -> None:
    assert merkle_root(hashes) == root_by_definition(hashes)


@given(HASHES.filter(bool), st.data())
def test_no_other_list_has_the_same_root(hashes: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(hashes) - 1))
    other = sha256(bytes.fromhex(hashes[place])).hexdigest()
    root = merkle_root(hashes)
    assert merkle_root([*hashes[:place], other, *hashes[place + 1 :]]) != root
    assert merkle_root(hashes[:place] + hashes[place + 1 :]) != root
    assert merkle_root([*hashes, hashes[-1]]) != root
