"""The words around goods' names: where a name begins, where it ends, and whether it is one of goods at all.

Chinese names end in what the thing is (一次性医用口罩), so the end of a name decides.
"""

from __future__ import annotations

import re

from liangcao.interfaces.intake.reading import flows, words
from liangcao.interfaces.intake.reading.masks import BLANK

LONGEST = 24
# What may stand before the first word of goods in a name behind its number: 平面, 全自动核酸.
LONGEST_OPENING = 10
_HARD = ",。;!?\n\t、|…【】《》[]√×✓✗→←↓"
_HEAD = re.compile(words.pattern(words.HEADS))
_ENDS = re.compile(
    rf"(?:{words.pattern(words.HEADS)})(?:[A-Za-zα-ωⅠ-Ⅻ\d\s{BLANK}\-+/.#]*(?:型|款|类|号|码|式)?)[”\"'’」#]*$"
)
NOT_GOODS = re.compile(rf"(?:{words.pattern(words.NOT_GOODS)})[”\"'’」]*$")
_NO_GOODS_BEHIND = re.compile(rf"(?:{words.pattern(words.NOT_GOODS)})")
# Not goods, but who has them: 5个省份…资金.
_SOMEBODY = re.compile("[省市县区]|企业|公司|单位|人员|职工")
# Between the goods and their number: 口罩共计2万, 防护服仅剩8, 口罩:500.
TRAIL = re.compile(
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
    r"|大类|含(?!氯|氧|醇|量|税)|保障|包车|达(?=到)|到达|急(?!救|诊)|谢谢|麻烦|您好|你好|我们|我们这|这里|这边|院里|医院|医务科|各\w{0,2}[区院科地镇校乡县市]|街道"
    r"|社区|公司|集团|红十字会|"
    r"慈善总会|指挥部|名录|清单|如下|规格|折合|约(?!束)|近(?!视)"
    r"|总价值|又|也|就|才|能(?!量)|可(?!乐|视|燃)|[“\"'‘「](?=[^”\"]*$)"
)
# An element of a list that only says a size or grade: its goods were named before.
PART = re.compile(
    rf"^(?:(?:特|加)?[大中小]号?|特大号?|加大|均码|成人(?:款|用|码)?|儿童(?:款|用|码)?|男[款士]?|女[款士]?|长款?|短款?|厚|薄|"
    rf"[SMLX\d{BLANK}/.\-]+[码号]?|[白蓝黑红绿黄]色?|\w{{1,3}}式)[型号款码]?$"
)
GRADE = re.compile(r"^[Kk]?[Nn]\s?\d{2,3}[Vv]?(?:型|级|款)?$|^FFP[123]级?$|^3[Mm][\d/A-Za-z]*(?:型)?$")


def ends_in_goods(name: str) -> bool:
    """Whether a name ends in a word of goods: 一次性医用口罩, 口罩 9001."""
    bare = re.sub(r"[(][^()]*[)]?$", "", name).strip()
    if bare in words.ELIDED:
        return True
    goods, other = _ENDS.search(bare), NOT_GOODS.search(bare)
    if goods and other:
        return goods.start() < other.start()
    return bool(goods or GRADE.match(bare))


def without_trail(segment: str) -> str:
    """The segment without the words between goods and their number, one by one: 体温计约 ends in goods at 计."""
    run = segment.rstrip(_SIGNS_BETWEEN)
    while not _ENDS.search(run):
        trail = TRAIL.search(run)
        if trail is None:
            break
        run = run[: trail.start()].rstrip(_SIGNS_BETWEEN)
    return run


def start_of(masked: str, left: int, end: int) -> int:
    """Where in a masked text the goods begin that end at `end`: behind the last separator or word that is none of
    them."""
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
    while first > 0 and PART.match(tokens[first].group()):
        first -= 1
    while first > 0 and (is_latin(tokens[first].group()) or is_latin(tokens[first - 1].group())):
        if is_latin(tokens[first - 1].group()) and first - 1 == 0 and not is_latin(tokens[first].group()):
            first -= 1
            break
        first -= 1
    return start + tokens[first].start()


def is_latin(token: str) -> bool:
    return not re.search(r"[\u4e00-\u9fff]", token)


def goods_length(run: str) -> int:
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
    if len(opening) > LONGEST_OPENING or _SOMEBODY.search(opening) or run[end : end + 1] == "线":
        return 0
    if _CUT.search(opening) or _NO_GOODS_BEHIND.match(run[max(0, end - 1) :]) or _NO_GOODS_BEHIND.match(run[end:]):
        return 0
    if NOT_GOODS.search(run[:end]) and not _ENDS.search(run[:end]):
        return 0
    return end
