"""Which goods a quantity counts: the words before it (口罩2万只), behind it (2万只口罩), or the goods named before
(大号500套,中号300套)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from liangcao.interfaces.intake.reading import flows, words
from liangcao.interfaces.intake.reading.masks import BLANK, Masked
from liangcao.interfaces.intake.reading.names import (
    GRADE,
    LONGEST,
    NOT_GOODS,
    PART,
    TRAIL,
    ends_in_goods,
    goods_length,
    is_latin,
    start_of,
    without_trail,
)
from liangcao.interfaces.intake.reading.quantities import Quantity

# How far before its number goods may be named.
REACH = 80
_PART_AT_END = re.compile(
    r"(?:[SML]|X{1,3}L)码?$|(?:成人|儿童|男|女|长|短)(?:款|用|码|式)?$|[大中小](?:号|码)$|(?:壁挂|立|柜|手持|便携|移动|车载|折叠|台|推车)式$|(?:特大|加大)号?$"
)
_SEPARATED = re.compile(rf"^(?:[\s,、;()和及{BLANK}]|其中|另|以及|[(][^()]{{1,8}}[)])*$")
# A sum that is only called a gift: 捐赠100万元.
_GIFT = re.compile(r"(?:捐赠|捐款|捐资|捐助|捐出)$")
_WEAK_UNITS = ("个", "条", "间", "座", "门", "项", "口")
_NO_NAME = re.compile(r"[后时前中内上里天年月日处员者们]$|^第")
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
    if behind and not (found and PART.match(found.name)):
        return behind
    named = found if found and _may_be_goods(found.name, quantity, place) else None
    if (
        named is None
        and behind is None
        and quantity.is_money
        and _GIFT.search(place.masked.text[place.left : quantity.start])
    ):
        return Goods(place.text[quantity.start - 2 : quantity.start], quantity.start - 2, quantity.start)
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
    return bool(GRADE.match(found.name) and place.before and _is_inside(place.before, quantity, place))


def _is_inside(before: Goods, quantity: Quantity, place: Place) -> bool:
    between = place.masked.text[before.end : quantity.start]
    return between.count("(") > between.count(")")


def _in_front(quantity: Quantity, place: Place) -> Goods | None:
    masked = place.masked.text
    segment = masked[place.left : quantity.start]
    end = place.left + len(without_trail(segment))
    end = _before_specs(place, end)
    bracket = _bracket(masked, place.left, end)
    base_end = _before_specs(place, place.left + len(without_trail(masked[place.left : bracket]))) if bracket else end
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
    length = goods_length(words_behind)
    if not length or (length == 1 and quantity.unit not in words.STRONG_UNITS):
        return None
    name = place.text[begin : begin + length].strip("“”\"' #")
    if not place.masked.text[begin : begin + length].strip(BLANK) and not GRADE.match(name):
        return None
    return Goods(words.ELIDED.get(name, name), begin, begin + length, _spec(place, start, begin + length))


def _inherited(quantity: Quantity, place: Place, found: Goods | None) -> Goods | None:
    """The goods named before, where only a size or grade or nothing stands with the number."""
    before = place.before
    if before is None or quantity.is_money:
        return None
    between = place.masked.text[before.end : quantity.start]
    if "。" in between:
        return None
    if found and GRADE.match(found.name):
        return replace(found, name=found.name + before.name)
    is_part = re.match(r"[,、;(]?\s*其中", place.masked.text[place.left : quantity.start])
    if found and is_part and _is_elided(quantity, place):
        return Goods(before.name, quantity.start, quantity.start)
    if found and (PART.match(found.name) or (quantity.unit and _is_inside(before, quantity, place))):
        return Goods(before.name, found.start, found.end, found.name)
    gap = place.masked.text[place.left : quantity.start]
    if not found and _SEPARATED.match(gap) and _is_elided(quantity, place):
        return Goods(before.name, quantity.start, quantity.start, _spec(place, place.left, quantity.start))
    return None


def _is_elided(quantity: Quantity, place: Place) -> bool:
    if quantity.unit is None and not TRAIL.search(place.masked.text[place.left : quantity.start].rstrip()):
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
    if NOT_GOODS.search(name) or _NO_NAME.search(name) or quantity.is_money or len(name) < 2 or is_latin(name):
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
