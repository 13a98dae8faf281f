"""`liangcao figures --date D`: every figure of a day."""

from __future__ import annotations

import argparse

from liangcao.interfaces.commands import books, database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words, language


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The day, and the book where there are several."""
    parser.add_argument(
        "--date", metavar="D", help=in_words("日期,如 2020-02-03;不写为今天", "a day like 2020-02-03; today without it")
    )
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Print the figures: one JSON object, or a line each."""
    database.open_database()
    from liangcao.foundation.kernel.clock import business_date
    from liangcao.oversight.briefing.queries import day_figures, plain_figures

    desk = books.one_desk(args.book)
    day = books.day_of(args.date) if args.date else business_date(desk.at)
    found = day_figures(desk.actor, desk.bureau.pk, day, at=desk.at)
    if args.json:
        print_json({"figures": plain_figures(found)})
        return 0
    for figure in found.figures:
        print(f"{figure.key}\t{figure.label(language())}\t{figure.value:,} {figure.unit}")
    return 0
