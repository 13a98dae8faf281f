"""verify: of the database and of an exported file; the first bad entry is named after every planted edit."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from liangcao.foundation.kernel.chain import GENESIS
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands.verify import verify_file
from liangcao.ledger.record import hash_of
from tests.interfaces.commands.conftest import Shell

Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def exported(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "book.jsonl"
    shell.said("export", "--format", "jsonl", "-o", str(path))
    return path


def test_refusals(tmp_path: Path, exported: Path, shell: Shell) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "picture.jsonl").write_bytes(b"\x89PNG\xff\xfe")
    for files, code in (
        (["empty.jsonl"], "EXPORT_EMPTY"),
        (["picture.jsonl"], "EXPORT_UNREADABLE"),
        (["empty.jsonl", "empty.jsonl"], "SEALS_EMPTY"),
        (["empty.jsonl", "seals", "more"], "FILES_TOO_MANY"),
    ):
        with pytest.raises(Invalid) as told:
            verify_file([str(tmp_path / name) for name in files])
        assert told.value.code == code
    assert "没有这个文件或目录" in shell.refused("verify", str(tmp_path / "none.jsonl"))


def test_the_database_and_its_export_agree(shell: Shell, exported: Path) -> None:
    of_database = json.loads(shell.said("verify", "--json"))
    of_file = json.loads(shell.said("verify", str(exported), "--json"))
    assert of_database.pop("books")[0]["book"] == "shili"
    # The export is an entry itself, and later ones may have followed.
    assert of_database.pop("journal_entries") >= of_file["journal_entries"] > 0
    assert of_database.pop("journal_batches") >= of_file["journal_batches"] > 0
    assert of_database.items() <= of_file.items()
    assert of_file["ok"] is True
    counted = of_file["moves"] + of_file["journal_batches"] + of_file["journal_entries"]
    assert counted == len(exported.read_text().splitlines())
    assert "核验通过" in shell.said("verify")
    assert "Verified" in shell.said("verify", str(exported), language="en")


def test_a_file_is_verified_without_django(exported: Path) -> None:
    program = (
        "import sys; from liangcao.interfaces import console; code = console.main(['verify', sys.argv[1]]);"
        "sys.exit(code or ('django' in sys.modules) * 9)"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", program, str(exported)], stdout=subprocess.DEVNULL, check=False
        ).returncode
        == 0
    )


def relinked(records: Records) -> Records:
    """A forger recomputes every hash: only the content itself can betray him."""
    previous = GENESIS
    for record in records:
        record["previous_hash"] = previous
        record["hash"] = previous = hash_of(record, previous)
    return records


def posting(records: Records, kind: str) -> tuple[int, list[Any]]:
    """(place, first posting) of the first document of a kind."""
    place = next(place for place, record in enumerate(records) if record["kind"] == kind)
    return place, records[place]["postings"][0]


def change(path: str, value: object, *, kind: str = "issue") -> Callable[[Records], int]:
    def edit(records: Records) -> int:
        place, _ = posting(records, kind)
        records[place][path] = value
        return place + 1

    return edit


def change_posting(
    position: int, value: object, *, kind: str = "issue", forged: bool = False
) -> Callable[[Records], int]:
    def edit(records: Records) -> int:
        place, first = posting(records, kind)
        first[position] = value
        if forged:
            relinked(records)
        return place + 1

    return edit


def remove(place: int) -> Callable[[Records], int]:
    def edit(records: Records) -> int:
        del records[place]
        return place + 1

    return edit


def swap(records: Records) -> int:
    records[3], records[4] = records[4], records[3]
    return 4


def repeat(records: Records) -> int:
    records.insert(5, records[4])
    return 6


def forge_id(records: Records) -> int:
    records[6]["id"] = records[2]["id"]
    relinked(records)
    return 7


def forge_time(records: Records) -> int:
    records[6]["recorded_at"] = "2019-01-01T00:00:00.000000Z"
    relinked(records)
    return 7


def forge_lots(records: Records) -> int:
    place = next(place for place, record in enumerate(records) if record["lots"])
    records[place]["lots"] = []
    relinked(records)
    return place + 1


EDITS: dict[str, tuple[Callable[[Records], int], str]] = {
    "quantity": (change_posting(6, 1), "hash"),
    "lot": (change_posting(1, "00000000-0000-0000-0000-000000000000"), "hash"),
    "target": (change_posting(5, "recipient::U99"), "hash"),
    "item": (change_posting(2, "T-other"), "hash"),
    "unit": (change_posting(3, "箱"), "hash"),
    "business date": (change("business_date", "2020-02-02"), "hash"),
    "recorded time": (change("recorded_at", "2020-02-03T05:00:00.000000Z"), "hash"),
    "actor": (change("actor", {"id": 1, "name": "别人"}), "hash"),
    "cause": (change("cause", ["test", "别的"]), "hash"),
    "reason": (change("reason", "改过"), "hash"),
    "number": (change("number", "CK20200203-999"), "hash"),
    "hash": (change("hash", "0" * 64), "hash"),
    "previous hash": (change("previous_hash", "0" * 64), "previous_hash"),
    "an entry left out": (remove(4), "seq"),
    "the first entry left out": (remove(0), "seq"),
    "two entries swapped": (swap, "seq"),
    "an entry twice": (repeat, "seq"),
    "postings left out": (change("postings", []), "hash"),
    "forged: more than was there": (change_posting(6, 999_999, forged=True), "negative"),
    "forged: a quantity of nothing": (change_posting(6, 0, forged=True), "posting"),
    "forged: a quantity of true": (change_posting(6, True, forged=True), "posting"),
    "forged: to itself": (change_posting(5, "reserved:S1:U05", forged=True), "posting"),
    "forged: an id twice": (forge_id, "id"),
    "forged: back in time": (forge_time, "recorded_at"),
    "forged: lots left out": (forge_lots, "posting"),
}


@pytest.mark.parametrize("name", list(EDITS))
def test_the_first_bad_entry_is_named(name: str, exported: Path, tmp_path: Path) -> None:
    edit, kind = EDITS[name]
    records = [json.loads(line) for line in exported.read_text().splitlines() if not line.startswith('{"journal_')]
    place = edit(records)
    altered = tmp_path / "altered.jsonl"
    altered.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records))
    result = verify_file([str(altered)])
    assert result["ok"] is False
    assert (result["first_bad"]["seq"], result["first_bad"]["kind"]) == (place, kind)


def test_a_broken_line_is_named(exported: Path, tmp_path: Path) -> None:
    lines = exported.read_text().splitlines()
    lines[3] = lines[3][:-5]
    (tmp_path / "broken.jsonl").write_text("\n".join(lines))
    assert verify_file([str(tmp_path / "broken.jsonl")])["first_bad"] == {
        "seq": 4,
        "kind": "line",
        "what": "is not JSON",
    }


def test_an_edit_of_the_database_is_found(own_shell: Shell) -> None:
    path = own_shell.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(
            "UPDATE ledger_posting SET quantity = quantity - 1 WHERE id = (SELECT min(id) FROM ledger_posting)"
        )
    done = own_shell("verify", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["first_bad"]["book"], told["first_bad"]["seq"], told["first_bad"]["kind"]) == ("shili", 1, "hash")
    done = own_shell("rebuild", "--check", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["first_bad"]["kind"] == "balance"
    assert "与分录不一致" in own_shell("rebuild", "--check").stdout


def test_rebuild_compares_only(shell: Shell) -> None:
    assert "--check" in shell.refused("rebuild")
    assert json.loads(shell.said("rebuild", "--check", "--json")) == {"ok": True, "first_bad": None, "books": ["shili"]}
