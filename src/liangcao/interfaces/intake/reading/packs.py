"""Packs as people write them: 480只/件, 5ml/支 5支/盒 120盒/箱, 12*25只/箱, 1袋10个. Sizes and weights are no packs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from liangcao.interfaces.intake.reading.numbers import plain
from liangcao.interfaces.intake.reading.words import MONEY_UNITS, UNITS, pattern

_LENGTHS = (
    "cm",
    "mm",
    "CM",
    "MM",
    "Cm",
    "Mm",
    "m",
    "厘米",
    "毫米",
    "米",
    "寸",
    "英寸",
    "吋",
    "目",
    "丝",
    "㎡",
    "平方米",
    "号",
    "码",
)
_WEIGHTS = (
    "ml", "ML", "mL", "Ml", "l", "L", "g", "G", "kg", "KG", "Kg", "kG", "mg", "MG", "ug", "μg", "µg", "IU", "t", "%",
    "毫升", "升", "公升", "克", "千克", "公斤", "斤", "市斤", "吨", "毫克", "万单位", "单位", "万u", "盎司", "oz", "W", "V", "度",
)  # fmt: skip
_PIECES = (
    *(set(UNITS) - set(MONEY_UNITS) - set(_LENGTHS) - set(_WEIGHTS)),
    "小袋",
    "大袋",
    "中盒",
    "大件",
    "小件",
    "中箱",
    "颗",
    "付",
    "组",
    "粒",
)
# From the smallest to the largest; what is not named here is a piece.
_RANKS = {
    "板": 1, "排": 1, "条": 1, "联": 1, "捆": 3, "打": 2, "小袋": 2, "小包": 2, "小盒": 2, "盒": 2, "包": 2, "袋": 2, "瓶": 1,
    "卷": 1, "提": 3, "筒": 2, "桶": 2, "罐": 2, "中盒": 3, "中包": 3, "大包": 3, "大袋": 3, "大盒": 3, "件": 5, "箱": 5, "小箱": 4,
    "大箱": 6, "中箱": 5, "纸箱": 5, "整箱": 5, "大件": 6, "小件": 4, "托": 7, "托盘": 7, "集装箱": 8, "编织袋": 4, "麻袋": 4,
}  # fmt: skip
_OUTER = 4
_TOKEN = re.compile(
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?![\d.])|\d+(?:\.\d+)?)|(?P<length>{pattern(_LENGTHS)})(?![A-WYZa-wyz])"
    rf"|(?P<weight>{pattern(_WEIGHTS)})(?![A-WYZa-wyz])|(?P<piece>{pattern(_PIECES)})"
    r"|(?P<times>[*xX✕✖])|(?P<per>/|每|一(?=[^\d\s])|\\|÷)|(?P<packed>装)|(?P<gap>[\s,;、。:()\[\]【】&|]+)"
    r"|(?P<filler>共|计|内|含|有|入|=|约(?!束)|(?<=\d)[sS](?![A-Za-z\d]))|(?P<word>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Pack:
    """`count` base pieces in one outer unit. `unit` is the piece's, `outer` the pack's; None where the spec does not
    say. `levels`: every pack named in the spec with the base pieces in it."""

    count: int
    unit: str | None = None
    outer: str | None = None
    levels: tuple[tuple[str, int], ...] = ()

    def count_in(self, unit: str | None) -> int | None:
        """The base pieces in one of `unit`: of the pack, of a pack inside it, or of the piece itself."""
        if unit == self.outer and unit is not None:
            return self.count
        if unit == self.unit and unit is not None:
            return 1
        return dict(self.levels).get(unit or "")


@dataclass(slots=True)
class _Factor:
    """A number with what it counts and in what: 120盒/箱. `tied`: joined to the factor before it by a sign of times."""

    number: Decimal
    unit: str | None = None
    per: str | None = None
    measure: str | None = None
    tied: bool = False
    packed: bool = False


@lru_cache(maxsize=8192)
def pack_of(spec: str) -> Pack | None:
    """The pack that a spec describes; None where it describes none, or none that can be known."""
    text = plain(spec.replace("×", "*")).replace("，", ",").strip()
    if len(text) > 200 or "+" in text or not any(sign.isdigit() for sign in text):
        return None
    factors = _factors(text)
    if not factors:
        return None
    runs = [run for run in _runs(factors) if run]
    links = _completed([link for run in runs for link in _links(run)])
    return _joined(links) if all(link.number == int(link.number) and link.number > 0 for link in links) else None


def _tokens(text: str) -> list[tuple[str, str]]:
    return [(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(text)]


def _factors(text: str) -> list[_Factor]:
    """The factors of a spec from left to right; none when a part of it is malformed (100支*盒/箱)."""
    tokens = [token for token in _tokens(text) if token[0] != "filler"]
    found: list[_Factor] = []
    tied, at = False, 0
    while at < len(tokens):
        kind = tokens[at][0]
        after = [name for name, _ in tokens[at + 1 : at + 4]]
        if kind == "number":
            factor, at = _factor(tokens, at)
            factor.tied = tied and bool(found)
            found.append(factor)
            tied = False
            if factor.per and _kind(tokens, at) == "per" and _kind(tokens, at + 1) == "piece":
                return []
            continue
        if kind == "times":
            tied = True
            if after[:1] in (["piece"], ["per"]):
                return []
        elif kind in ("per", "piece") and _leads(tokens, at):
            # 每箱480只, 箱/480只.
            step = at + 1 if kind == "per" else at
            skip = 2 if tokens[step + 1][0] in ("per", "gap") else 1
            factor, at = _factor(tokens, step + skip)
            factor.per = tokens[step][1]
            factor.tied = False
            found.append(factor)
            continue
        elif kind in ("word", "piece", "length", "weight"):
            tied = False
        at += 1
    return found


def _leads(tokens: list[tuple[str, str]], at: int) -> bool:
    """Whether a pack is named before what is in it: 每箱480只, 箱/480只."""
    kinds = [kind for kind, _ in tokens[at : at + 5]]
    if at and tokens[at - 1][0] in ("number", "piece", "weight", "length"):
        return False
    return any(
        kinds[: len(wanted)] == wanted
        for wanted in (
            ["per", "piece", "number", "piece"], ["per", "piece", "gap", "number", "piece"],
            ["piece", "per", "number", "piece"],
        )
    )  # fmt: skip


def _factor(tokens: list[tuple[str, str]], at: int) -> tuple[_Factor, int]:
    """The factor that begins with the number at `at`, and where the next one may begin."""
    factor = _Factor(Decimal(tokens[at][1].replace(",", "")))
    at += 1
    if at < len(tokens) and tokens[at][0] == "gap" and tokens[at][1].isspace() and _kind(tokens, at + 1) in _COUNTED:
        at += 1
    if _kind(tokens, at) in _COUNTED:
        kind, word = tokens[at]
        factor.unit, factor.measure = (word, None) if kind == "piece" else (None, kind)
        at += 1
    if _kind(tokens, at) == "packed":
        factor.packed = True
        at += 1
    ahead = at + 1 if _kind(tokens, at) == "gap" and tokens[at][1].isspace() else at
    if (
        _kind(tokens, ahead) == "per" and _kind(tokens, ahead + 1) == "piece" and _kind(tokens, ahead + 2) != "number"
    ) or (_kind(tokens, ahead) == "per" and _kind(tokens, ahead + 1) == "piece" and tokens[ahead][1] == "/"):
        factor.per, at = tokens[ahead + 1][1], ahead + 2
    elif (
        _kind(tokens, ahead) == "per"
        and tokens[ahead + 1 : ahead + 2] == [("number", "1")]
        and (_kind(tokens, ahead + 2) == "piece")
    ):
        factor.per, at = tokens[ahead + 2][1], ahead + 3
    return factor, at


_COUNTED = ("piece", "length", "weight")


def _kind(tokens: list[tuple[str, str]], at: int) -> str | None:
    return tokens[at][0] if at < len(tokens) else None


def _runs(factors: list[_Factor]) -> Iterator[list[_Factor]]:
    """The factors that are multiplied with each other, run by run; 1袋10个 is such a run too."""
    run: list[_Factor] = []
    for factor in factors:
        if run and not factor.tied:
            before = run[-1]
            if len(run) == 1 and before.number == 1 and _is_pack_of_one(before, factor):
                yield [replace(factor, per=before.unit)]
                run = []
                continue
            yield run
            run = []
        run.append(factor)
    yield run


def _is_pack_of_one(one: _Factor, inside: _Factor) -> bool:
    return bool(one.unit and not one.per and inside.unit and not inside.per and _rank(one.unit) > _rank(inside.unit))


def _links(run: list[_Factor]) -> list[_Factor]:
    """What a run says as links "number of unit in per"; none for a size, a weight or a number alone."""
    has_weight = any(factor.measure == "weight" for factor in run)
    if any(factor.measure == "length" for factor in run):
        run = [factor for factor in run if factor.unit]
        if any(not factor.unit for factor in run):
            return []
    run = [factor for factor in run if not factor.measure]
    bare = [factor for factor in run if not factor.unit]
    if len(run) == 1 and bare and (bare[0].per or bare[0].packed) and bare[0].number > 1:
        return bare
    if not run or (len(bare) == len(run) and not (has_weight and len(run) == 1)) or len(bare) > 1:
        return []
    if len(run) > 1 and not run[0].per and run[0].unit and _rank(run[0].unit) >= _OUTER and len(run) == 2:
        # 50箱(*1000), 80箱*100: so many boxes came, each of so many.
        return [replace(run[1], per=run[0].unit)] if not run[1].per else []
    return _chain(_merged(run))


def _merged(run: list[_Factor]) -> list[_Factor]:
    """A bare number goes into its neighbour: 12*25只/箱 is 300只/箱."""
    found: list[_Factor] = []
    carried = Decimal(1)
    for factor in run:
        if factor.unit is None and factor.per is None and len(run) > 1:
            if found and factor is run[-1]:
                found[-1] = replace(found[-1], number=found[-1].number * factor.number)
            else:
                carried *= factor.number
            continue
        if factor.unit is None and found:
            found[-1] = replace(found[-1], number=found[-1].number * factor.number, per=factor.per)
            continue
        found.append(replace(factor, number=factor.number * carried))
        carried = Decimal(1)
    return found


def _chain(run: list[_Factor]) -> list[_Factor]:
    """15片*2板/盒*200盒/箱: each factor is in one of the next one's unit, from the smallest up."""
    ranks = [_rank(factor.unit or "") for factor in run]
    if ranks != sorted(ranks):
        # Told from the largest down (1箱*20盒*50只), or in no order (2板*12粒*300盒).
        run = sorted(run, key=lambda factor: _rank(factor.unit or ""))
    links: list[_Factor] = []
    for number, factor in enumerate(run):
        following = run[number + 1] if number + 1 < len(run) else None
        is_last = following is None and bool(links) and not factor.per
        if is_last and factor.unit and (factor.number == 1 or _rank(factor.unit) >= _OUTER):
            # 10支*1盒; 480只/件*10件 says how many came.
            break
        if following is not None and following.unit:
            links.append(replace(factor, per=following.unit))
        else:
            links.append(factor)
    return links


def _completed(links: list[_Factor]) -> list[_Factor]:
    """The links with what goes without saying: 50只/盒 40/箱 (40 盒), 8片 200盒/箱 (8片 in a 盒), 1只/袋 50只/盒."""
    units = [link.unit for link in links]
    links = [
        link
        for link in links
        if link.number != 1 or len(links) == 1 or units.count(link.unit) == 1 or link.per in units
    ]
    units = [link.unit for link in links]
    for link in links:
        open_tops = [other.per for other in links if other is not link and other.per and other.per not in units]
        if link.unit is None and link.per and not link.measure and len(open_tops) == 1:
            link.unit = open_tops[0]
    loose = [link for link in links if link.per is None and link.unit]
    bases = [other.unit for other in links if other.per and not any(other.unit == each.per for each in links)]
    fits = len(loose) == 1 and len(bases) == 1 and bases[0] and _rank(bases[0]) > _rank(loose[0].unit or "")
    if fits and not any(loose[0].unit == each.per for each in links):
        loose[0].per = bases[0]
    return links


def _joined(links: list[_Factor]) -> Pack | None:
    """One pack out of links that fit into each other from the piece to the largest pack; None when they do not."""
    if not links:
        return None
    by_per: dict[str | None, _Factor] = {}
    for link in links:
        there = by_per.get(link.per)
        if there is not None and (there.number, there.unit) != (link.number, link.unit):
            return None
        by_per[link.per] = link
    held = {link.unit for link in by_per.values()}
    tops = [link for link in by_per.values() if link.per is None or link.per not in held]
    if len(tops) != 1:
        return None
    levels: list[tuple[str | None, Decimal]] = []
    at: _Factor | None = tops[0]
    while at is not None:
        if len(levels) >= len(by_per):
            return None
        levels.append((at.per, at.number))
        base = at.unit
        at = by_per.get(base) if base is not None else None
    if len(levels) != len(by_per) or (tops[0].per is not None and tops[0].per == base):
        return None
    return _pack(levels, base)


def _pack(levels: list[tuple[str | None, Decimal]], base: str | None) -> Pack | None:
    count, named = 1, []
    for per, number in reversed(levels):
        count *= int(number)
        if per is not None:
            named.append((per, count))
    return Pack(count, base, levels[0][0], tuple(reversed(named))) if count <= 10**7 else None


def _rank(unit: str) -> int:
    return _RANKS.get(unit, 0)
