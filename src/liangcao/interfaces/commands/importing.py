"""`liangcao import --kind K FILE`: a file read, and imported whole where nothing has to be asked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands import books, database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words, language

if TYPE_CHECKING:
    from liangcao.interfaces.intake.models import ImportRun

COMMAND_LINE = "命令行"
PROBLEMS_MOST = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The kind, the file, and what is true of the whole."""
    from liangcao.interfaces.intake.reading.tables import kinds

    parser.add_argument(
        "file", metavar="FILE", help=in_words("表格或文字文件;- 为标准输入", "a table or a text; - is stdin")
    )
    parser.add_argument(
        "--kind",
        required=True,
        metavar="K",
        help=in_words("类别:", "kind: ") + " ".join(kind.key for kind in kinds()),
    )
    parser.add_argument(
        "--check", action="store_true", help=in_words("只核对,什么也不写入", "only check: nothing is written")
    )
    parser.add_argument(
        "--confirm",
        action="store_true",
        help=in_words("待确认的行按读出的内容导入", "import rows that are to be confirmed as they were read"),
    )
    parser.add_argument(
        "--again", action="store_true", help=in_words("同样的内容再导入一次", "the same content is meant once more")
    )
    parser.add_argument("--sender", metavar="TEXT", default="", help=in_words("来文单位或联系人", "who sent it"))
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help=in_words(
            "整份文件的说明,如 store=S1 source_kind=gift", "what is true of the whole: store=S1 source_kind=gift"
        ),
    )
    books.add_book(parser)


def run(args: argparse.Namespace) -> int:
    """Print {rows, accepted, asked, refused, problems}. 0 when everything was imported, came before, or (--check) may
    be imported; 1 otherwise, and then nothing was imported."""
    content = _content(args.file)
    _open()
    desk = books.one_desk(args.book)
    from django.db import transaction

    from liangcao.interfaces.intake.importing.kinds import importers

    if args.kind not in importers():
        from liangcao.interfaces.intake.importing.actions import check_kind

        check_kind(args.kind)
    if not args.check:
        done, told = _imported(args, desk, content)
    else:
        with transaction.atomic():
            done, told = _imported(args, desk, content)
            transaction.set_rollback(True)
        _forget(content)
    _say(args, told)
    return 0 if done else 1


def _forget(content: bytes) -> None:
    """Take away the bytes that a check kept, unless another import keeps the same."""
    from liangcao.foundation.files.paths import path_of
    from liangcao.foundation.files.queries import is_kept
    from liangcao.foundation.kernel.chain import digest

    if not is_kept(digest(content)):
        path_of(digest(content)).unlink(missing_ok=True)


def _content(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    path = Path(name)
    if not path.is_file():
        raise Invalid(
            "FILE_MISSING",
            f"没有文件 {name},请核对路径",
            f"There is no file {name}; check the path",
            field="file",
        )
    return path.read_bytes()


def _open() -> None:
    """Open the database; one that is missing is made."""
    database.start()
    from django.db import connection

    path = database.sqlite_path(connection)
    if path is not None and not path.exists():
        database.migrate()
        from liangcao.interfaces.commands.first_bureau import found_bureau

        found_bureau()
    database.open_database()


def _imported(args: argparse.Namespace, desk: books.Desk, content: bytes) -> tuple[bool, dict[str, Any]]:
    """Whether all went well, and what is printed."""
    from liangcao.interfaces.intake.importing import correcting
    from liangcao.interfaces.intake.importing.actions import begin_import
    from liangcao.interfaces.intake.importing.jobs import read_now
    from liangcao.interfaces.intake.importing.queries import summary
    from liangcao.interfaces.intake.importing.taking_over import import_rows

    who: dict[str, Any] = {"by": desk.actor, "at": desk.at}
    run = begin_import(
        bureau_id=desk.bureau.pk,
        kind=args.kind,
        name=Path(args.file).name if args.file != "-" else "stdin",
        content=content,
        sender=args.sender or COMMAND_LINE,
        given=_given(args.set, desk),
        again=args.again,
        is_queued=False,
        client_id=uuid4(),
        **who,
    )
    if run.status in ("imported", "known"):
        return True, _told(run, desk, before=True)
    run = read_now(run, at=desk.at)
    if run.status == "failed":
        refusal = run.refusal or {}
        raise Invalid(refusal.get("code", "FILE_DAMAGED"), refusal.get("zh", ""), refusal.get("en", ""), field="file")
    if run.status == "known":
        return True, _told(run, desk, before=True)
    found = summary(desk.actor, run.pk)
    if args.confirm and found.asked:
        correcting.confirm_rows(run_id=run.pk, client_id=uuid4(), **who)
        found = summary(desk.actor, run.pk)
    is_ready = not (found.asked or found.refused)
    told = _told(run, desk)
    if args.check:
        return found.refused == 0, told
    if is_ready:
        run = import_rows(run_id=run.pk, is_queued=False, client_id=uuid4(), **who)
        told |= {"status": run.status, "made": _made(run, desk)}
    return is_ready, told


def _made(run: ImportRun, desk: books.Desk) -> list[dict[str, Any]]:
    from liangcao.interfaces.intake.importing.queries import made_of

    return [
        {"kind": made["made_kind"], "number": made["made_ref"], "rows": made["rows"]}
        for made in made_of(desk.actor, run.pk)
    ]


def _given(pairs: list[str], desk: books.Desk) -> dict[str, Any]:
    """KEY=VALUE as the actions take them; stores, units and categories by their code."""
    from liangcao.reference.catalog import queries as catalog
    from liangcao.reference.parties import queries as parties

    told: dict[str, Any] = {}
    rows: dict[str, Any] = {
        "store": lambda: parties.stores(desk.actor, bureau_id=desk.bureau.pk),
        "organisation": lambda: parties.organisations(desk.actor, bureau_id=desk.bureau.pk),
        "category": lambda: catalog.categories(desk.actor),
    }
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key in rows:
            found = rows[key]().filter(code=value).values_list("pk", flat=True).first()
            if found is None:
                raise Invalid("CODE_UNKNOWN", f"没有编码 {value}", f"There is no code {value}", field=key)
            told[key] = found
        else:
            told[key] = value
    return told


def _told(run: ImportRun, desk: books.Desk, *, before: bool = False) -> dict[str, Any]:
    """What is printed: the figures, and each problem with sheet, row, column and what to do."""
    from liangcao.interfaces.intake.importing.queries import summary

    held = run.same_as or run
    found = summary(desk.actor, held.pk)
    told: dict[str, Any] = {
        "rows": found.rows,
        "accepted": found.accepted,
        "asked": found.asked,
        "refused": found.refused,
        "problems": _came_before(held) if before else _problems(run, desk),
        "import": run.number,
        "status": run.status,
    }
    return told


def _came_before(held: ImportRun) -> list[dict[str, Any]]:
    from liangcao.foundation.kernel.clock import LOCAL

    when = f"{held.ended_at.astimezone(LOCAL):%Y-%m-%d %H:%M}" if held.ended_at else ""
    message = in_words(
        f"同样的内容已于 {when} 导入({held.number}),没有重复导入",
        f"The same content was imported on {when} ({held.number}); nothing was imported twice",
    )
    return [{"sheet": None, "row": None, "column": None, "code": "CAME_BEFORE", "message": message}]


def _problems(run: ImportRun, desk: books.Desk) -> list[dict[str, Any]]:
    """The reader's problems with their columns, then what only the database could tell."""
    from liangcao.interfaces.intake.importing.queries import rows_of
    from liangcao.interfaces.intake.importing.reasons import reason_text

    tongue = "en" if language().startswith("en") else "zh"
    problems = [
        {key: each[key] for key in ("sheet", "row", "column", "code")} | {"message": each[tongue]}
        for each in run.told.get("problems", ())
    ]
    known = {(each["sheet"], each["row"], each["code"]) for each in problems}
    waiting = rows_of(desk.actor, run.pk).filter(status__in=("confirm", "wrong"))
    for row in waiting.iterator(chunk_size=2000):
        problems += [
            {
                "sheet": row.sheet, "row": row.row, "column": None, "code": code,
                "message": f"{_place(row)}{reason_text(code)[1 if tongue == 'en' else 0]}",
            }
            for code in row.reasons
            if (row.sheet, row.row, code) not in known
        ]  # fmt: skip
    return problems[:PROBLEMS_MOST]


def _place(row: Any) -> str:
    sheet = f"“{row.sheet}”" if row.sheet else ""
    return in_words(f"{sheet}第 {row.row} 行:", f"{sheet} row {row.row}: ".lstrip())


def _say(args: argparse.Namespace, told: dict[str, Any]) -> None:
    if args.json:
        print_json(told)
        return
    print(
        in_words(
            f"{told['import']}:{told['rows']:,} 行,可导入 {told['accepted']:,},待确认 {told['asked']:,},"
            f"有误 {told['refused']:,}",
            f"{told['import']}: {told['rows']:,} rows, {told['accepted']:,} good, {told['asked']:,} to be confirmed, "
            f"{told['refused']:,} wrong",
        )
    )
    for problem in told["problems"]:
        print(problem["message"])
    if args.check:
        print(in_words("只作核对,没有写入。", "Only checked: nothing was written."))
    elif told["status"] == "imported" and "made" in told:
        print(in_words("已导入:", "Imported: ") + " ".join(each["number"] for each in told["made"]))
    elif told["status"] == "read":
        print(
            in_words(
                "没有导入。请在网页“导入”中更正这次导入,或改好文件后重来。",
                "Nothing was imported. Correct this import on the page “Imports”, or mend the file and send it again.",
            )
        )
