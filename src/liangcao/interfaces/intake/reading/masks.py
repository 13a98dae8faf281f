"""Numbers that are no quantities: dates, times, standards, models, percents, sizes, packs, prices, telephones.

Each is blanked out before quantities are looked for; what describes goods (sizes and packs) is kept as their spec.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from liangcao.interfaces.intake.reading import words

BLANK = "\x00"
_N = r"\d+(?:\.\d+)?"
_HAN_DAY = "[一二三四五六七八九十]{1,3}"
_PIECE = words.pattern(
    [unit for unit in words.STRONG_UNITS + words.WEAK_UNITS if unit not in ("吨", "t", "方")] + ["人份", "小盒", "中盒"]
)
_MEASURE = r"(?:毫升|ml|ML|mL|Ml|mg|MG|[μµu]g|克|g|G|cm|CM|mm|MM|MPa|W|V|L|升|英寸|厘米|毫米|公分|寸|目|丝|码|匹|IU|万单位|单位)"
_WEIGHT = r"(?:kg|KG|Kg|公斤|千克|斤)"

# In this order: what is longer and surer first.
_MASKS = tuple(
    re.compile(pattern)
    for pattern in (
        # Telephones and other long numbers of people.
        r"(?<!\d)1[3-9]\d{9}(?!\d)",
        r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)",
        r"(?<!\d)400-?\d{3,4}-?\d{3,4}(?!\d)",
        r"(?:电话|热线|手机|微信|QQ|qq|传真|邮编|账号|帐号|代码|编号|邮箱|群号|证号)\s*[::]?\s*[\d\-/ *]{5,}",
        r"https?://[!-~]+",
        r"(?<![\d.])\d{9,}(?![\d.])",
        r"(?<!\d)(?:19|20)\d\d\s*[年\-/.]\s*\d{1,2}\s*[月\-/.]\s*\d{1,2}\s*[日号]?",
        r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
        r"(?:\d{2,4}|[〇零一二三四五六七八九]{2,4})\s*年(?!\w*产)(?:\s*\d{1,2}\s*月份?)?(?:\s*\d{1,2}\s*[日号])?",
        r"\d{1,2}\s*月\s*(?:\d{1,2}\s*[日号]?(?:\s*[至到\-~—]+\s*(?:\d{1,2}月)?\d{1,2}\s*[日号])?|份|底|初|中旬|上旬|下旬|末)",
        rf"{_HAN_DAY}月(?:份|底|初|{_HAN_DAY}[日号]?)",
        r"(?<![\d.])\d{1,2}\s*[日号](?:\s*[至到\-~—]+\s*\d{1,2}\s*[日号])?(?!楼|线|车间|机|仓)",
        r"(?<!\d)\d{1,2}[::]\d{2}(?:[::]\d{2})?(?!\d)",
        r"\d{1,2}\s*[时点](?:\s*\d{1,2}\s*分|半|许|整)?(?![多余]?[万千])",
        r"第\s*(?:\d+|[一二三四五六七八九十百]+)",
        # Standards: GB19083-2010, YY/T 0969, EN 149:2001, ASTM F2100.
        (
            r"(?:GB|YY|EN|ISO|NIOSH|ASTM|FDA|CE|WS|HG|QB|FZ|AQ|LD|TAJ|JIS|BS|AS|DB|"
            r"T)\s*/?\s*[TZ]?\s*[A-Z]?\s*\d[\d.]*(?:\s*[-—–:]\s*(?:19|20)?\d{2,4})?"
        ),
        r"2019-n[Cc]o[Vv]",
        # Money for a piece, and parts of a whole.
        rf"(?:单价|售价|价格|原价|均价|定价|仅售)\s*[::为]?\s*(?:人民币)?\s*[¥¥]?\s*{_N}\s*元?",
        rf"{_N}\s*元\s*[/每一]\s*(?:{_PIECE})",
        rf"{_N}\s*(?:%|‰|个百分点|折|倍)",
        r"百分之[一二三四五六七八九十百点零\d.]+",
        r"(?<![\d:])1\s*[::比]\s*\d+(?:\.\d+)?(?!\d)",
        # Goods whose name has a number.
        r"(?<![\d.])84(?=\s*(?:消毒|除菌|液|水|原液))",
        r"(?:(?<=[\s,、;:。])|^)84(?=\s*[,、]|\s+\d|$)",
        r"(?<![\d.])75\s*(?=度|酒精|医用酒精|乙醇)",
        r"(?<!\d)95\s*(?=酒精|度)",
        r"肺炎\s*\d+\s*号",
        # Grades and models: N95, KN95, FFP2, 3M1860, YC-J-0200001.
        r"(?<![A-Za-z])[Kk]?[Nn]\s?(?:9[0-9]|1[0-2]\d)[Vv]?(?!\d)",
        r"(?<![\d.])\d{4}(?:/\d{4})+(?![\d.])",
        r"(?<![A-Za-z\d])FFP\s?[123](?!\d)",
        r"(?<![A-Za-z\d])3[Mm]\s?(?:\d{3,5}[A-Za-z+]*)?(?:\s*[/、]\s*\d{4}[A-Za-z]*)*",
        r"(?<![A-Za-z\d])[Pp][Mm]\s?2\s?\.\s?5",
        (
            r"(?<![A-Za-z\d])[Hh]?[A-Za-z]{1,6}(?:-[A-Za-z]{0,3}){0,3}-?\d+[A-Za-z\d]*(?:-[A-Za-z\d]+)*("
            r"?:[/+][A-Za-z\d]+)*"
        ),
        r"\d[\dA-Za-z.+\-]{0,12}型(?!号)",
        r"\d+(?:\.\d+)?\s*号(?=[\u4e00-\u9fff])",
        rf"(?<=[\u4e00-\u9fff])-\d+(?!\d|\s*(?:{_PIECE}))(?=[\u4e00-\u9fff])",
        r"一式\s*\w{0,2}\d*\s*[份联]",
        r"(?:分机|转)\s*\d{3,5}",
        r"[每一]人\w{0,6}?\d+\s*[个只]",
        r"限[购领]\s*\d+\s*\w",
        # A number that begins a line of a list: 1. 2、 (3)
        r"(?m)(?:^|(?<=[\n;。]))\s*[(]?\d{1,2}\s*(?:[.、)](?!\d)|[.](?=\s*\D))",
        # Addresses and other places.
        r"\d+\s*(?:路|楼|室|栋|幢|号楼|弄|巷|层|单元|车道|房间)",
        (
            r"(?:\d+|[一二三四五六七八九十百千两几]{1,5})\s*(?:个)?(?:多)?\s*(?:小时|钟头|分钟|天|周(?!转)|星期|个月|月份|年|岁|秒|夜|晚|昼夜|级|公里|"
            r"千米|℃|度|届|环|期(?!货)|代|倍|次(?!性|氯)|轮|场次)"
        ),
    )
)
# No pattern has to go through numbers as long as these. They are no quantities, and neither are those of 9 figures and
# more that are a telephone's or an account's – but where a unit of goods stands behind one, or goods before it and
# nothing behind, somebody means an amount, and it must be asked about and not be passed over.
_LONG = re.compile(r"\d{13,}")
_LARGE = re.compile(r"(?<![\d.*/-])\d{9,}(?:\s?[-~—至到]\s?\d{9,})?(?![\d.*])")
_COUNTED = re.compile(
    r"\s?[万亿]?(?:只|套|箱|盒|瓶|桶|件(?!号)|个(?!人|体)|副|片|吨|公斤|千克|斤|升|支(?!行|付)|双|台|顶|卷|条)"
)
_NAMED = re.compile(rf"(?:{words.pattern(words.HEADS)})\s*:?\s*$")
_AT_END = re.compile(r"\s*(?:[,;。!?\n]|$)")
_OF_PEOPLE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|400\d{7}")
# What no name of a person begins with: 13800138000张三.
_SURELY = re.compile(r"[万亿只套箱盒瓶桶件个]")
# Longer ones cannot be kept as they are, and stay too large.
_MOST_FIGURES = 22
_HELD = "\x01"
# 30瓶X20箱: a sign of multiplication, no model.
_TIMES = re.compile(r"(?<=[\d只个支瓶盒包袋片粒板卷双套副枚])[xX](?=\s?\d)")
_ENTRY = re.compile(r"(?:^|(?<=[\s,;:。(]))(?P<number>\d{1,2})\s*[、.)](?!\d)")
# Sizes of clothing are looked for before models are: 175/XL120件.
_SIZES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)1[4-9][05]\s*(?:/\s*(?:\d{2,3}\s*|\d)?[A-Z]{0,4}|[A-Z]{1,4})(?![a-z])",
        r"(?<![A-Za-z\d])[2-9]\s?[Xx][Ll](?![A-Za-z])",
        r"(?<![\d.])\d{2}(?:\.5)?\s*码",
        r"(?<![\d.])[5-9](?:\.5)?\s*号(?=\s*\d)",
        rf"{_N}\s*(?:㎡|m²|m2)",
        rf"{_N}\s*[-~—至]\s*{_N}\s*{_MEASURE}(?:/(?:min|h))?",
    )
)
# Sizes and packs: they describe the goods beside them.
_SPECS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_N}\s*(?:{_PIECE}|{_MEASURE})?\s*\*\s*(?={_N}\s*(?:箱|件|盒|包|袋|桶|提)(?:[\s,。;、]|$))",
        rf"(?<=[(]){_N}\s*(?:{_PIECE}|件套)(?:装)?(?=[)]\s*\d)",
        (
            rf"{_N}\s*(?:{_MEASURE}|"
            rf"{_WEIGHT})?\s*[*xXX]\s*{_N}(?:\s*[*xX]\s*{_N})*\s*(?:{_MEASURE})?"
            rf"(?:\s*(?:{_PIECE})\s*[/每]\s*(?:{_PIECE}))?"
        ),
        rf"(?:{_N}\s*(?:{_PIECE}|{_MEASURE}|{_WEIGHT}|人)\s*(?:/|每|一(?=[箱盒包瓶袋件桶]))\s*(?:{_PIECE})(?:\s*[*xX,,]?\s*)?)+",
        rf"{_N}\s*(?:{_PIECE})\s*[*xX]\s*(?={_N}\s*(?:{_PIECE})(?:[\s,。;、)]|$))",
        rf"每\s*(?:{_PIECE})\s*(?:装|有|含|共)?\s*{_N}\s*(?:{_PIECE}|{_MEASURE}|{_WEIGHT})(?:装)?",
        rf"{_N}\s*(?:{_PIECE}|{_MEASURE}|{_WEIGHT})\s*(?:装|型|规格|/(?:{_PIECE}))",
        rf"{_N}\s*(?:{_MEASURE}|平方?米|立方米?|人|座)(?!\s*消毒)(?=\s*(?:[/每装的*xX]|[^\d\s,、。;]{{1,12}}?\s*\d))",
        rf"{_N}\s*(?:ml|ML|mL|mg|[μµu]g|cm|mm|CM|MM|毫升|厘米|毫米|英寸|寸)",
        rf"{_N}\s*{_WEIGHT}(?=\s*(?:[/每装]|规格))",
    )
)


# What is left of numbers that run into Latin letters: 14Fr, 5kW, 48T/盒.
_LATIN = re.compile(
    r"\d[\d.]{0,12}(?!(?:kg|KG|Kg|ml|ML|mL|[Lgtkw])(?![A-Za-z]))(?:[A-Za-jl-zA-JL-VX-Z]|"
    r"[kKwW][A-Za-z])[A-Za-z\d.\-+]*(?:/(?:min|h|[\u4e00-\u9fff]))?"
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which only quantities are left as numbers. `specs`: where sizes and packs stand."""

    text: str
    specs: tuple[tuple[int, int], ...]


def masked(text: str) -> Masked:
    """Blank out every number of `text` (as `plain` gives it) that is no quantity; positions stay."""
    specs: list[tuple[int, int]] = []
    amounts = [match.span() for match in _LARGE.finditer(text) if _is_amount(text, match)]
    kept = text
    for start, end in amounts:
        kept = kept[:start] + _HELD * (end - start) + kept[end:]
    kept = _TIMES.sub("*", _without_counting(_LONG.sub(_blank, kept)))
    for mask in _SIZES:
        specs += [_span(match) for match in mask.finditer(kept)]
        kept = mask.sub(_blank, kept)
    for mask in _MASKS:
        kept = mask.sub(_blank, kept)
    for mask in _SPECS:
        specs += [_span(match) for match in mask.finditer(kept)]
        kept = mask.sub(_blank, kept)
    kept = _LATIN.sub(_blank, kept)
    for start, end in amounts:
        kept = kept[:start] + _figures(text[start:end]) + kept[end:]
    return Masked(kept, tuple(sorted(specs)))


def _is_amount(text: str, match: re.Match[str]) -> bool:
    """Whether a long number is an amount that somebody means: 口罩9999999999999只."""
    is_of_people = _OF_PEOPLE.fullmatch(match.group()) is not None
    if _COUNTED.match(text, match.end()):
        return not is_of_people or _SURELY.match(text, match.end()) is not None
    is_named = _NAMED.search(text, max(0, match.start() - 12), match.start()) is not None
    return is_named and not is_of_people and _AT_END.match(text, match.end()) is not None


def _figures(written: str) -> str:
    more = len(written) - _MOST_FIGURES
    return written if more <= 0 else "0" * more + "9" * _MOST_FIGURES


def _span(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.start() + len(match.group().rstrip(" ,*xX"))


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match.group())


def _without_counting(text: str) -> str:
    """Blank out 1、 2、 3、 that count the entries of a list inside a line: they begin at 1 and go up by one."""
    counted, wanted = [], 1
    for match in _ENTRY.finditer(text):
        if int(match["number"]) == wanted:
            counted.append(match.span("number"))
            wanted += 1
    if len(counted) < 2:
        return text
    for start, end in counted:
        text = text[:start] + BLANK * (end - start) + text[end:]
    return text
