"""`liangcao verify`: the books of the database, or an exported file alone, without Django."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands import books
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing for the database; an export, and later its seals, for files alone."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="EXPORT",
        help=in_words("导出的 .jsonl 文件;不写则核验数据库", "an exported .jsonl file; without it, the database"),
    )
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Print the result; 0 only when everything fits."""
    result = verify_file(args.files) if args.files else _verify_database(args.book)
    if args.json:
        print_json(result)
    else:
        print(_sentence(result))
    return 0 if result["ok"] else 1


def verify_file(files: list[str]) -> dict[str, Any]:
    """Check an exported file. Raises Invalid SEALS_UNKNOWN for a second file, EXPORT_EMPTY, EXPORT_UNREADABLE."""
    from liangcao.ledger.verify_records import verify_lines

    if len(files) > 1:
        raise Invalid(
            "SEALS_UNKNOWN",
            "本版本还没有封条,只能给一个导出文件",
            "This version knows no seals yet; give the export alone",
            field="files",
        )
    try:
        with Path(files[0]).open(encoding="utf-8") as file:
            check = verify_lines(file)
    except UnicodeDecodeError:
        raise Invalid(
            "EXPORT_UNREADABLE",
            f"{files[0]} 不是文本文件,不像 liangcao export 的导出",
            f"{files[0]} is not text, so not an export",
            field="files",
        ) from None
    if not check.moves and not check.journal.batches and check.first_bad is None:
        raise Invalid("EXPORT_EMPTY", f"{files[0]} 里没有单据", f"{files[0]} holds no documents", field="files")
    bad = check.first_bad.as_plain() if check.first_bad else None
    return {
        "ok": bad is None,
        "first_bad": bad,
        "moves": check.moves,
        "postings": check.postings,
        "journal_batches": check.journal.batches,
        "journal_entries": check.journal.entries,
    }


def _verify_database(book: str | None) -> dict[str, Any]:
    from liangcao.interfaces.commands import database

    database.open_database()
    from liangcao.foundation.database.snapshot import snapshot
    from liangcao.foundation.journal.batches import bring_up_to_date
    from liangcao.ledger.verify import verify_book

    bring_up_to_date()
    with snapshot():
        results = [verify_book(desk.actor, desk.bureau.pk).as_plain() for desk in books.desks(book)]
    bad = next(({"book": r["book"], **r["first_bad"]} for r in results if not r["ok"]), None)
    return {
        "ok": bad is None,
        "first_bad": bad,
        "moves": sum(r["moves"] for r in results),
        "postings": sum(r["postings"] for r in results),
        "journal_batches": sum(r["journal_batches"] for r in results),
        "journal_entries": sum(r["journal_entries"] for r in results),
        "books": results,
    }


def _sentence(result: dict[str, Any]) -> str:
    counted = in_words(
        f"{result['moves']:,} 张单据、{result['postings']:,} 条分录、{result['journal_entries']:,} 条日志",
        f"{result['moves']:,} documents, {result['postings']:,} postings, "
        f"{result['journal_entries']:,} journal entries",
    )
    if result["ok"]:
        return in_words(f"核验通过:{counted}", f"Verified: {counted}")
    bad = result["first_bad"]
    place = f"{bad.get('book', '')} #{bad['seq']} {bad['kind']}: {bad['what']}".strip()
    return in_words(f"核验不通过,第一处:{place}", f"Not verified, first fault: {place}")
