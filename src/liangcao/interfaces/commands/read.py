"""`liangcao read FILE|-`: a message or a workbook into typed lines, one JSON object a line; no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liangcao.foundation.kernel.clock import business_date, now
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words

if TYPE_CHECKING:
    from liangcao.interfaces.intake.reading.catalogue import Catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to read, and what it is."""
    from liangcao.interfaces.intake.reading.tables import kinds

    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help=in_words(
            "文字、表格或 EPCIS 事件文件;- 为标准输入", "a text, a workbook or EPCIS events; - is standard input"
        ),
    )
    parser.add_argument(
        "--kind",
        choices=[kind.key for kind in kinds()],
        help=in_words("文件的类别,文中没有说明时用", "what the document is, where it is silent"),
    )
    parser.add_argument(
        "--jsonl",
        metavar="FILE|-",
        help=in_words(
            "每行一份 {id, text},每行答一份 {id, lines}", "one {id, text} a line in, one {id, lines} a line out"
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Print the lines. 0 also where nothing is found."""
    from liangcao.interfaces.intake.reading.catalogue import Catalogue

    if (args.file is None) == (args.jsonl is None):
        raise Invalid(
            "FILE_MISSING",
            "请指明一个文件(- 为标准输入),或用 --jsonl",
            "Name one file (- is standard input), or use --jsonl",
            field="file",
        )
    if args.jsonl is None:
        for record in _records(_content(args.file), args.file, args.kind, Catalogue.shipped()):
            print_json(record)
        return 0
    for number, line in enumerate(_content(args.jsonl).splitlines(), start=1):
        if line.strip():
            print_json(_answer(line, number, args.kind, Catalogue.shipped()))
    return 0


def _content(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _answer(line: bytes, number: int, kind: str | None, catalogue: Catalogue) -> dict[str, Any]:
    """The lines of one document of a list. Raises Invalid with the row of what is no document."""
    try:
        document = json.loads(line)
    except ValueError as error:
        raise _no_document(number, str(error)) from error
    if not isinstance(document, dict) or not isinstance(document.get("text"), str):
        raise _no_document(number, "id, text")
    told = document.get("kind") if isinstance(document.get("kind"), str) else kind
    return {"id": document.get("id"), "lines": list(_text_records(document["text"], told, catalogue))}


def _no_document(number: int, what: str) -> Invalid:
    return Invalid(
        "DOCUMENT_INVALID",
        f"第 {number} 行须是 {{id, text}} 形式的 JSON 对象:{what}",
        f"line {number} must be a JSON object {{id, text}}: {what}",
        row=number,
    )


def _records(content: bytes, name: str, kind: str | None, catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    from liangcao.interfaces.intake.reading.documents import read_document
    from liangcao.interfaces.intake.reading.events import is_events, read_events

    if is_events(content, name):
        yield from read_events(content)
        return
    for line in read_document(content, name, kind=kind, catalogue=catalogue, today=business_date(now())).lines:
        yield line.record()


def _text_records(text: str, kind: str | None, catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    from liangcao.interfaces.intake.reading.matching import with_candidates
    from liangcao.interfaces.intake.reading.text import read_text

    for line in with_candidates(read_text(text, kind=kind, today=business_date(now())), catalogue):
        yield line.record()
