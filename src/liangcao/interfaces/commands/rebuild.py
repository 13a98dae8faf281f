"""`liangcao rebuild --check`: balances and the sums of the days, recomputed from the postings and compared."""

from __future__ import annotations

import argparse

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands import books, database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Only the comparison exists: caches are never overwritten behind the back of a running desk."""
    parser.add_argument("--check", action="store_true", help=in_words("只比较,不改写", "compare only, change nothing"))
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Print the first difference of each book; 0 only when there is none."""
    if not args.check:
        raise Invalid(
            "CHECK_NEEDED",
            "请写 liangcao rebuild --check(只比较,不改写)",
            "Write liangcao rebuild --check (it compares, it changes nothing)",
        )
    database.open_database()
    from liangcao.foundation.database.snapshot import snapshot
    from liangcao.ledger.queries import book_of
    from liangcao.ledger.verify import first_cache_error

    with snapshot():
        found = [
            (desk.bureau.code, first_cache_error(book_of(desk.actor, desk.bureau.pk)))
            for desk in books.desks(args.book)
        ]
    bad = next(({"book": code, **fault.as_plain()} for code, fault in found if fault), None)
    if args.json:
        print_json({"ok": bad is None, "first_bad": bad, "books": [code for code, _ in found]})
    elif bad is None:
        print(in_words("结存和按日的合计都与分录一致", "Balances and the sums of the days agree with the postings"))
    else:
        shown = f"{bad['book']} {bad['kind']}: {bad['what']}"
        print(in_words(f"与分录不一致,第一处:{shown}", f"Does not agree with the postings, first: {shown}"))
    return 0 if bad is None else 1
