"""A register of 1,000,000 rows as Excel and CSV, through its page: seconds, megabytes, and the memory beyond that of
the idle process. Beside it in the same run, the raw limit: as many rows of ready values put into such a file.

LIANGCAO_BENCH_EXPORTED sets the rows (1,000,000 unless told otherwise)."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from benchmarks.generators_ledger import LOT_POSTINGS, fill_book
from benchmarks.test_pages import reader
from tests.factories.world import make_world

ROWS = int(os.environ.get("LIANGCAO_BENCH_EXPORTED", "1000000"))
FEW = 10_000
MIB = 1 << 20


def memory(name: str) -> float:
    """VmHWM, the most since `forget`, or VmRSS, in MiB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def forget() -> None:
    """The most memory is counted anew from here."""
    Path("/proc/self/clear_refs").write_text("5")


def exported(client: Any, address: str) -> tuple[float, float, float, int]:
    """Seconds, MiB of the file, MiB of memory beyond what the process held before, rows of text in it (CSV)."""
    forget()
    held, begun, size, lines = memory("VmRSS"), time.perf_counter(), 0, 0
    answer = client.get(address)
    assert answer.status_code == 200, answer
    for piece in answer.streaming_content if answer.streaming else [answer.content]:
        size += len(piece)
        lines += piece.count(b"\n")
    answer.close()
    return time.perf_counter() - begun, size / MIB, memory("VmHWM") - held, lines


def plain(count: int) -> Iterator[list[Any]]:
    """Rows like the register's, ready made."""
    for place in range(count):
        yield ["2020-02-03", f"LG-{place:08d}", "示例医院", "一次性医用口罩", place % 900, "只", "一号库", "", "", ""]


def raw_csv(file: IO[bytes], count: int) -> None:
    """The rows by the standard library."""
    with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        csv.writer(text).writerows(plain(count))


def raw_xlsx(file: IO[bytes], count: int) -> None:
    """The rows by the library that writes workbooks."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    page = book.add_worksheet()
    for line, values in enumerate(plain(count)):
        page.write_row(line, 0, values)
    book.close()


RAW: dict[str, Callable[[IO[bytes], int], None]] = {"csv": raw_csv, "xlsx": raw_xlsx}


def test_export_of_a_long_register(fresh_database: object, engine: str) -> None:
    world = make_world()
    # Of fifty postings of a lot, one is its receipt and the others are issues.
    lots = -(-ROWS // (LOT_POSTINGS - 1))
    fill_book(world, lots * LOT_POSTINGS)
    client = reader(world)
    page = "/ledger/registers/issues_register/?from=2019-11-01&to=2020-03-31&format="
    for kind, write in RAW.items():
        spent, size, more, lines = exported(client, page + kind)
        begun = time.perf_counter()
        with tempfile.TemporaryFile() as file:
            write(file, ROWS)
        raw = time.perf_counter() - begun
        print(
            f"\n{engine} {kind}: {ROWS} rows in {spent:.1f} s, {size:.0f} MiB, {more:.0f} MiB of memory;"
            f" the rows alone {raw:.1f} s, {spent / raw:.1f} times"
        )
        assert kind != "csv" or lines > ROWS
