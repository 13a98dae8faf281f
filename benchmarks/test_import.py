"""From a file to its preview, and the import of all its lines: 100,000 requisition lines of 2,000 hospitals.

Beside it in the same run, the raw limit: the same lines put into the same table by one bulk_create without any check.
Sizes by LIANGCAO_BENCH_ROWS. Each run has an SQLite file of its own in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

ROWS = int(os.environ.get("LIANGCAO_BENCH_ROWS", "100000"))
HEADERS = ("申请单位", "物资", "规格", "单位", "数量", "需要日期", "联系人", "联系电话", "地址", "缓急", "备注", "序号")
ITEMS = 50


def main(folder: str, rows: int) -> dict[str, float]:
    """Seconds by the clock of each step, and peak memory in MiB."""
    import resource

    os.environ["LIANGCAO_HOME"] = folder
    os.environ.pop("LIANGCAO_DATABASE_URL", None)
    from liangcao.interfaces.commands import books, database

    database.start()
    database.migrate()
    from django.db import transaction

    from liangcao.interfaces.commands.first_bureau import found_bureau
    from liangcao.interfaces.intake.importing import jobs, reading
    from liangcao.interfaces.intake.importing.actions import begin_import
    from liangcao.interfaces.intake.importing.taking_over import import_rows
    from liangcao.operations.demand.models import RequisitionLine
    from liangcao.reference.catalog import queries as catalog

    found_bureau()
    desk = books.one_desk(None)
    who: dict[str, Any] = {"by": desk.actor, "at": desk.at}
    items = list(catalog.items(desk.actor).order_by("code").values_list("name", "base_unit")[:ITEMS])
    names = [f"示例医院{number:05d}" for number in range(rows // ITEMS)]

    def begun(kind: str, content: bytes, **more: Any) -> Any:
        return begin_import(
            bureau_id=desk.bureau.pk, kind=kind, name="a.xlsx", content=content, is_queued=False, client_id=uuid4(),
            **more, **who,
        )  # fmt: skip

    units = begun(
        "organisations", _workbook(("单位名称",), [(n,) for n in names]), given={"organisation_kind": "hospital"}
    )
    units = jobs.read_now(units, at=desk.at)
    import_rows(run_id=units.pk, is_queued=False, client_id=uuid4(), **who)
    needs = _workbook(
        HEADERS,
        [
            (name, item, "", unit, (n * 7 + k) % 997 + 1, "", "设备科", "", f"示例路{n}号", "一般", "", n)
            for n, name in enumerate(names)
            for k, (item, unit) in enumerate(items)
        ],
    )
    told: dict[str, float] = {"bytes": len(needs)}
    start = time.perf_counter()
    run = begun("requisitions", needs, sender="示例")
    contents = reading.read_file(run, desk.actor, desk.at)
    told["read"] = time.perf_counter() - start
    with transaction.atomic():
        jobs.write_read(run, contents, by=desk.actor, at=desk.at)
    told["preview"] = time.perf_counter() - start
    start = time.perf_counter()
    import_rows(run_id=run.pk, is_queued=False, client_id=uuid4(), **who)
    told["import"] = time.perf_counter() - start
    lines = list(RequisitionLine.objects.all())
    told["lines"] = len(lines)
    start = time.perf_counter()
    with transaction.atomic():
        for number, line in enumerate(lines):
            line.pk, line.status, line.line = None, "withdrawn", 1_000_000 + number
        RequisitionLine.objects.bulk_create(lines, batch_size=2000)
        told["raw"] = time.perf_counter() - start
        transaction.set_rollback(True)
    told["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told["child_mib"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return told


def _workbook(headers: tuple[str, ...], rows: list[tuple[Any, ...]]) -> bytes:
    import io

    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    page = book.add_worksheet("需求")
    for number, row in enumerate((headers, *rows)):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def test_import_of_requisition_lines(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "benchmarks.test_import", str(tmp_path), str(ROWS)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stderr[-2000:])
    told = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps(told), f"import {told['import'] / told['raw']:.1f} times the bare rows")
    assert told["lines"] == ROWS // ITEMS * ITEMS


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
