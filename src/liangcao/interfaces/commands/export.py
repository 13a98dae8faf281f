"""`liangcao export`: the whole ledger as JSON lines for `verify`, a register as Excel, events as EPCIS."""

from __future__ import annotations

import argparse
from datetime import date
from typing import BinaryIO

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands import books, database
from liangcao.interfaces.commands.journalling import journal_export
from liangcao.interfaces.commands.output import print_json, write_file
from liangcao.interfaces.commands.words import in_words, language

# The registers, by the names that --kind takes.
KINDS = {
    "stock": "stock_statement",
    "receipts": "receipts_register",
    "issues": "issues_register",
    "handouts": "issue_register",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Format, file, and for a register its kind and period."""
    parser.add_argument(
        "--format",
        required=True,
        choices=("jsonl", "xlsx", "epcis"),
        help=in_words(
            "jsonl:全部单据;xlsx:登记表;epcis:流转事件(EPCIS 2.0 JSON-LD)",
            "jsonl: all documents; xlsx: a register; epcis: events (EPCIS 2.0 JSON-LD)",
        ),
    )
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help=in_words("写到哪里", "where to write"))
    parser.add_argument(
        "--kind",
        choices=[*KINDS, *KINDS.values()],
        help=in_words(
            "登记表:stock 储备明细表,receipts 入库台账,issues 出库台账,handouts 发放登记表",
            "the register: stock, receipts, issues, handouts (what each unit got)",
        ),
    )
    parser.add_argument(
        "--ref",
        metavar="REF",
        help=in_words(
            "只要这一件的追溯(仅 epcis):批次、单据号、来源单号、申领单号或单位编码",
            "only the trace of this (epcis): a lot, a document, a source, a requisition, or a unit's code",
        ),
    )
    parser.add_argument("--from", dest="from_", metavar="D", help=in_words("起始日期", "first day"))
    parser.add_argument("--to", metavar="D", help=in_words("截止日期", "last day"))
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Write the file; with --json say what it holds."""
    from_, to = (books.day_of(text) if text else None for text in (args.from_, args.to))
    _check_options(args)
    database.open_database()
    desk = books.one_desk(args.book)
    if args.format == "jsonl":
        rows = _export_book(desk, args.output)
    elif args.format == "epcis":
        rows = _export_events(desk, args.output, args.ref, from_, to)
    else:
        rows = _export_register(desk, KINDS.get(args.kind, args.kind), args.output, from_, to)
    if args.json:
        print_json({"file": args.output, "rows": rows})
    elif args.output != "-":
        print(in_words(f"已写入 {args.output}({rows:,} 行)", f"Wrote {args.output} ({rows:,} rows)"))
    return 0


def _check_options(args: argparse.Namespace) -> None:
    """Raise Invalid for what does not go together: WHOLE_BOOK_ONLY, KIND_NEEDED, KIND_IS_FOR_REGISTERS,
    REF_IS_FOR_EVENTS."""
    if args.ref and args.format != "epcis":
        raise Invalid(
            "REF_IS_FOR_EVENTS",
            "--ref 只用于 --format epcis",
            "--ref goes with --format epcis only",
            field="ref",
        )
    if args.format == "jsonl" and (args.kind or args.from_ or args.to):
        raise Invalid(
            "WHOLE_BOOK_ONLY",
            "jsonl 是整本台账(核验要从第一张单据开始),不能选类别或日期",
            "jsonl is the whole book (verify begins at the first document); it takes no kind and no days",
            field="kind",
        )
    if args.format == "xlsx" and not args.kind:
        raise Invalid(
            "KIND_NEEDED",
            f"请用 --kind 指明登记表:{' '.join(KINDS)}",
            f"Name the register with --kind: {' '.join(KINDS)}",
            field="kind",
        )
    if args.format == "epcis" and args.kind:
        raise Invalid(
            "KIND_IS_FOR_REGISTERS",
            "--kind 是登记表的类别,epcis 导出全部事件;可用 --from、--to、--ref 缩小范围",
            "--kind names a register; epcis holds all events. Narrow it with --from, --to and --ref",
            field="kind",
        )


def _export_book(desk: books.Desk, path: str) -> int:
    """All documents in ledger order from one snapshot, a line each; returns how many."""
    from liangcao.foundation.database.snapshot import snapshot
    from liangcao.foundation.journal.batches import bring_up_to_date
    from liangcao.ledger.export import json_lines

    bring_up_to_date()
    count = 0

    def produce(file: BinaryIO) -> None:
        nonlocal count
        with snapshot():
            for line in json_lines(desk.actor, desk.bureau.pk):
                file.write(line.encode())
                count += 1

    write_file(path, produce)
    journal_export(desk, kind="ledger", format="jsonl", rows=count)
    return count


def _export_events(desk: books.Desk, path: str, ref: str | None, from_: date | None, to: date | None) -> int:
    """The events of the book, of a period, or of one trace; returns how many."""
    from liangcao.foundation.database.snapshot import snapshot
    from liangcao.foundation.kernel.spans import check_span
    from liangcao.interfaces.commands.trace import trace_in
    from liangcao.ledger.epcis import Selection, write_document

    check_span(from_, to)
    count = 0

    def produce(file: BinaryIO) -> None:
        nonlocal count
        with snapshot():
            lots = frozenset(lot.pk for lot in trace_in(desk, ref).lots) if ref else None
            count = write_document(file, desk.actor, desk.bureau.pk, Selection(from_, to, lots))

    write_file(path, produce)
    journal_export(desk, kind="ledger", ref=ref or "", format="epcis", rows=count, first=from_, last=to)
    return count


def _export_register(desk: books.Desk, kind: str, path: str, from_: date | None, to: date | None) -> int:
    """A register over a period; without days from the first document on, until today."""
    from liangcao.foundation.kernel.clock import business_date, day_end
    from liangcao.oversight.briefing import queries

    last = to or business_date(desk.at)
    first = from_ or queries.first_day(desk.actor, desk.bureau.pk) or last
    made = queries.register(desk.actor, desk.bureau.pk, kind, from_=first, to=last, language=language())
    content = queries.register_file(made, made_at=day_end(last))
    write_file(path, lambda file: file.write(content))
    journal_export(desk, kind="register", ref=kind, format="xlsx", rows=made.totals.rows, first=first, last=last)
    return made.totals.rows
