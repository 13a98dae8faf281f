"""Cells that hold a message or a list: 缺少：防护服1万 防护口罩2万, N95/外科口罩/护目镜 without amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from liangcao.interfaces.intake.reading.items import ends_in_goods
from liangcao.interfaces.intake.reading.lines import CONFIRM, REQUESTED, STOCK, Line
from liangcao.interfaces.intake.reading.numbers import plain
from liangcao.interfaces.intake.reading.text import read_text
from liangcao.interfaces.intake.reading.words import ELIDED

_LONGEST = 4000
_LONGEST_NAME = 30
_LIST = re.compile(r"[/、,;。\n|+]|\s{2,}")
_URGENT_MARK = re.compile(r"[(（](?:急需|特急|急|紧缺|急缺)[)）]")
_LEAD = re.compile(
    r"^(?:\d{1,2}[.、)]\s*|(?:目前|现|我院|医院|仍|还|尚|急|紧急|特别|非常|大量|尽可能多的?|尽量多的?|需要|需求|需|急需"
    r"|急缺|急求|缺少|缺乏|紧缺|缺|求|求购|捐赠|捐献|接收|发放|等|及|和|以及|"
    r"(?:重点|一般|急需|紧缺|所需|需求|防护|医疗)?(?:物资|物品|药品|设备)(?:匮乏|紧缺|不足)?)(?![目镜套服])[的:：]?\s*|[:：\s-]+)+"
)
_TAIL = re.compile(r"(?:等(?:用品|物资|物品|医疗物资)?|若干|大量|越多越好|急需|缺)?[。.;；:：\s]*$")
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]?")
_NO_NAME = re.compile(
    r"标准|规格|要求|符合|联系|电话|核实|送|货车|可以|不清楚|交通|信息|更新|地址|越多越好|大量|配送|若干|通道|收到|仍|谢谢|^(?:GB|YY)|以上|也可|如果|更好|短信|日报"
)
_GRADE = re.compile(r"^K?N\s?\d{2,3}", re.IGNORECASE)
_TRUE_GRADES = ("90", "95", "99", "100")
_STARTS = re.compile(r"库存|现有|剩余|需要|需求|急需|急缺|缺|申请|收到|捐赠|发放")


def goods_in(text: str, flow: str, *, is_list: bool) -> list[Line]:
    """The lines of a cell for a table of that flow. `is_list`: the column names goods, so that what is named without
    an amount is a line too."""
    return list(_goods_in(text[:_LONGEST], flow, is_list))


@lru_cache(maxsize=2048)
def _goods_in(text: str, flow: str, is_list: bool) -> tuple[Line, ...]:
    found = [_said(line, flow) for line in read_text(text, kind=_KIND.get(flow))]
    if not is_list:
        return tuple(found)
    spans = [(line.start, line.end) for line in found if line.start is not None and line.end is not None]
    held = [line.item for line in found]
    named = [
        Line(
            item=name, quantity=None, unit=None, flow=flow, state=CONFIRM,
            reasons=("QUANTITY_MISSING", "ITEM_UNSURE") if is_odd_grade(name) else ("QUANTITY_MISSING",),
        )
        for name in _names(text, spans)
        if not is_held(name, held)
    ]  # fmt: skip
    return (*found, *named)


_KIND = {
    REQUESTED: "requisitions",
    STOCK: "opening-stock",
    "donated": "gifts",
    "procured": "receipts",
    "distributed": "issues",
}


def _said(line: Line, flow: str) -> Line:
    """In a table of gifts or issues the table says what happens; in one of needs the message may say: in stock."""
    reasons = tuple(reason for reason in line.reasons if reason != "FLOW_UNSAID")
    if flow != REQUESTED:
        line = replace(line, flow=flow)
    return replace(line, reasons=reasons, state=CONFIRM if reasons else "good")


def _names(text: str, taken: list[tuple[int, int]]) -> Iterable[str]:
    """The goods that a list names, without what was read with an amount."""
    text = _URGENT_MARK.sub(lambda match: "、".ljust(len(match.group()), "、"), text)
    for start, end in _pieces(plain(text)):
        if any(first < end and start < last for first, last in taken):
            continue
        name = _TAIL.sub("", _LEAD.sub("", text[start:end].strip().lstrip(":：-— ")).strip()).strip(' 。.“”"')
        bare = _BRACKETS.sub("", name).strip()
        name = name if name.count("(") + name.count("（") == name.count(")") + name.count("）") else bare
        if not bare or len(bare) > _LONGEST_NAME or _NO_NAME.search(bare) or not any(sign.isalpha() for sign in bare):
            continue
        if (
            ends_in_goods(bare)
            or bare in ELIDED
            or _GRADE.match(bare)
            or (len(bare) <= 12 and not re.search(r"\d", bare))
        ):
            yield name


def _pieces(shown: str) -> Iterable[tuple[int, int]]:
    """The pieces of a list, brackets kept together: N95(9132/1860)口罩/护目镜."""
    hidden = _BRACKETS.sub(lambda match: "\x00" * len(match.group()), shown)
    signs = _LIST
    if len(re.findall(r"\S+", hidden)) > 1 and not re.search(r"[/、,;。\n]", hidden):
        signs = re.compile(r"[/、,;。\n|+]|\s+")
    start = 0
    for match in signs.finditer(hidden):
        yield start, match.start()
        start = match.end()
    yield start, len(shown)


def is_list(text: str) -> bool:
    """Whether the cell of an item is a list or a message and not one name."""
    shown = _BRACKETS.sub("", plain(text))
    parts = [part for part in re.split(r"[、,;\n。]|/(?!\D?\d)", shown) if part.strip()]
    return len(parts) > 1


def is_odd_grade(name: str) -> bool:
    """N96, N109: grades that a spreadsheet made by counting up from N95."""
    match = re.match(r"^K?N\s?(\d{2,3})", name, re.IGNORECASE)
    return bool(match and match[1] not in _TRUE_GRADES)


def is_held(name: str, held: Iterable[str]) -> bool:
    """Whether goods named without an amount were read with one: N95 beside N95口罩 4千."""
    bare = _key(name)
    return any(bare and (bare in _key(other) or _key(other) in bare) for other in held)


def _key(name: str) -> str:
    return re.sub(r"[\s()（）]", "", _BRACKETS.sub("", plain(name))).upper()
