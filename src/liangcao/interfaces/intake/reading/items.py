"""Which goods a quantity counts: the words before it (口罩2万只), behind it (2万只口罩), or the goods named before
(大号500套,中号300套)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from liangcao.interfaces.intake.reading import flows, words
from liangcao.interfaces.intake.reading.masks import BLANK, Masked
from liangcao.interfaces.intake.reading.quantities import Quantity

LONGEST = 24
# How far before its number goods may be named.
REACH = 80
_HARD = ",。;!?\n\t、|…【】《》[]√×✓✗→←↓"
_HEAD = re.compile(words.pattern(words.HEADS))
_ENDS = re.compile(
    rf"(?:{words.pattern(words.HEADS)})(?:[A-Za-zα-ωⅠ-Ⅻ\d\s{BLANK}\-+/.#]*(?:型|款|类|号|码|式)?)[”\"'’」#]*$"
)
_NOT_GOODS = re.compile(rf"(?:{words.pattern(words.NOT_GOODS)})[”\"'’」]*$")
_NO_GOODS_BEHIND = re.compile(rf"(?:{words.pattern(words.NOT_GOODS)})")
# Between the goods and their number: 口罩共计2万, 防护服仅剩8, 口罩:500.
_TRAIL = re.compile(
    r"(?:共计|合计|总计|总共|共|计|总量|总数|数量|各类|各|分别为?|均为|剩余|仅剩|只剩|还剩|剩下|剩|仅有|只有|还有|还需要?|还差|还缺|尚有|尚缺|现有|现存"
    r"|库存量?|结存|存量|余量|存|余|有|约|急需|需要|需求量?|需|急缺|缺口|缺|差|要|达到|达|超过|超|近|约为|为|已经|已|补|领|加|拨|留|增|日产能力?|日产量?|日均产量|日均产能|产能|产量"
    r"|日耗|日均消耗|消耗量?|每天|每日|一天|日均|每人|人均|每户|月产|年产|大约|大概|累计|增至|增加到|提高到|提升至|恢复到|恢复至|已恢复|恢复|保持在|维持在|稳定在|增长到|"
    r"从|已收到|收到|已到|到货|到位|已领|已发|用|今晚|明天|今天|明早|今早|上午|下午|晚上|凌晨|等|将|上市量|供应量|投放量|消费量|使用量|用量|突破|可达|由|扩大到|达成|"
    r"到|至|了|出|使用|支出"
    r"|估计|预计|目前|目前有|现|也|仅|只|不到|不足|至少|仅|恐|还|先|再|又|首批|另|其中|余下|剩"
    r"|好像|可能|左右|若干|大量|申请|申领|计划|拟|量|捐|[x*=\-—~(:#×\s]|各有|各需|各缺|攀升至|跃升至|升至|涨至|产出|交货|已落实|落实|入场|就|尚余|得用|已收)$"
)
_SIGNS_BETWEEN = " \t\nx*=-—~(:#×"
# What stands before the goods and is none of them.
_CUT = re.compile(
    "|".join(flows.words_of(flow) for flow in flows.lines.FLOWS)
    + r"|包括|包含|包括了|其中|其中有|以及|及|和|与|还有|另有|另外|共有|另|有(?!机|线|源|阀|氧)|了|将|由|(?<!定)向|对(?!讲)|给|把(?!手)|是|在(?!线)|于|等(?!离子)|的"
    r"|为|从|首批|第一批|第二批|一批|这批|该批|本批|累计|共计|合计|总计|总共|共(?!享)|价值|全市|全省|全区|全县|全国|我市|我省|我区|我县|我国|本院|我院|本市|该院|该市|该区|该局"
    r"|请|并|再|已经|已|仍|都|均(?!码)|紧急|目前|今日|今天|昨日|昨天|当日|当天|现场|每天|每日|日均|一天|加急|统一|组织|协调|完成|新增|增加|投入|配备|配置|携带|装载|满载|载着|装着|装运|寄出?"
    r"|大类|含(?!氯|氧|醇|量|税)|保障|包车|达(?=到)|到达|急(?!救|诊)|谢谢|麻烦|您好|你好|我们|我们这|这里|这边|院里|医院|医务科|街道|社区|公司|集团|红十字会|"
    r"慈善总会|指挥部|名录|清单|如下|规格|折合|约(?!束)|近(?!视)"
    r"|总价值|又|也|就|才|能(?!量)|可(?!乐|视|燃)|[“\"'‘「](?=[^”\"]*$)"
)
# An element of a list that only says a size or grade: its goods were named before.
_PART = re.compile(
    rf"^(?:(?:特|加)?[大中小]号?|特大号?|加大|均码|成人(?:款|用|码)?|儿童(?:款|用|码)?|男[款士]?|女[款士]?|长款?|短款?|厚|薄|"
    rf"[SMLX\d{BLANK}/.\-]+[码号]?|[白蓝黑红绿黄]色?|\w{{1,3}}式)[型号款码]?$"
)
_PART_AT_END = re.compile(
    r"(?:[SML]|X{1,3}L)码?$|(?:成人|儿童|男|女|长|短)(?:款|用|码|式)?$|[大中小](?:号|码)$|(?:壁挂|立|柜|手持|便携|移动|车载|折叠|台|推车)式$|(?:特大|加大)号?$"
)
_GRADE = re.compile(r"^[Kk]?[Nn]\s?\d{2,3}[Vv]?(?:型|级|款)?$|^FFP[123]级?$|^3[Mm][\d/A-Za-z]*(?:型)?$")
_SEPARATED = re.compile(rf"^(?:[\s,、;()和及{BLANK}]|其中|另|以及)*$")
_WEAK_UNITS = ("个", "条", "间", "座", "门", "项", "口")
_NO_NAME = re.compile(r"[后时前中内上里天年月日处员者们]$|^第|[???]")
_ENTRY = re.compile(r"^\d{1,2}\s*[.、)]\s*(?=[^\d])")
# Behind a quantity whose goods were named before: the end of the clause, or what is done with them.
_ELIDED_BEHIND = re.compile(
    r"\s*(?:$|[,。;、)\n!?:]|送|捐|赠|交|发|用|给|运|已|由|无偿|全部|均|增|提|扩|降|正|还|以上|左右|/|每|\x00|\d)"
)


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of a quantity as written, where they stand, and what a size or grade adds."""

    name: str
    start: int
    end: int
    spec: str | None = None
    is_sure: bool = True
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quantity stands: the text as written, its masked form, how far it is already read (`left`), where the
    next quantity begins, the goods before it, and whether the text is a plain list."""

    text: str
    masked: Masked
    left: int
    right: int
    before: Goods | None
    is_list: bool


def goods_of(quantity: Quantity, place: Place) -> Goods | None:
    """The goods that a quantity counts, or None: it counts none."""
    found = _in_front(quantity, place)
    if found and ends_in_goods(found.name) and not _is_grade_of(found, quantity, place):
        return found
    behind = _behind(quantity, place)
    if behind and not (found and _PART.match(found.name)):
        return behind
    named = found if found and _may_be_goods(found.name, quantity, place) else None
    is_left_out = found is None or bool(_NO_NAME.search(found.name))
    inherited = _inherited(quantity, place, found) or (_mentioned(quantity, place) if is_left_out else None)
    if inherited:
        return inherited
    if named:
        found = named
        return replace(found, is_sure=place.is_list and quantity.unit is not None)
    return None


def _is_grade_of(found: Goods, quantity: Quantity, place: Place) -> bool:
    """Whether it only says the grade of goods before its bracket: 口罩(KN95型1200盒)."""
    return bool(_GRADE.match(found.name) and place.before and _is_inside(place.before, quantity, place))


def _is_inside(before: Goods, quantity: Quantity, place: Place) -> bool:
    between = place.masked.text[before.end : quantity.start]
    return between.count("(") > between.count(")")


def ends_in_goods(name: str) -> bool:
    """Whether a name ends in a word of goods: 一次性医用口罩, 口罩 9001."""
    bare = re.sub(r"[(][^()]*[)]?$", "", name).strip()
    if bare in words.ELIDED:
        return True
    goods, other = _ENDS.search(bare), _NOT_GOODS.search(bare)
    if goods and other:
        return goods.start() < other.start()
    return bool(goods or _GRADE.match(bare))


def _in_front(quantity: Quantity, place: Place) -> Goods | None:
    masked = place.masked.text
    segment = masked[place.left : quantity.start]
    end = place.left + len(_without_trail(segment))
    end = _before_specs(place, end)
    bracket = _bracket(masked, place.left, end)
    base_end = _before_specs(place, place.left + len(_without_trail(masked[place.left : bracket]))) if bracket else end
    start = start_of(masked, place.left, base_end)
    name = place.text[start:base_end].strip(" \t\"'“”‘’「」#:-—·•●◆*./")
    name = _ENTRY.sub("", name.replace("#", ""))
    if "产" in masked[base_end : quantity.start]:
        name = re.sub(r"(?:生产)?(?:企业|行业|厂家|工厂)$", "", name)
    part = _PART_AT_END.search(name)
    if part and ends_in_goods(name[: part.start()]):
        name = name[: part.start()].strip()
    if not name or len(name) > LONGEST:
        return None
    shown, spec = name, _spec(place, start, quantity.start)
    if bracket and BLANK not in masked[bracket:end] and ends_in_goods(name) and not quantity.is_money:
        shown = name + place.text[bracket:end]
    elif bracket and spec is None:
        spec = place.text[bracket + 1 : end].rstrip(")") or None
    shown = words.ELIDED.get(shown, shown)
    joined = _joined(place, start, shown)
    if joined and _each(masked, base_end, quantity.start):
        return Goods(shown, start, base_end, spec, more=tuple(joined[0]))
    if joined:
        return Goods(place.text[joined[1] : start] + shown, joined[1], base_end, spec)
    return Goods(shown, start, base_end, spec)


def _without_trail(segment: str) -> str:
    """The segment without the words between goods and their number, one by one: 体温计约 ends in goods at 计."""
    run = segment.rstrip(_SIGNS_BETWEEN)
    while not _ENDS.search(run):
        trail = _TRAIL.search(run)
        if trail is None:
            break
        run = run[: trail.start()].rstrip(_SIGNS_BETWEEN)
    return run


def _before_specs(place: Place, end: int) -> int:
    """`end` moved left over sizes, packs and blanks: 棉片210*160mm, 口罩(50只/盒)."""
    moved = True
    while moved:
        opened = _bracket(place.masked.text, place.left, end)
        if opened and any(opened < start < end for start, _ in place.masked.specs):
            end = opened
        moved = False
        while end > place.left and place.masked.text[end - 1] in " \t(:-—,*":
            if place.text[end - 1] == "," and not _spec_at(place, end):
                break
            end -= 1
        for start, stop in place.masked.specs:
            if start >= place.left and stop in (end, end - 1 if place.masked.text[end - 1 : end] == ")" else end):
                end, moved = start, True
    return end


def _spec_at(place: Place, at: int) -> bool:
    return any(start == at for start, _ in place.masked.specs)


def _bracket(masked: str, left: int, end: int) -> int:
    """Where the bracket opens that closes at `end`, or 0."""
    if end <= left or masked[end - 1] != ")":
        return 0
    opened = masked.rfind("(", left, end)
    return opened if opened > left else 0


def start_of(masked: str, left: int, end: int) -> int:
    """Where in a masked text the goods begin that end at `end`: behind the last separator or"
    " word that is none of them."""
    start = left
    for at in range(end - 1, left - 1, -1):
        if masked[at] in _HARD or masked[at] in "(:)":
            start = at + 1
            break
    begin = start
    for cut in _CUT.finditer(masked, start, end):
        if cut.end() <= end and not _is_part_of_name(masked, cut, begin, end):
            start = cut.end()
    return _last_token(masked, start, end)


def _is_part_of_name(masked: str, cut: re.Match[str], start: int, end: int) -> bool:
    """Whether the word cut at belongs to the goods: what is left without it says nothing (捐赠物资, 使用)."""
    if any(head.end() > cut.end() and head.start() <= cut.start() for head in _HEAD.finditer(masked, start, end)):
        return True
    left = masked[cut.end() : end].strip()
    if not left and cut.group() in words.HEADS:
        return True
    return left in words.GENERIC and cut.group() in ("捐赠", "援助", "捐助", "慰问", "募捐")


def _last_token(masked: str, start: int, end: int) -> int:
    """Behind the last blank between two Chinese words; 3M 口罩 and 口罩 KN95 stay whole."""
    tokens = list(re.finditer(r"\S+", masked[start:end]))
    if not tokens:
        return end
    first = len(tokens) - 1
    while first > 0 and _PART.match(tokens[first].group()):
        first -= 1
    while first > 0 and (_is_latin(tokens[first].group()) or _is_latin(tokens[first - 1].group())):
        if _is_latin(tokens[first - 1].group()) and first - 1 == 0 and not _is_latin(tokens[first].group()):
            first -= 1
            break
        first -= 1
    return start + tokens[first].start()


def _is_latin(token: str) -> bool:
    return not re.search(r"[\u4e00-\u9fff]", token)


def _joined(place: Place, start: int, name: str) -> tuple[list[str], int] | None:
    """Goods before 、 that have no number of their own (防护服、隔离衣4.89万件): their names, and where they begin."""
    names: list[str] = []
    at = start
    while at > place.left and place.masked.text[at - 1] in "、和/" and len(names) < 3:
        begin = start_of(place.masked.text, place.left, at - 1)
        part = place.text[begin : at - 1].strip()
        if not part or not ends_in_goods(part) or len(part) > LONGEST:
            break
        names.insert(0, part)
        at = begin
    return (names, at) if names and ends_in_goods(name) else None


def _each(masked: str, start: int, end: int) -> bool:
    return "各" in masked[start:end]


def _behind(quantity: Quantity, place: Place) -> Goods | None:
    start = quantity.end
    stop = min(place.right, start + LONGEST)
    run = re.match(r"[ \t]?(?:的|左右的|以上的)?([^\s,。;:!?、()\n]*)", place.masked.text[start:stop])
    if run is None or not run[1]:
        return None
    begin, words_behind = start + run.start(1), run[1]
    described = re.match(r"[^的]{1,6}的", words_behind)
    if described and flows.signs(described.group()):
        begin, words_behind = begin + described.end(), words_behind[described.end() :]
    length = _goods_length(words_behind)
    if not length or (length == 1 and quantity.unit not in words.STRONG_UNITS):
        return None
    name = place.text[begin : begin + length].strip("“”\"' #")
    if not place.masked.text[begin : begin + length].strip(BLANK) and not _GRADE.match(name):
        return None
    return Goods(words.ELIDED.get(name, name), begin, begin + length, _spec(place, start, begin + length))


def _goods_length(run: str) -> int:
    """How much of a run is goods: up to the end of the first word of goods, and of what that is a part of
    (口罩 in 口罩机). 0 when it begins with something else."""
    grade = re.match(rf"(?:{BLANK}+|[Kk]?[Nn]9[05]|3[Mm])(?=$)", run)
    if grade:
        return grade.end()
    end = 0
    for at in range(len(run)):
        if end and at > end:
            break
        match = _HEAD.match(run, at)
        if match and match.end() > end:
            end = match.end()
    if not end:
        return 0
    before = _HEAD.search(run)
    opening = run[: before.start()] if before else ""
    if _CUT.search(opening) or _NO_GOODS_BEHIND.match(run[max(0, end - 1) :]) or _NO_GOODS_BEHIND.match(run[end:]):
        return 0
    if _NOT_GOODS.search(run[:end]) and not _ENDS.search(run[:end]):
        return 0
    return end


def _inherited(quantity: Quantity, place: Place, found: Goods | None) -> Goods | None:
    """The goods named before, where only a size or grade or nothing stands with the number."""
    before = place.before
    if before is None or quantity.is_money:
        return None
    between = place.masked.text[before.end : quantity.start]
    if "。" in between:
        return None
    if found and _GRADE.match(found.name):
        return replace(found, name=found.name + before.name)
    is_part = re.match(r"[,、;(]?\s*其中", place.masked.text[place.left : quantity.start])
    if found and is_part and _is_elided(quantity, place):
        return Goods(before.name, quantity.start, quantity.start)
    if found and (_PART.match(found.name) or _is_inside(before, quantity, place)):
        return Goods(before.name, found.start, found.end, found.name)
    gap = place.masked.text[place.left : quantity.start]
    if not found and _SEPARATED.match(gap) and _is_elided(quantity, place):
        return Goods(before.name, quantity.start, quantity.start, _spec(place, place.left, quantity.start))
    return None


def _is_elided(quantity: Quantity, place: Place) -> bool:
    if quantity.unit is None and not _TRAIL.search(place.masked.text[place.left : quantity.start].rstrip()):
        return False
    return bool(_ELIDED_BEHIND.match(place.masked.text, quantity.end))


def _mentioned(quantity: Quantity, place: Place) -> Goods | None:
    """Goods of the same sentence without a number of their own (医用防护口罩,需1.5万只), or else the last counted."""
    if quantity.is_money or not _is_elided(quantity, place):
        return None
    text = place.masked.text
    earliest = max(0, quantity.start - REACH)
    since = max(earliest, *(text.rfind(sign, earliest, quantity.start) + 1 for sign in "。;\n!?"))
    for end in reversed(
        [match.start() for match in re.finditer(r"[,、()]|没|告|缺|无|$", text[since : quantity.start])]
    ):
        at = _before_specs(replace(place, left=since), since + end)
        bracket = _bracket(text, since, at)
        at = bracket or at
        begin = start_of(text, max(since, place.left), at) if at > max(since, place.left) else at
        name = place.text[begin:at].strip(" \"“”'")
        if name and len(name) <= LONGEST and ends_in_goods(name):
            return Goods(words.ELIDED.get(name, name), begin, at, _spec(place, at, quantity.start))
    before = place.before
    gap = text[before.end : quantity.start] if before else ""
    if before and ("。" not in gap or re.search("产能|产量|日产", gap)):
        return Goods(before.name, quantity.start, quantity.start)
    return None


def _may_be_goods(name: str, quantity: Quantity, place: Place) -> bool:
    """Whether a name that ends in no known word may be goods: drugs and brands in a plain list."""
    if _NOT_GOODS.search(name) or _NO_NAME.search(name) or quantity.is_money or len(name) < 2 or _is_latin(name):
        return False
    if quantity.unit in ("米", "升", "方") or (quantity.unit in _WEAK_UNITS and not place.is_list):
        return False
    if quantity.unit is None:
        return place.is_list and place.masked.text[quantity.end : quantity.end + 1] in ("", *" ,。;、\n)")
    return place.is_list or quantity.unit in words.STRONG_UNITS


def _spec(place: Place, start: int, end: int) -> str | None:
    for begin, stop in place.masked.specs:
        if start <= begin and stop <= end + 12:
            return place.text[begin:stop].strip()
    return None
