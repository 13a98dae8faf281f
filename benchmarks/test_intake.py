"""Reading what people send: a workbook of 100,000 rows and 12 columns, and 2,000 messages.

Beside it in the same run: the raw limit (calamine alone, which is the library under it, giving bare cells) and rivals
(openpyxl in read-only mode, and pandas over it, which many programs use). Sizes by LIANGCAO_BENCH_ROWS.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = int(os.environ.get("LIANGCAO_BENCH_ROWS", "100000"))
COLUMNS = ("申请单位", "物资", "规格", "单位", "数量", "需要日期", "联系人", "联系电话", "地址", "缓急", "备注", "序号")
TEXTS = Path(__file__).parent.parent / "tests" / "interfaces" / "intake" / "reading" / "fresh_texts.jsonl"
MESSAGES = 2_000


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import xlsxwriter

    path = tmp_path_factory.mktemp("intake") / "requisitions.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("需求")
    sheet.write_row(0, 0, COLUMNS)
    items = ("N95口罩", "医用外科口罩", "防护服", "护目镜", "84消毒液")
    for row in range(1, ROWS + 1):
        item, unit = items[row % 5], "只只套副桶"[row % 5]
        sheet.write_row(
            row, 0,
            (f"示例医院{row % 900}", item, "", unit, row % 997 + 1, "2020-03-02", "设备科", "", f"示例路{row}号", "一般", "", row),
        )  # fmt: skip
    book.close()
    return path


def _apart(work: str, path: Path) -> dict[str, Any]:
    """Seconds of processor and peak memory of some work in a process of its own."""
    script = (
        "import json, sys, time; from pathlib import Path; from benchmarks.test_intake import WORK;"
        " before = time.process_time(); n = WORK[sys.argv[1]](sys.argv[2]);"
        " told = Path('/proc/self/status').read_text().split('VmHWM:')[1]; used = int(told.split()[0]) // 1024;"
        " print(json.dumps({'n': n, 'seconds': time.process_time() - before, 'mib': used}))"
    )
    done = subprocess.run([sys.executable, "-c", script, work, str(path)], capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _raw(path: str) -> int:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _rival(path: str) -> int:
    from openpyxl import load_workbook

    return sum(1 for sheet in load_workbook(path, read_only=True) for _ in sheet.iter_rows(values_only=True))


def _pandas(path: str) -> int:
    import pandas

    # As most programs call it; asked for texts, it would not have to guess what is a number.
    tables = pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    return sum(len(table) for table in tables.values())


def _opened(path: str) -> int:
    from liangcao.interfaces.intake.reading.files import open_sheets

    return sum(len(grid.rows) for grid in open_sheets(Path(path)).sheets)


def _read(path: str) -> int:
    from liangcao.interfaces.intake.reading.catalogue import Catalogue
    from liangcao.interfaces.intake.reading.files import open_sheets
    from liangcao.interfaces.intake.reading.tables import read_grids

    return len(read_grids(open_sheets(Path(path)).sheets, catalogue=Catalogue.shipped()).lines)


WORK: dict[str, Callable[[str], int]] = {
    "raw": _raw,
    "openpyxl": _rival,
    "pandas": _pandas,
    "opened": _opened,
    "read": _read,
}


def test_a_large_workbook(workbook: Path) -> None:
    told = {work: _apart(work, workbook) for work in WORK}
    assert [told[work]["n"] for work in WORK] == [ROWS + 1] * 4 + [ROWS]
    raw = told["raw"]["seconds"]
    for work, figures in told.items():
        print(f"\n{work}: {figures['seconds']:.2f} s, {figures['seconds'] / raw:.1f} of raw, {figures['mib']} MiB")


def test_many_messages() -> None:
    from liangcao.interfaces.intake.reading.catalogue import Catalogue
    from liangcao.interfaces.intake.reading.matching import with_candidates
    from liangcao.interfaces.intake.reading.text import read_text

    texts = [json.loads(line)["text"] for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    catalogue = Catalogue.shipped()
    begun, lines, slowest = time.process_time(), 0, 0.0
    for number in range(MESSAGES):
        started = time.process_time()
        lines += len(list(with_candidates(read_text(texts[number % len(texts)]), catalogue)))
        slowest = max(slowest, time.process_time() - started)
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"\n{MESSAGES:,} messages: {MESSAGES / seconds:.0f}/s, {lines:,} lines, slowest {slowest * 1000:.0f} ms, {memory} MiB"
    )
    assert lines > MESSAGES
