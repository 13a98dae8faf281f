"""What a name says of the goods: their kind, the grade of a mask, figures. Names that look alike may be other goods.

A KN95 mask is no N95 mask, 95% alcohol does not disinfect as 75% does, a strap for masks is no mask. `ceiling` says how
sure one may be at most that two names mean the same.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from liangcao.reference.catalog.naming import name_key

# Kinds of goods by what people call them; the last one in a name is its head.
_KINDS = {
    "口罩": "口罩",
    "防护服": "防护服|防护衣|防化服",
    "隔离衣": "隔离衣|隔离服",
    "手术衣": "手术衣|手术服",
    "护目镜": "护目镜|防护眼?镜|防护眼罩|眼罩",
    "面罩": "面罩|面屏",
    "手套": "手套",
    "帽": "帽子|帽",
    "鞋套": "鞋套|脚套",
    "靴套": "靴套",
    "靴": "胶鞋|胶靴|雨靴|雨鞋|水鞋|防污染靴",
    "消毒液": "消毒液|消毒水|消毒剂|除菌液|消毒溶液",
    "凝胶": "凝胶|啫喱|手消",
    "洗手液": "洗手液",
    "酒精": "酒精|乙醇",
    "碘": "活力碘|碘伏|聚维酮碘|安尔碘",
    "棉片": "棉片|棉球|棉签|湿巾|纸巾",
    "消毒片": "消毒片|泡腾片|消毒粉",
    "额温枪": "额温枪|测温枪|体温枪|额温计|体温检测仪|测温计",
    "耳温枪": "耳温枪|耳温计",
    "体温计": "体温计|体温表|温度计",
    "消毒机": "消毒机|消毒器|消毒设备|净化器|净化机",
    "消毒车": "消毒车",
    "雾化器": "雾化器|雾化机",
    "喷雾器": "喷雾器|喷壶|喷雾机",
    "监护仪": "监护仪",
    "呼吸机": "呼吸机|呼吸器|防毒面具",
    "帐篷": "帐篷",
    "熔喷布": "熔喷布|熔喷无纺布",
    "耳带": "耳带|耳绳",
    "鼻梁条": "鼻梁条|鼻夹条|鼻梁筋",
    "大衣": "大衣|棉衣",
    "背心": "背心|马甲|反光衣",
    "雨衣": "雨衣",
    "被": "被子|棉被|被褥",
    "床罩": "床罩|床单",
    "床": "行军床|折叠床|病床|护理床",
    "方便面": "方便面|泡面",
    "水": "矿泉水|纯净水|饮用水|瓶装水|桶装水",
    "救护车": "救护车|急救车|抢救车",
    "转运车": "转运车",
}
_WORD_KIND = {word: kind for kind, words in _KINDS.items() for word in words.replace("眼?", "").split("|")}
_WORD_KIND["防护眼镜"] = "护目镜"
_KIND = re.compile("|".join(sorted(_WORD_KIND, key=len, reverse=True)))
_JOINED = re.compile(r"[、/,，;；+|和与及或&]")
# Words that change nothing of what is meant.
_HARMLESS = re.compile(
    r"各[类种式型]|(?<=95)[型级款]|使用|[特加]?大号|中号|小号|均码|尺码|成人[用型款]?|国产|进口|急需|(?<=.)等$|的|(?<=.)[大中小]$"
)
# What the catalogue says of an item whose kind, grade or unit nobody stated.
_QUALIFIER = re.compile(r"未分类|(?:等级|计量单位|车型)?未注明|合计")
# Words whose order says nothing: 医用一次性口罩 is 一次性医用口罩.
_WORDS = re.compile(
    f"{_KIND.pattern}|一次性|医用|医疗用?|医护用?|外科|手术|防护|普通|民用|隔离|无纺布|乳胶|橡胶|丁腈|检查|灭菌|无菌|免洗|红外线?"
    r"|非接触式?|KN\d+|N\d+|\d+(?:\.\d+)?(?:毫升|升|克|千克|公斤|ML|L|G|KG)[瓶桶袋支]?|[A-Z]+\d*|\d+(?:\.\d+)?"
)
_SAME_WORD = {
    "医疗": "医用",
    "医疗用": "医用",
    "医护": "医用",
    "医护用": "医用",
    "红外线": "红外",
    "非接触式": "非接触",
}
_MODEL = re.compile(r"KN\d+|(?<![A-Z])N\d{2,3}(?!\d)|FFP\d|KF\d+|(?<![A-Z])P\d{2,3}|PM2\.?5")
_NOT = re.compile(r"非(?!接触)|不(?!锈)|无(?!纺|菌|尘|线|粉|水)|仿|替代")
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Another grade of mask, how near it is at most: (as written, as in the catalogue).
_NEAR = {
    ("N95", "KN95"): 0.6, ("KN95", "N95"): 0.6,
    ("medical", "single-use medical"): 0.75, ("medical", "surgical"): 0.6, ("medical", "bare"): 0.55,
    ("single-use", "single-use medical"): 0.6, ("single-use", "bare"): 0.55,
    ("protective", "N95"): 0.6, ("protective", "KN95"): 0.6, ("protective", "bare"): 0.55,
    ("N?", "N95"): 0.6, ("N?", "KN95"): 0.5, ("N?", "protective"): 0.45,
    ("other", "KN95"): 0.6, ("other", "protective"): 0.55, ("other", "N95"): 0.45, ("other", "bare"): 0.5,
    ("mixed", "bare"): 0.6, ("mixed", "N95"): 0.5, ("mixed", "KN95"): 0.5, ("mixed", "surgical"): 0.5,
    ("mixed", "single-use medical"): 0.5, ("bare", "single-use"): 0.5, ("bare", "ordinary"): 0.5,
    ("civilian", "ordinary"): 0.6, ("ordinary", "civilian"): 0.6, ("bare", "single-use medical"): 0.45,
}  # fmt: skip
ANOTHER_GRADE = 0.35
ANOTHER_KIND = 0.3
ANOTHER_TAIL = 0.5
SOME_OF_THE_KINDS = 0.6
OTHER_FIGURES = 0.4
MISSING_FIGURES = 0.8
SAYS_NOT = 0.5
# An item of things not stated stands behind the one that states them, where only that tells them apart.
QUALIFIED, BEHIND = 0.85, 0.02
# Something is left that no word explains: a maker, a model, a slip.
SOMETHING_LEFT = 0.88


@dataclass(frozen=True, slots=True)
class Traits:
    """What a name says. `kinds`: the head of each part; `tail`: what follows the last head; `words`: all that is known,
    in no order; `left`: what no word explains; `is_qualified`: it says itself that something was not stated."""

    kinds: frozenset[str]
    tail: str
    grade: str
    figures: frozenset[str]
    negations: frozenset[str]
    words: tuple[str, ...]
    left: str
    is_qualified: bool


def traits(written: str) -> Traits:
    """What a name says of the goods."""
    heads = [_head(name_key(part)) for part in _JOINED.split(written)]
    key = plain_key(written)
    words = _WORDS.findall(key)
    grade = mask_grade(key) if any(kind == "口罩" for kind, _ in heads) or _MODEL.fullmatch(key) else ""
    return Traits(
        kinds=frozenset(kind for kind, _ in heads if kind),
        tail=heads[-1][1],
        grade=grade,
        figures=frozenset(_FIGURES.findall(_MODEL.sub("", key) if grade else key)),
        negations=frozenset(_NOT.findall(key)),
        words=tuple(sorted(_SAME_WORD.get(word, word) for word in words)),
        left=_WORDS.sub("", key),
        is_qualified=_QUALIFIER.search(written) is not None,
    )


def plain_key(written: str) -> str:
    """The key without words that change nothing; the key itself when nothing else is left."""
    key = name_key(written)
    return _HARMLESS.sub("", _QUALIFIER.sub("", key)) or key


def _head(key: str) -> tuple[str, str]:
    """The kind of goods that a part of a name ends in, and the Chinese words behind it that are not known."""
    found = list(_KIND.finditer(key))
    if not found:
        return "", ""
    tail = _WORDS.sub("", _HARMLESS.sub("", _QUALIFIER.sub("", key[found[-1].end() :])))
    return _WORD_KIND[found[-1][0]], "".join(_HAN.findall(tail))


def mask_grade(key: str) -> str:
    """The grade of a mask by its name; "bare" when nothing is said, "mixed" when the name says two."""
    said = {_model_grade(model) for model in _MODEL.findall(key)}
    medical = re.search(r"(?<!非)(?:医用|医疗|医护)", key) is not None
    if "外科" in key or "手术" in key:
        said.add("surgical")
    if len(said) > 1:
        return "mixed"
    if said:
        return said.pop()
    if "医用防护口罩" in key and "一次性" not in key:
        return "N95"
    if medical:
        return "single-use medical" if re.search("一次性|普通", key) else "medical"
    for word, grade in (("民用", "civilian"), ("防护", "protective"), ("一次性", "single-use"), ("普通", "ordinary")):
        if word in key:
            return grade
    return "bare"


def _model_grade(model: str) -> str:
    if model in ("N95", "KN95"):
        return model
    # N96, N97 … are what filling down makes of N95; N99 and N100 are grades of their own. All are asked.
    return "N?" if re.fullmatch(r"N\d+", model) else "other"


def ceiling(written: Traits, held: Traits) -> float:
    """How sure one may be at most that a name as written means an item as the catalogue names it; 1 = no bar."""
    bars = [1.0]
    if written.left:
        bars.append(SOMETHING_LEFT)
    if written.kinds and held.kinds and written.kinds != held.kinds:
        bars.append(SOME_OF_THE_KINDS if written.kinds & held.kinds else ANOTHER_KIND)
    if written.tail != held.tail:
        bars.append(ANOTHER_TAIL)
    if written.grade != held.grade and (written.grade or written.kinds):
        bars.append(_NEAR.get((written.grade, held.grade), ANOTHER_GRADE))
    if written.figures != held.figures:
        bars.append(OTHER_FIGURES if written.figures and held.figures else MISSING_FIGURES)
    if written.negations != held.negations:
        bars.append(SAYS_NOT)
    if held.is_qualified and not written.is_qualified:
        return min(*bars, QUALIFIED) - BEHIND
    return min(bars)


def same_words(written: Traits, held: Traits) -> bool:
    """Whether two names are made of the same words and nothing else."""
    return not written.left and not held.left and Counter(written.words) == Counter(held.words)
