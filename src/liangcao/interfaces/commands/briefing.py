"""`liangcao briefing DATE -o FILE`: Word, PDF, Excel, JSON or text, by the file's ending."""

from __future__ import annotations

import argparse
from pathlib import PurePath

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands import books, database
from liangcao.interfaces.commands.journalling import journal_export
from liangcao.interfaces.commands.output import print_json, write_file
from liangcao.interfaces.commands.words import in_words, language

ENDINGS = ("docx", "pdf", "xlsx", "json", "txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The day, the file, and the book where there are several."""
    parser.add_argument("date", metavar="DATE", help=in_words("日期,如 2020-02-03", "a day like 2020-02-03"))
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help=in_words("文件:.docx .pdf .xlsx .json .txt", "a .docx, .pdf, .xlsx, .json or .txt file"),
    )
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Write the briefing. The kind of file is refused before the database is asked."""
    ending = PurePath(args.output).suffix.lstrip(".").lower()
    if ending not in ENDINGS:
        raise Invalid(
            "FORMAT_UNKNOWN",
            f"文件“{args.output}”的结尾不对,可用 .docx .pdf .xlsx .json .txt",
            f'"{args.output}" has an ending that cannot be written; use .docx .pdf .xlsx .json .txt',
            field="output",
        )
    day = books.day_of(args.date)
    database.open_database()
    from liangcao.oversight.briefing import queries

    desk = books.one_desk(args.book)
    made = queries.briefing(desk.actor, desk.bureau.pk, day, at=desk.at)
    content, _ = queries.briefing_file(made, ending, actor=desk.actor, bureau_id=desk.bureau.pk, language=language())
    path = write_file(args.output, lambda file: file.write(content))
    journal_export(desk, kind="briefing", ref=day.isoformat(), format=ending)
    if args.json:
        print_json({"file": str(path), "bytes": len(content), "figures": len(made.figures.figures)})
    else:
        print(
            in_words(
                f"已写入 {path}({len(made.figures.figures)} 个数字)",
                f"Wrote {path} ({len(made.figures.figures)} figures)",
            )
        )
    return 0
