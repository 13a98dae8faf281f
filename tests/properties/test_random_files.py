"""Files and texts of anything, read for an import and written into its rows: refused with a sentence, or each row with
its state; nothing is imported. Larger: LIANGCAO_RANDOM_FILES=2000 LIANGCAO_RANDOM_TEXTS=10000; other ones with
LIANGCAO_RANDOM_SEED. What fails is named by its seed."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.db import transaction

from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.intake.catalogue import entries_of
from liangcao.interfaces.intake.flow import IMPORT_ROW_FLOW
from liangcao.interfaces.intake.importing import queries, reading
from liangcao.interfaces.intake.importing.actions import begin_import
from liangcao.interfaces.intake.importing.contents import Ask, read_contents
from liangcao.interfaces.intake.importing.kinds import importers
from liangcao.interfaces.intake.importing.reasons import reason_text
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from liangcao.operations.demand.models import Requisition
from liangcao.operations.supply.models import Receipt, Source
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation
from tests.factories.world import NOON, TODAY, World, make_world
from tests.interfaces.intake.reading.workbooks_made import repacked

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FILES = int(os.environ.get("LIANGCAO_RANDOM_FILES", "60"))
TEXTS = int(os.environ.get("LIANGCAO_RANDOM_TEXTS", "300"))
SEED = int(os.environ.get("LIANGCAO_RANDOM_SEED", "20200203"))
SECONDS = 5.0
SHEET = "xl/worksheets/sheet1.xml"
IMPORTED = (Requisition, Receipt, Source, Item, Organisation)

HEADERS = (
    "申请单位", "物资", "物资名称", "规格", "单位", "数量", "需要日期", "联系电话", "备注", "来源", "捐赠单位", "批号", "生产日期",
    "失效日期", "领用单位", "仓库", "单位名称", "统一社会信用代码", "所属区县", "类别", "基本单位", "人数", "库存", "日用量", "item",
    "quantity",
)  # fmt: skip
HONEST = (
    "示例医院一", "示例医院二", "一次性医用口罩", "医用防护服", "75%酒精", "N95口罩", "只", "箱", "套", "升", 20, 300, 20000, "约500",
    "2020-02-10", "一号库", "13800000000", "急", "480只/箱", "防护用品", 43_871, "小计", "合计", "一、防护类",
)  # fmt: skip
HOSTILE = (
    "", " ", "\u3000\u00a0", "\u200b口罩", "\u202e罩口", "a\x01b", "_x0000_", "_xD800_", "\ufeff示例医院一", "𠮷䶮㛃", "😷👨‍👩‍👧", "阿·买",
    "=1+1", "=HYPERLINK(\"http://x\")", "+86138", "@SUM", "-5", "1e308", "1E+17", "9" * 40, "0.1", "1２0", "1,200", "1,2,0", "٣٤",
    "五百", "①②", "½", "2020-02-30", "20260230", "26/3/1", "#N/A", "#REF!", "<script>", "{{7*7}}", "%s%n", "'; --", "x" * 32_767,
    "口罩/" * 500, "(" * 900, "只" * 300, "\n" * 200, "1" * 400 + "只", "万" * 50, "NaN", "inf", "-0", 0, -50, 1e308, 10**19,
    99.99999999, 0.1 + 0.2, 1e-300, True, False, None, "无", "-", "约", "半箱", "各1", "口罩2万只,防护服300套,急", "ﬁ①㎏㍻", "e\u0301",
)  # fmt: skip
FRAGMENTS = (
    "口罩", "N95口罩", "防护服", "一次性医用", "酒精", "护目镜", "手套", "示例医院一", "市二院", "需要", "急需", "现有", "库存", "捐赠", "发放",
    "2万只", "300套", "约500", "20-30箱", "两百", "1.5万", "480只/箱", "每天", "/天", "各", "共", "合计", "缺", "没有", "不要", ",", "、",
    ";", "。", "\n", "\r", "\t", " ", ":", "(", ")", "【", "】", "《", "-", "~", "—", "×", "*", "/", "%", "+86 138-0000-0000",
    "2020-02-30", "2月31日", "明天", "前", "0", "-1", "1e9", "９", "〇", "亿", "万", "千", "半", "双", "只", "箱", "件", "升", "KN95",
    "GB 19083", "\x00", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "\u0301", "😷", "👨‍👩‍👧", "𠮷", "{}", "${x}", "=1+1", "<b>", "'--",
    "item,quantity", "申请单位\t物资\t数量\n",
)  # fmt: skip


@dataclass
class Found:
    """What a whole run came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    worst: float = 0.0
    worst_seed: str = ""

    def tell(self, what: str) -> None:
        """Show it with `-s`, and when the test fails."""
        told = dict(sorted(self.outcomes.items()))
        rows = dict(sorted(self.rows.items()))
        sys.stdout.write(f"\n{what}: {told}, rows {rows}, worst {self.worst:.2f} s ({self.worst_seed})\n")
        for fault in self.faults:
            sys.stdout.write(f"{fault}\n")


class Reader:
    """Reads a file in this process and writes its rows, which are taken back."""

    def __init__(self) -> None:
        self.world: World = make_world()
        self.by = self.world.system
        entries, aliases = entries_of(self.by)
        self.entries, self.aliases = tuple(entries), tuple(aliases)
        self.runs: dict[str, int] = {}
        for kind, importer in importers().items():
            able = [actor for actor in self.world.desk.values() if _may(actor, importer.act, self.world)]
            run = begin_import(
                bureau_id=self.world.bureau.pk, kind=kind, name="来表", content=f"{kind}".encode(), sender="示例来文人",
                is_queued=False, by=able[0], at=NOON, client_id=uuid4(),
            )  # fmt: skip
            self.runs[kind] = run.pk
        self.before = self.counted()

    def counted(self) -> list[int]:
        """How much of everything there is that an import could make."""
        return [model._default_manager.count() for model in IMPORTED]

    def read(self, content: bytes, name: str, kind: str, found: Found) -> None:
        """Read and write; raises whatever is no refusal, AssertionError where a row has no answer."""
        ask = Ask(content, name, kind, self.entries, self.aliases, {}, TODAY)
        try:
            contents = read_contents(lambda *_: None, ask)
        except Refusal as refusal:
            if not (refusal.code and refusal.zh and refusal.en):
                raise AssertionError("a refusal without words") from refusal
            found.outcomes[refusal.code] += 1
            return
        with transaction.atomic():
            run = ImportRun.objects.get(pk=self.runs[kind])
            reading.write_rows(run, contents, by=self.by, at=NOON)
            self._check(run.pk, len(contents.rows), found)
            transaction.set_rollback(True)
        found.outcomes["read"] += 1

    def _check(self, run_id: int, count: int, found: Found) -> None:
        rows = list(ImportRow.objects.filter(run_id=run_id))
        assert len(rows) == count
        for row in rows:
            found.rows[row.status] += 1
            assert row.status in IMPORT_ROW_FLOW and row.status != "done"
            assert (row.status == "good") == (not row.reasons), (row.status, row.reasons)
            assert all(reason_text(code)[0] != code for code in row.reasons), row.reasons
        told = queries.summary(self.by, run_id)
        assert told.accepted + told.asked + told.refused == told.rows == len({(row.sheet, row.row) for row in rows})
        run = ImportRun.objects.get(pk=run_id)
        assert run.status in ("read", "known")
        assert all(problem["zh"] and problem["en"] for problem in run.told["problems"])


def _may(actor: Any, act: tuple[str, str], world: World) -> bool:
    from liangcao.foundation.identity import guard

    return all(
        guard.can(actor, action, thing, bureau_id=world.bureau.pk)
        for thing, action in (act, ("import", "enter"))
    )  # fmt: skip


def odd_rows(draw: Random) -> list[list[Any]]:
    """A header of some columns, with rows of honest and hostile cells; sometimes shuffled."""
    width = draw.randint(1, 9)
    rows: list[list[Any]] = [draw.sample(HEADERS, width)]
    poison = draw.choice((0.0, 0.05, 0.3, 0.9))
    for _ in range(draw.randint(0, 25)):
        rows.append([draw.choice(HOSTILE if draw.random() < poison else HONEST) for _ in range(width)])
    if draw.random() < 0.2:
        draw.shuffle(rows)
    if draw.random() < 0.2:
        order = draw.sample(range(width), width)
        rows = [[row[at] for at in order] for row in rows]
    if draw.random() < 0.2:
        rows.insert(0, [draw.choice(HOSTILE + FRAGMENTS)])
    if draw.random() < 0.2:
        del rows[draw.randrange(len(rows))][draw.randrange(width) :]
    return rows


def workbook_of(draw: Random) -> bytes:
    """A workbook of odd rows, with merges, hidden rows and formulas here and there."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        page, rows = book.add_worksheet(), odd_rows(draw)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and draw.random() < 0.02:
                    page.write_formula(at, column, "=1/0", None, draw.choice(("", "#DIV/0!", 3)))
                elif isinstance(cell, int) and abs(cell) > 1e300:
                    page.write_string(at, column, str(cell))
                else:
                    page.write(at, column, cell)
            if draw.random() < 0.03:
                page.set_row(at, None, None, {"hidden": True})
        for number in range(draw.choice((0, 0, 1, 3))):
            page.merge_range(number * 9 + 1, 0, number * 9 + 1 + draw.randint(1, 7), draw.randint(0, 3), "示例医院一")
    book.close()
    return target.getvalue()


def flipped(draw: Random, part: bytes) -> bytes:
    """Some bytes changed, removed or said twice."""
    changed = bytearray(part)
    for _ in range(draw.choice((1, 1, 2, 8, 40))):
        if not changed:
            break
        at = draw.randrange(len(changed))
        way = draw.randrange(3)
        if way == 0:
            changed[at] = draw.randrange(256)
        elif way == 1:
            del changed[at : at + draw.choice((1, 3, 50))]
        else:
            changed[at:at] = changed[at : at + draw.choice((1, 9, 80))]
    return bytes(changed)


def broken_xml(draw: Random, part: bytes) -> bytes:
    """The XML of a part with other references, types, numbers and merges: still XML, and no longer true."""
    text = part.decode("utf-8", "replace")
    told: list[tuple[str, Callable[[re.Match[str]], str]]] = [
        (r' r="[A-Z]*\d+"', lambda _: draw.choice(("", ' r="XFD1"', ' r="A0"', ' r="a1"', ' r="C3"', ' r="é"'))),
        (
            r' t="\w+"',
            lambda _: draw.choice(("", ' t="s"', ' t="str"', ' t="e"', ' t="b"', ' t="d"', ' t="inlineStr"')),
        ),
        (
            r"<v>[^<]*</v>",
            lambda _: draw.choice(("<v/>", "", "<v>-1</v>", "<v>NaN</v>", "<v>1e999</v>", "<v>99999</v>")),
        ),
        (r' ref="[^"]*"', lambda _: draw.choice((' ref="B2:A1"', ' ref="A1:XFD1048576"', ' ref="?"', ' ref="A2"'))),
        (r' s="\d+"', lambda _: draw.choice((' s="999999"', ' s="-1"', ' s="x"', ""))),
        (r"<row ", lambda _: draw.choice(("<row ", '<row hidden="1" ', '<row hidden="?" '))),
    ]
    for pattern, other in draw.sample(told, draw.randint(1, 3)):
        text = re.sub(pattern, _sometimes(draw, draw.choice((0.02, 0.2, 1.0)), other), text)
    return text.encode()


def _sometimes(draw: Random, rate: float, other: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    return lambda hit: other(hit) if draw.random() < rate else hit[0]


def mutated(draw: Random) -> bytes:
    """A workbook that is whole, wrong inside, broken in a part, or broken as a file."""
    content, way = workbook_of(draw), draw.random()
    parts = (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml")
    name = draw.choice((SHEET, SHEET, SHEET, *parts))
    if way < 0.35:
        return content
    if way < 0.7:
        return repacked(content, change={name: lambda part: broken_xml(draw, part)})
    if way < 0.85:
        return repacked(content, change={name: lambda part: flipped(draw, part)})
    return flipped(draw, content) if way < 0.95 else content[: draw.randrange(len(content))]


def text_of(draw: Random) -> tuple[bytes, str]:
    """A text of fragments in some encoding, under some name."""
    text = "".join(draw.choices(FRAGMENTS, k=draw.choice((1, 3, 8, 20, 60, 400))))
    if draw.random() < 0.15:
        text = "".join(chr(draw.choice((draw.randrange(1, 0xD800), draw.randrange(32, 127)))) for _ in range(60))
    coded = text.encode(draw.choice(("utf-8", "utf-8", "utf-8", "gb18030", "utf-16", "utf-8-sig", "big5")), "replace")
    if draw.random() < 0.1:
        coded = flipped(draw, coded)
    return coded, draw.choice(("消息.txt", "消息.txt", "消息.txt", "来表.csv", "来表.xlsx", ""))


def run_all(count: int, what: str, make: Callable[[Random], tuple[bytes, str]]) -> None:
    """Read as many as asked for, and fail at the end with every seed that went wrong."""
    reader, found = Reader(), Found()
    kinds = sorted(reader.runs)
    for number in range(count):
        seed = f"{SEED}/{what}/{number}"
        draw = Random(seed)
        content, name = make(draw)
        kind = draw.choice(("requisitions", *kinds))
        begun = time.process_time()
        try:
            with transaction.atomic():
                reader.read(content, name, kind, found)
        except Exception as fault:
            found.outcomes["fault"] += 1
            found.faults.append(f"seed {seed} {kind}: {type(fault).__name__}: {str(fault)[:300]}")
        took = time.process_time() - begun
        if took > found.worst:
            found.worst, found.worst_seed = took, f"seed {seed} {kind}"
    found.tell(f"{count} {what}")
    assert not found.faults
    assert found.outcomes["read"], "no file was read at all"
    assert reader.counted() == reader.before
    assert not ImportRow.objects.exists()
    assert found.worst < SECONDS


def test_mutated_workbooks_are_read_or_refused() -> None:
    run_all(FILES, "workbooks", lambda draw: (mutated(draw), "来表.xlsx"))


def test_random_texts_are_read_or_refused() -> None:
    run_all(TEXTS, "texts", text_of)
