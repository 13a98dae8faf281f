"""A message read into lines: 口罩2万只,防护服300套,急."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.interfaces.intake.reading import flows
from liangcao.interfaces.intake.reading.columns import read_columns
from liangcao.interfaces.intake.reading.items import Goods, Place, goods_of
from liangcao.interfaces.intake.reading.lines import (
    CONFIRM,
    DONATED,
    GOOD,
    REQUESTED,
    STOCK,
    WRONG,
    Line,
)
from liangcao.interfaces.intake.reading.masks import BLANK, Masked, masked
from liangcao.interfaces.intake.reading.names import LONGEST, ends_in_goods, start_of
from liangcao.interfaces.intake.reading.numbers import plain
from liangcao.interfaces.intake.reading.quantities import Quantity, per_before, quantities
from liangcao.interfaces.intake.reading.whole import needed_by, writers

# The longest piece of a text that is read at once.
PIECE = 6_000
_SENTENCE = "。;!?\n"
_CLAUSE = ",。;!?\n()"
_NONE_LEFT = re.compile(
    r"(?:全?部?(?:无|没有|没|零)(?:库存|存货|储备)?了?|(?:库存)?为零|告罄|断货|用完|用尽|耗尽|清零|空了|已空|见底|0库存)(?=[\s,、。;:!?)\n]|$)"
)
_NONE_OF = re.compile(r"(?:零库存|无库存|库存为零|没有|告罄|缺货)(?:的)?[::]?")
_URGENT = (
    ("critical", re.compile(r"特急|十万火急|万分紧急|特别紧急|火急")),
    ("urgent", re.compile(r"急(?!救|诊|性|冻)|告急|断货|即将用完")),
)
_MONEY_GIVEN = re.compile(r"捐|善款|爱心款|赠|红十字|慈善")
_GIVEN_MONEY = re.compile(r"捐|善款|爱心款|人民币|现金|美元|慰问金")
_MONEY_ELSE = re.compile(
    r"贷款|融资|补助|补贴|产值|销售|营收|投资|税|资助|采购额|最高|价值|总价|货值|市值|约合|折合|单价|经费|专项|拨款|财政|预算"
)
_SIGNIFICANT = 3
_MOST_FIGURES = 21
_MEASURES = ("kg", "KG", "Kg", "g", "L", "l", "ml", "ML", "mL", "公斤", "千克", "克", "升", "毫升", "斤")
_WEIGHTS = ("吨", "斤", "公斤", "千克")
_APPEAL = re.compile(
    r"最后更新|核实|通道|货车|收货|物流|联系人|联系电话|规格|标准|GB ?1|YY ?0|YY/T|科室|病区|病人|患者|来源|清单"
)


def read_text(text: str, *, kind: str | None = None, today: date | None = None) -> list[Line]:
    """The lines of a message in the order of the text; none when it counts no goods.

    `kind` says what the document is where its words do not: a kind of import (requisitions, gifts, receipts, issues,
    opening-stock). `today` is what 25日前 and 明早 are counted from.
    """
    lines = [line for start, end in _pieces(text) for line in _read(text[start:end], start, kind)]
    shown = plain(text)
    return _of_whole(shown, _once(shown, _with_urgency(shown, lines)), today)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """A long text in pieces that end with a line or sentence, so that the time goes with the length."""
    start = 0
    while len(text) - start > PIECE:
        ends = [text.rfind(sign, start + PIECE // 2, start + PIECE) for sign in "\n。;；，,"]
        end = next((at + 1 for at in ends if at > 0), start + PIECE)
        yield start, end
        start = end
    yield start, len(text)


def _read(text: str, offset: int, kind: str | None) -> list[Line]:
    shown = plain(text)
    tabled, taken = read_columns(shown)
    for start, end in taken:
        shown = shown[:start] + "\n" * (end - start) + shown[end:]
    hidden = masked(shown)
    met = list(quantities(hidden.text))
    found = _goods(shown, hidden, met)
    ends = [*(goods.end for _, goods in found), *(quantity.end for quantity in met)]
    nothing = _none_left(shown, hidden, ends)
    rows = _with_flows(hidden, sorted([*found, *nothing], key=lambda row: row[0].start), kind)
    held = [line for row in rows for line in _lines(*row, offset)]
    moved = [replace(line, start=offset + (line.start or 0), end=offset + (line.end or 0)) for line in tabled]
    return sorted([*held, *moved], key=lambda line: line.start or 0)


def _goods(shown: str, hidden: Masked, met: list[Quantity]) -> list[tuple[Quantity, Goods]]:
    is_list = shown.count("。") <= 2 and len(met) * 30 >= len(shown) - hidden.text.count(BLANK)
    found: list[tuple[Quantity, Goods]] = []
    left, topic = 0, None
    for number, quantity in enumerate(met):
        right = met[number + 1].start if number + 1 < len(met) else len(shown)
        topic = _topic(shown, hidden, left, quantity.start) or topic
        goods = goods_of(quantity, Place(shown, hidden, left, right, topic, is_list))
        if (
            goods is None
            or not _is_counted(hidden.text, quantity, goods)
            or _only_describes(hidden.text, found, quantity, goods)
        ):
            left = quantity.end
            continue
        found.append((quantity, goods))
        left = max(quantity.end, goods.end)
        topic = goods if ends_in_goods(goods.name) or topic is None else topic
        topic = replace(topic, end=left)
    return found


def _only_describes(text: str, found: list[tuple[Quantity, Goods]], quantity: Quantity, goods: Goods) -> bool:
    """Whether it stands alone in a bracket behind another quantity and has no goods of its own: 50桶(25kg)."""
    if not found or quantity.unit not in _MEASURES or (goods.end > goods.start and goods.name != found[-1][1].name):
        return False
    last = max(found[-1][0].end, found[-1][1].end)
    between, behind = text[last : quantity.start], text[quantity.end : quantity.end + 30]
    return between.lstrip().startswith("(") and ")" not in between and not re.match(r"[^()]*\d", behind)


def _topic(shown: str, hidden: Masked, left: int, right: int) -> Goods | None:
    """Goods named before a colon or bracket, for the parts behind it: 防护服:大号500套; 口罩(KN95型1200盒)."""
    for match in re.finditer(r"[:(]", hidden.text[left:right]):
        at = left + match.start()
        begin = start_of(hidden.text, left, at) if at > left else at
        name = shown[begin:at].strip()
        if name and len(name) <= LONGEST and ends_in_goods(name):
            return Goods(name, begin, at)
    return None


def _is_counted(text: str, quantity: Quantity, goods: Goods) -> bool:
    """Money only where it is given; one of a kind in Chinese (一个口罩) is a figure of speech."""
    if (
        quantity.is_han
        and quantity.unit not in _WEIGHTS
        and (quantity.value < 2 or (quantity.most and quantity.value < 10))
    ):
        return False
    if not quantity.is_money:
        return True
    begin = max(text.rfind(sign, 0, quantity.start) for sign in "。;!?\n") + 1
    sentence = text[begin : quantity.end + 12]
    near = text[max(0, quantity.start - 14) : min(quantity.end + 8, _around(_CLAUSE, text, quantity.end)[1])]
    return bool(_MONEY_GIVEN.search(sentence) or _GIVEN_MONEY.search(goods.name)) and not _MONEY_ELSE.search(near)


def _none_left(shown: str, hidden: Masked, taken: list[int]) -> list[tuple[Quantity, Goods]]:
    """护目镜无, N95口罩告罄, 零库存:面罩 – a stock of nothing."""
    found = []
    for match in _NONE_LEFT.finditer(hidden.text):
        nothing = Quantity(Decimal(0), None, match.start(), match.end())
        left = max([0, *(end for end in taken if end <= match.start())])
        goods = goods_of(nothing, Place(shown, hidden, left, match.end(), None, is_list=False))
        if goods and ends_in_goods(goods.name) and goods.end <= match.start():
            found.append((nothing, goods))
    return found


def _with_flows(
    hidden: Masked, rows: list[tuple[Quantity, Goods]], kind: str | None
) -> list[tuple[Quantity, Goods, str | None, str | None]]:
    """Each row with its flow, and whether that makes it a rate (日产, 每天需要)."""
    text = hidden.text
    taken = [(goods.start, goods.end) for _, goods in rows]
    held = [sign for sign in flows.signs(text) if not any(s <= sign.start and sign.end <= e for s, e in taken)]
    told = []
    for quantity, goods in rows:
        unsaid = flow_of(kind)
        start, end = min(quantity.start, goods.start), max(quantity.end, goods.end)
        sentence = _around(_SENTENCE, text, start)[0]
        bounds = flows.Bounds(sentence, _around(_CLAUSE, text, end)[1])
        sign = flows.sign_at(text, held, (goods.start, goods.end), (quantity.start, quantity.end), bounds)
        if quantity.is_money and _GIVEN_MONEY.search(goods.name) and not (sign and sign.start >= goods.end):
            sign = None
            unsaid = unsaid or DONATED
        flow = sign.flow if sign else STOCK if quantity.value == 0 else unsaid
        since = _around(_CLAUSE, text, start)[0]
        if sign and sentence <= sign.start < start:
            since = min(since, _around(_CLAUSE, text, sign.start)[0])
        told.append((quantity, goods, flow, quantity.per or per_before(text[since : quantity.start])))
    return told


def flow_of(kind: str | None) -> str | None:
    """What a kind of import says of goods of which the text says nothing."""
    from liangcao.interfaces.intake.reading.tables.kinds import kind_of  # tables read messages in cells

    known = kind_of(kind)
    return known.flow if known else None


def _around(ends: str, text: str, at: int) -> tuple[int, int]:
    """The part of the text around a place that is bounded by one of the signs `ends`."""
    behind = [place for place in (text.find(sign, at) for sign in ends) if place >= 0]
    return max(text.rfind(sign, 0, at) for sign in ends) + 1, min(behind, default=len(text))


def _lines(quantity: Quantity, goods: Goods, flow: str | None, per: str | None, offset: int) -> Iterator[Line]:
    reasons = [] if flow else ["FLOW_UNSAID"]
    reasons += ["QUANTITY_APPROXIMATE"] if quantity.approx or quantity.most else []
    reasons += [] if goods.is_sure else ["ITEM_UNSURE"]
    is_too_large = not quantity.is_money and max(quantity.value, quantity.most or 0) > QUANTITY_MAX
    reasons += ["QUANTITY_TOO_LARGE"] if is_too_large else []
    value = quantity.value if quantity.value.adjusted() < _MOST_FIGURES else None
    start, end = min(quantity.start, goods.start), max(quantity.end, goods.end)
    for name in (*goods.more, goods.name):
        yield Line(
            item=name, quantity=value, unit=quantity.unit, flow=flow or "", quantity_max=quantity.most,
            approx=quantity.approx, per=per, spec=goods.spec, start=offset + start, end=offset + end,
            state=WRONG if is_too_large else CONFIRM if reasons else GOOD, reasons=tuple(reasons),
        )  # fmt: skip


def _once(shown: str, lines: list[Line]) -> list[Line]:
    """One line for one fact, told twice or not; what no word says is taken from the figures, to be confirmed.

    People ask for round amounts; goods that were counted come in odd ones.
    """
    unsaid = [line for line in lines if not line.flow]
    guess = _guess(shown, lines, unsaid) if unsaid else ""
    kept: dict[tuple[str | Decimal | None, ...], Line] = {}
    for line in lines:
        key = (line.item, line.quantity, line.unit, line.spec)
        there = kept.get(key)
        if there is None or (there.flow != line.flow and not there.flow):
            kept[key] = line
        elif line.flow and there.flow != line.flow:
            kept[*key, line.flow] = line
    return [line if line.flow else replace(line, flow=guess) for line in kept.values()]


def _guess(shown: str, lines: list[Line], unsaid: list[Line]) -> str:
    """What goods are of which nothing is said before them: what is said behind them, or else what bare lists are.

    Who counts without units asks, and so does a list with standards or a way to deliver; money, odd amounts, goods
    described in brackets and enumerations with 、 are given.
    """
    signs = flows.signs(masked(shown).text)
    later = [s.flow for s in signs if s.start >= (unsaid[-1].end or 0) and s.flow in (REQUESTED, DONATED)]
    if later:
        return later[0]
    if any(line.unit == "元" for line in lines):
        return DONATED
    if (
        any(line.unit is None for line in unsaid)
        or _APPEAL.search(shown)
        or any(sign.search(shown) for _, sign in _URGENT)
    ):
        return REQUESTED
    strokes = len(re.findall(r"(?<=[^\d\s])、", shown))  # not those of 1、 2、
    is_enumerated = "," not in shown and strokes >= max(len(unsaid) - 1, 1)
    return DONATED if "(" in shown or is_enumerated or any(_is_odd(line.quantity) for line in unsaid) else REQUESTED


def _is_odd(quantity: Decimal | None) -> bool:
    if not quantity:
        return False
    digits = str(quantity.normalize()).split("E")[0].replace(".", "").strip("0")
    return len(digits) >= _SIGNIFICANT or (len(digits) == 2 and digits[1] != "5")


def _of_whole(shown: str, lines: list[Line], today: date | None) -> list[Line]:
    """The lines with the unit that writes them, and by when what they ask for is needed."""
    found, by = list(writers(shown)), needed_by(shown, today)
    told = []
    for line in lines:
        writer = next((each.name for each in reversed(found) if each.start <= (line.start or 0)), None)
        asked = by.isoformat() if by and line.flow == REQUESTED else None
        told.append(replace(line, organisation=writer, needed_by=asked))
    return told


def _with_urgency(shown: str, lines: list[Line]) -> list[Line]:
    asked = next((name for name, pattern in _URGENT if pattern.search(shown)), None)
    if asked is None:
        return lines
    return [replace(line, urgency=asked) if line.flow in (REQUESTED, "") else line for line in lines]
