"""`liangcao seal`: close the days up to DATE in order and write the seals with their public keys; or change the
key."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any, BinaryIO

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands import books, database
from liangcao.interfaces.commands.journalling import journal_export
from liangcao.interfaces.commands.output import print_json, write_file
from liangcao.interfaces.commands.words import in_words

# A close by a timer has nobody to ask: what was left open stands in the seal, and this in the journal.
NO_REASON = "命令行封账,未另写理由"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The day, the file, why with open work, and the change of the key."""
    parser.add_argument(
        "date", nargs="?", metavar="DATE", help=in_words("封到哪一天,如 2020-02-03", "through which day")
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=in_words("封条文件写到哪里(请存到楼外)", "where to write the seals (keep them elsewhere)"),
    )
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help=in_words("还有未了事项时的理由", "why, where work is left open")
    )
    parser.add_argument(
        "--rotate-key",
        action="store_true",
        help=in_words("更换封账密钥,由旧密钥签字", "change the key, signed by the old one"),
    )
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Seal and write, or rotate. A day that is sealed already is only written out again."""
    if args.rotate_key:
        if args.date or args.output:
            raise Invalid(
                "SEAL_OR_ROTATE", "更换密钥请单独运行", "Change the key in a run of its own", field="rotate_key"
            )
        return _rotate(is_json=args.json)
    if not args.date or not args.output:
        raise Invalid(
            "SEAL_WHAT",
            "请写明日期和文件:liangcao seal 2020-02-03 -o 封条.jsonl",
            "Name the day and the file: liangcao seal 2020-02-03 -o seals.jsonl",
            field="date",
        )
    day = books.day_of(args.date)
    database.open_database()
    desk = books.one_desk(args.book)
    made, left = _seal_through(desk, day, args.reason)
    lines = _write(desk, day, args.output)
    if args.json:
        told = {"book": desk.bureau.code, "sealed": [str(seal.day) for seal in made], "file": args.output}
        print_json({**told, "rows": lines, "open": {line.key: line.count for line in left}})
    elif args.output != "-":
        for line in left:
            print(in_words(f"提醒:{line.zh} {line.count:,}", f"Note: {line.count:,} {line.en}"))
        print(
            in_words(
                f"新封 {len(made)} 天,封条已写入 {args.output}。请把它存到楼外:只有离开本机的封条才能发现截断和旧备份",
                f"Sealed {len(made)} days; the seals are in {args.output}. Keep them elsewhere: only a seal that left "
                "this machine finds a cut-off tail or an old backup",
            )
        )
    return 0


def _seal_through(desk: books.Desk, day: date, reason: str) -> tuple[list[Any], list[Any]]:
    """Seal the open days up to `day` in order, nothing where it is sealed; and what was left open."""
    from liangcao.foundation.kernel.ids import new_id
    from liangcao.ledger.actions import seal_day
    from liangcao.ledger.seals_queries import sealed_through
    from liangcao.oversight.watch.day_close import checklist

    sealed = sealed_through(desk.actor, desk.bureau.pk)
    if sealed is not None and day <= sealed:
        return [], []
    found = checklist(desk.actor, desk.bureau.pk, day=day, at=desk.at)
    made = seal_day(
        bureau_id=desk.bureau.pk, day=day, with_earlier=True, reason=reason or (NO_REASON if found.total else ""),
        client_id=new_id(), checklist=found.counts, by=desk.actor, at=desk.at,
    )  # fmt: skip
    return made, [line for line in found.lines if line.count]


def _write(desk: books.Desk, day: date, path: str) -> int:
    from liangcao.ledger.seals_queries import seal_lines

    lines = list(seal_lines(desk.actor, desk.bureau.pk, through=day))
    if not lines:
        raise Invalid("SEALS_NONE", f"{day} 以前没有封条", f"There are no seals through {day}", field="date")

    def produce(file: BinaryIO) -> None:
        file.writelines(line.encode() for line in lines)

    write_file(path, produce)
    journal_export(desk, kind="seals", format="jsonl", rows=len(lines), last=day)
    return len(lines)


def _rotate(*, is_json: bool) -> int:
    database.open_database()
    from liangcao.ledger.actions import rotate_seal_key

    desk = books.desks(None)[0]
    row = rotate_seal_key(by=desk.actor, at=desk.at)
    if is_json:
        print_json({"key": row.key_id, "previous": row.previous.key_id if row.previous else None})
    else:
        print(in_words(f"封账密钥已更换,新编号 {row.key_id}", f"The key was changed; the new one is {row.key_id}"))
    return 0
