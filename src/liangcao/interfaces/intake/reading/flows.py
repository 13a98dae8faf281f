"""What a message says of its goods: asked for, in stock, bought, made, given, handed out.

A word that says it (a sign) stands before the goods and holds until the next one, or behind them in the same clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from liangcao.interfaces.intake.reading import lines

_SIGNS = (
    # What only sounds like one of the others: makers, lists, offices, gaps.
    (
        None,
        r"生产(?:企业|厂家|厂商|商|线|车间|能力|资质|许可|经验|任务|单位|原料|资料|设备|工艺|基地|环节|要素|物资|运行|力|安全)|安全生产|复工复产|转产|投产|"
        r"恢复生产|生产经营|采购(?:员|组|经理|任务|渠道|商|科|办|点|工作|单位|人)|供应(?:商|链|组|方|网络)|需求(?:清单|方|单位|信息)|"
        r"储备(?:库|点|单位|中心|充足)|发放(?:点|仪式|现场)|捐赠(?:仪式|证书|热线|账户|账号|方|人|单位|证明)|接收(?:点|单位|组)|"
        r"库存(?:不足|告急|紧张)|(?:现有|仅有|所有|尚有)的|运输(?:车|队)|调拨(?:组|单)|保障(?:组|工作)|物资保障|供不应求|"
        r"(?:国内|防疫|抗疫|医疗|救灾)急需的?(?:物资|用品|物品)|满足\w{0,6}需求|需求基本|必需品|生活必需|按需|所需|无需|不需|军需|需求量大|急需品|"
        r"配送(?:员|车|中心)|送货|分配(?:方案|组)|使用(?:须知|说明|方法)",
    ),
    (
        lines.OTHER,
        r"日?产能|供应量|(?:只|仅)能保障|在途|途中|要用|得用|未到货|(?:日均|每天|每日|天天|一天|平均)(?:要)?(?:使用|用|耗)|出动|撒布|投入(?!使用|生产)|上市量|"
        r"生产能力|缺口(?!罩)|出口|进口|计划(?:采购|生产|发放|投放|储备)?|预计|拟(?:采购|生产|购)|将(?:采购|生产)|销售|售出|卖出|查获|没收|查扣|消耗|"
        r"日耗|损耗|报废|丢失|可(?:生产|采购)|达产后|设计产能|订单|在途|耗用|用掉|用了|用去|用量|日用",
    ),
    (
        lines.PROCURED,
        r"采购了?进口|采购|已购|已落实|添置|新添|新增|新购|购买|购置|购入|外购|订购|选购|抢购|筹集|筹措|筹到|买到|买入|买来|买了|进货|购进|购得|运回|拉回|调集|调入|到货|组织货源|落实货源|"
        r"收购|统购|集采|采买|加购|补货|争取到|协调到",
    ),
    (
        lines.PRODUCED,
        r"生产|产出|下线|日产(?!能)|产量|赶制|制造|制作|缝制|加工|出产|量产|完成产|产成品",
    ),
    (
        lines.DONATED,
        r"无偿\w{0,3}(?:提供|支援|赠)|捐给|赠给|捐赠|捐献|送来|寄来|捐助|捐款|捐资|捐出|捐来|捐了|捐(?=[\d一二三四五六七八九十两百千万\x00])|受捐|募捐|"
        r"募集|认捐|收到|已收(?!治|入|盘)|接收|受赠|赠送|赠予|捐物|义捐|援助|爱心|赠(?=[\d一二三四五六七八九十两百千万])|献出|善款|赞助|慷慨",
    ),
    (
        lines.DISTRIBUTED,
        r"发放|调来|满载|装运|承运|搭载|分发|投放(?:中央|国家|省级|市级|政府)储备|投放|配送|下拨|下发|调拨|拨付|调配|拨给|送到|送去|送给|送至|送往|送达|送来|发给|发往|发到|运往|运送|"
        r"运至|运抵|运到|分配|派发|派送|交付|交接|配发|领取|领用|支援|驰援|出库|转运(?![车箱袋床])|投送|发售|出售|赠与|分给|分到|划拨|拨出|发出|配给|补给|供给|"
        r"供应|提供|安排|用于|移交|转交|送上|转赠|慰问|使用(?=了?[\d\s])|调运|送出|调出|抢运|空投",
    ),
    (
        lines.REQUESTED,
        r"急需|急盼|盼(?:援|望)?|麻烦(?:协调|支援|安排)|协调(?=:)|差(?=[\d一二两三四五六七八九十])|"
        r"需要|需求|需(?!供)|急缺|紧缺|短缺|缺少|缺乏|奇缺|缺(?!口(?!罩)|席|勤|陷)|求助|求援|求购|求捐|"
        r"(?:请|请求|恳请|敬请|希望|望|求|申请)(?:尽快|紧急|予以|给予|社会|各界|先|优先){0,2}(?:支援|调拨|支持|解决|安排|提供|配发|协调|拨付|增援|补充)|"
        r"告急|征集|申请|申领|请求|希望(?:得到|能)|需补充|补充|补(?=[\d一二两三四五六七八九十])|还差|尚缺|还缺|欠缺|"
        r"要(?=[\d一二两三四五六七八九十百千万]|\s*$)|想要|再要|求(?=[\d一二两三四五六七八九十])|(?<=[,。;!?\s:])求(?!助|援|购|捐|实|医|诊)|"
        r"亟需|亟待|急要|申报|领(?=[\d])",
    ),
    (
        lines.STOCK,
        r"库存|结余|账上|结存|存量|储备|现存|现有|仅剩|只剩|还剩|剩余|剩下|剩|仅有|(?:目前|现在|现|库里|仓库\w{0,3}|手里|手头|我们|院内)还有|尚有|"
        r"只有(?=[^,。;]{0,6}\d)|留存|备有|在库|存货|余量|目前有|手头|手上|"
        r"家底|盘点|余(?=[\d一二两三四五六七八九十])|存(?=[\d一二两三四五六七八九十])|零库存",
    ),
)  # fmt: skip
_SIGN = re.compile("|".join(f"(?P<s{number}>{words})" for number, (_, words) in enumerate(_SIGNS)))
_BRACKET = re.compile(r"[(][^()]*[)]")
# Goods that were given or bought also travel: what they were stays (援助的物资运抵).
_WEAK = re.compile("运抵|运至|运到|运往|送达|送往|提供|发往|交付|空运|运送|配送|送到|支援|驰援|转交|移交")
# Behind the goods, only what has been done with them: 2万只口罩运抵, 5辆车发往黄冈.
_BEHIND = (lines.DISTRIBUTED, lines.PRODUCED, lines.PROCURED, lines.DONATED, lines.STOCK, lines.REQUESTED)


@dataclass(frozen=True, slots=True)
class Sign:
    """A word at `start`–`end` that says what happens to goods; in a bracket only of those inside it."""

    flow: str
    start: int
    end: int
    bracket: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where the sentence begins that goods stand in, and where their clause ends."""

    sentence: int
    clause_end: int


def signs(text: str) -> list[Sign]:
    """The signs of a text from left to right. Give it the text with its specs and dates blanked out."""
    brackets = [match.span() for match in _BRACKET.finditer(text)]
    found = []
    for match in _SIGN.finditer(text):
        flow = _SIGNS[int(str(match.lastgroup)[1:])][0]
        if flow is not None:
            around = next((span for span in brackets if span[0] < match.start() < span[1]), None)
            found.append(Sign(flow, match.start(), match.end(), around))
    return found


def words_of(flow: str | None) -> str:
    """The pattern of one flow's signs (None: of what only sounds like one)."""
    return next(words for name, words in _SIGNS if name == flow)


def sign_at(
    text: str, held: list[Sign], goods: tuple[int, int], number: tuple[int, int], bounds: Bounds
) -> Sign | None:
    """What is said of the goods at `goods` counted by the number at `number`; None when nothing is said in their
    sentence or before it.

    A word between the two says it best (口罩库存500), then the last before them in the sentence. One that only
    describes (采购的口罩全部发放) gives way to one behind them in the same clause.
    """
    start, end = min(goods[0], number[0]), max(goods[1], number[1])
    held = [sign for sign in held if not sign.bracket or sign.bracket[0] < start < sign.bracket[1]]
    between = [sign for sign in held if goods[1] <= sign.start and sign.end <= number[0]]
    if between:
        return between[-1]
    before = [sign for sign in held if bounds.sentence <= sign.start and sign.end <= start]
    behind = [sign for sign in held if end <= sign.start < bounds.clause_end and _tells_behind(text, sign)]
    strong = [sign for sign in before if not _WEAK.fullmatch(text, sign.start, sign.end)]
    if before and before[-1] not in strong and strong and strong[-1].flow in (lines.DONATED, lines.PROCURED):
        return strong[-1]
    if before and not (behind and _gives_way(text, before[-1], start)):
        return before[-1]
    if behind:
        return behind[0]
    inside = [sign for sign in held if start <= sign.start and sign.end <= end]
    if inside:
        return inside[-1]
    # What is used up in one sentence says nothing of the next.
    earlier = [
        sign for sign in held if sign.end <= start and (sign.flow != lines.OTHER or "。" not in text[sign.end : start])
    ]
    told = [sign for sign in earlier if not _WEAK.fullmatch(text, sign.start, sign.end)]
    if earlier and earlier[-1] not in told and told and told[-1].flow in (lines.DONATED, lines.PROCURED):
        return told[-1]
    return earlier[-1] if earlier else None


def _tells_behind(text: str, sign: Sign) -> bool:
    return sign.flow in _BEHIND or text[sign.start : sign.end] in ("在途", "途中", "未到货")


def _gives_way(text: str, sign: Sign, start: int) -> bool:
    """Whether a sign only describes, or stands in another clause than the goods at `start`."""
    return text[sign.end : sign.end + 1] == "的" or any(mark in text[sign.end : start] for mark in ",;。")
