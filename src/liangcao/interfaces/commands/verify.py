"""`liangcao verify`: the books of the database, or an exported file alone, with the seals that were kept elsewhere:
without Django, a database or a server."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO, TypeVar

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands import books
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words
from liangcao.ledger.seals_proof import SealChain, SealFault
from liangcao.ledger.verify_records import read_seals, verify_lines

FILES_MOST = 2
Read = TypeVar("Read")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing for the database; an export, and the seals that were kept outside, for files alone."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help=in_words(
            "导出的 .jsonl 文件,以及另存的封条文件;不写则核验数据库",
            "an exported .jsonl file, then the seals kept elsewhere; without files, the database",
        ),
    )
    parser.add_argument(
        "--key",
        metavar="ID",
        help=in_words(
            "封条的第一把公钥编号应为(首次启用时记下的)", "the first public key must be this one (noted at the start)"
        ),
    )
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Print the result; 0 only when everything fits."""
    if args.key and len(args.files) != FILES_MOST:
        raise Invalid(
            "SEALS_NEEDED", "--key 要和封条文件一起用", "--key goes together with a file of seals", field="key"
        )
    result = verify_file(args.files, key=args.key) if args.files else verify_database(args.book)
    if args.json:
        print_json(result)
    else:
        print(sentence(result))
    return 0 if result["ok"] else 1


def verify_file(files: list[str], *, key: str | None = None) -> dict[str, Any]:
    """Check an exported file, and with a second file that it is still what those seals signed. Needs no database.

    Raises Invalid FILES_TOO_MANY, EXPORT_EMPTY, EXPORT_UNREADABLE, SEALS_EMPTY."""
    if len(files) > FILES_MOST:
        raise Invalid(
            "FILES_TOO_MANY",
            "只能给一个导出文件和一个封条文件",
            "Give one export and one file of seals",
            field="files",
        )
    outside = _outside_seals(files[1], key) if len(files) == FILES_MOST else None
    check = _read(files[0], lambda file: verify_lines(file, outside))
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
        "seals": len(outside.seals if outside else check.seals.seals),
    }


def _read(path: str, use: Callable[[TextIO], Read]) -> Read:
    try:
        with Path(path).open(encoding="utf-8") as file:
            return use(file)
    except UnicodeDecodeError:
        raise Invalid(
            "EXPORT_UNREADABLE",
            f"{path} 不是文本文件,不像 liangcao export 或 liangcao seal 写出的文件",
            f"{path} is not text, so not written by liangcao export or liangcao seal",
            field="files",
        ) from None


def _outside_seals(path: str, key: str | None) -> SealChain:
    seals = _read(path, read_seals)
    if not seals.seals and seals.fault is None:
        raise Invalid("SEALS_EMPTY", f"{path} 里没有封条", f"{path} holds no seals", field="files")
    first = next(iter(seals.ring.keys), None)
    if key and first != key:
        seals.fault = SealFault(1, "seal_key", f"the first key is {first}, not {key}")
    return seals


def verify_database(book: str | None) -> dict[str, Any]:
    """Check the books of the database, one of them or all."""
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
        "seals": sum(r["seals"] for r in results),
        "books": results,
    }


def sentence(result: dict[str, Any]) -> str:
    """The result in one line."""
    counted = in_words(
        f"{result['moves']:,} 张单据、{result['postings']:,} 条分录、{result['journal_entries']:,} 条日志、"
        f"{result['seals']:,} 个封条",
        f"{result['moves']:,} documents, {result['postings']:,} postings, "
        f"{result['journal_entries']:,} journal entries, {result['seals']:,} seals",
    )
    if result["ok"]:
        return in_words(f"核验通过:{counted}", f"Verified: {counted}")
    bad = result["first_bad"]
    place = f"{bad.get('book', '')} #{bad['seq']} {bad['kind']}: {bad['what']}".strip()
    return in_words(f"核验不通过,第一处:{place}", f"Not verified, first fault: {place}")
