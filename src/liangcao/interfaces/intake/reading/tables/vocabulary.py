"""What the header of a column says: its meaning, and the unit, the flow or the rate that it names.

Whole headers are known by a list, the others by the words they end in, so that headers nobody listed are understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from liangcao.interfaces.intake.reading import lines
from liangcao.interfaces.intake.reading.numbers import plain
from liangcao.interfaces.intake.reading.words import UNITS

# Keys of columns. Those of ROLES are organisations by what they do with the goods.
ITEM, SPEC, PACK, UNIT, QUANTITY = "item", "spec", "pack", "unit", "quantity"
DONOR, SUPPLIER, RECEIVER, APPLICANT, ISSUER, ORGANISATION = (
    "donor", "supplier", "receiver", "applicant", "issuer", "organisation",
)  # fmt: skip
ROLES = (DONOR, SUPPLIER, RECEIVER, APPLICANT, ISSUER, ORGANISATION)
DATE, NEEDED_BY, MADE, EXPIRY, URGENCY = "date", "needed_by", "made", "expiry", "urgency"
MESSAGE, REMARK, SERIAL, MONEY, IGNORED = "message", "remark", "serial", "money", "ignored"
# Numbers of identity papers: no kind takes them, and nothing of them is kept beside the original.
IDENTITY = "identity"
# A balance of before and one of now.
OPENING = re.compile(r"期初|上期|年初|月初|上月|^opening", re.IGNORECASE)
CLOSING = re.compile(r"期末|年末|月末|本期结|本月结|^closing", re.IGNORECASE)
# Columns of which nothing is taken.
UNREAD = (SERIAL, IGNORED, IDENTITY)
# What only the cells below can tell: 单位 is a unit or an organisation, 名称 an item or one, 需求 an amount or a text.
UNIT_OR_ORGANISATION, NAME, NEED = "unit_or_organisation", "name", "need"
# The flow of what came in, given or bought: the table says which.
INWARD = "in"


@dataclass(frozen=True, slots=True)
class Head:
    """The meaning of a header. `is_total`: the sum of other columns; `is_sure` False: it is only part of a word."""

    key: str
    flow: str | None = None
    unit: str | None = None
    per: str | None = None
    is_total: bool = False
    is_sure: bool = True


_EXACT: dict[str, Head] = {}


def _exact(head: Head, words: str) -> None:
    for word in words.split():
        _EXACT[word.replace("_", " ")] = head


_exact(Head(ITEM), """
物资 物品 品名 品种 货物 货品 商品 产品 物料 材料 药品 器械 设备 耗材 装备 项目 品目 货名 名目 内容物 物资名 物资品类 物资品种 捐物 物质名称 物质 item items goods product
products material materials commodity article description item_name product_name material_name name_of_item supplies
supply item_description goods_description
""")  # fmt: skip
_exact(Head(SPEC), """
规格 型号 规格型号 规格/型号 型号规格 型号/规格 规格及型号 规格和型号 包装规格 包装 技术规格 技术标准 标准 执行标准 质量标准 规格参数 参数 尺码 尺寸 品牌规格 产品规格 要求 技术要求 spec
specification specifications model packing package size standard
""")  # fmt: skip
_exact(
    Head(PACK),
    "装箱数 装箱量 装箱数量 箱装量 箱规 箱装数 箱入数 包装数 包装数量 入数 每件装量 pack_size units_per_pack pack qty_per_pack pieces_per_box",
)
_exact(
    Head(UNIT),
    "计量单位 计量单元 数量单位 包装单位 物资单位 基本单位 计数单位 单位(计量) unit units uom unit_of_measure measure base_unit",
)
_exact(Head(UNIT_OR_ORGANISATION), "单位")
_exact(Head(NAME), "名称 name")
_exact(Head(QUANTITY), """
数量 数目 总数 总量 件数 个数 数 量 实数 数额 总数量 数量小计 quantity qty amount count number_of_units
no_of_units pieces pcs number quantities volume
""")  # fmt: skip
_exact(
    Head(QUANTITY, is_total=True),
    "合计 总计 共计 合计数量 数量合计 数量总计 总计数量 小计 total total_quantity total_qty sum",
)
_exact(Head(QUANTITY, lines.REQUESTED), """
requested requested_quantity quantity_requested need_quantity quantity_needed required_quantity quantity_required
demand_quantity requested_qty qty_requested
""")  # fmt: skip
_exact(
    Head(NEED, lines.REQUESTED),
    "需求 需要 所需 急需 申请 需 缺 急缺 紧缺 缺少 need needs needed demand required request requirements",
)
_exact(
    Head(NEED, lines.STOCK),
    "库存 现有 现存 存量 结存 剩余 结余 现有物资 储备 在库 stock on_hand inventory balance stock_on_hand available",
)
_exact(Head(QUANTITY, lines.OTHER), "缺口 缺口数 缺口量 gap shortage")
_exact(Head(QUANTITY, lines.OTHER, per="day"), "daily_use daily_usage consumption_per_day")
_exact(
    Head(QUANTITY, lines.DISTRIBUTED),
    "发放 下发 发出 配发 调出 distributed issued quantity_issued issued_quantity delivered",
)
_exact(Head(QUANTITY, lines.DONATED), "donated quantity_donated donated_quantity")
_exact(Head(QUANTITY, lines.PROCURED), "purchased procured quantity_purchased purchased_quantity")
_exact(Head(DONOR), """
捐赠方 捐赠人 捐赠者 捐方 捐赠单位 捐赠企业 捐献单位 捐助单位 捐款单位 捐赠来源 爱心企业 爱心人士 爱心单位 donor donors donated_by donor_name contributor
""")  # fmt: skip
_exact(
    Head(SUPPLIER),
    "来源 供应商 供货商 供应方 供方 供货方 来源单位 物资来源 发货方 发货人 source supplier supplier_name vendor from "
    "consignor shipper sender provider",
)
_exact(Head(RECEIVER), """
接收方 接受方 受赠方 受赠人 受捐方 受助方 领用人 领取人 收货方 收货人 接收人 流向 去向 物资去向 物资流向 发往 调往 送往 使用方 受益方 领用方 分配对象 发放对象 受援方
receiver recipient consignee to received_by receiver_name recipient_name beneficiary destination
""")  # fmt: skip
_exact(
    Head(APPLICANT),
    "申请人 申请方 需求方 申领方 求助方 求助单位 求助医院 applicant requester requested_by requestor applicant_name",
)
_exact(Head(ISSUER), "发放单位 发放方 分发单位 下发单位 发放机构 issued_by issuer")
_exact(Head(ORGANISATION), """
单位名称 机构 机构名称 医院 医院名称 定点医院 医疗机构 医疗机构名称 企业 企业名称 公司 公司名称 组织 部门 部门名称 科室 学校 学校名称 社区 社区名称 街道 乡镇
单位/个人 单位或个人 单位(个人) 个人/单位 机构/医院 医疗单位 各单位 所属单位 organisation organization hospital facility institution organisation_name
organization_name hospital_name facility_name agency company unit_name
""")  # fmt: skip
_exact(Head(DATE), "日期 时间 日 day date datetime 年月日 发布日期 填报日期 登记日期")
_exact(
    Head(MADE),
    "生产日期 生产时间 出厂日期 制造日期 made manufactured production_date date_of_manufacture manufacture_date",
)
_exact(
    Head(EXPIRY),
    "失效日期 有效期 有效期至 效期 到期日 到期日期 保质期至 有效日期 失效期 expiry expiry_date expiration_date best_before expires",
)
_exact(
    Head(NEEDED_BY),
    "需要日期 需求日期 需用日期 需要时间 需求时间 到货期限 要求到货日期 要求到货时间 needed_by required_by need_date date_needed date_required",
)
_exact(Head(URGENCY), "紧急程度 紧急 是否紧急 优先级 缓急 紧急度 急缓程度 轻重缓急 urgency priority")
_exact(
    Head(MESSAGE),
    "进展 需求说明 需求内容 需求描述 物资需求描述 求助内容 求助信息 情况 情况说明 现状 最新进展 物资情况 详情 progress situation details message",
)
_exact(Head(REMARK), "备注 说明 附注 备注说明 其他 其它 备考 注 注释 remark remarks note notes comment comments other")
_exact(Head(SERIAL), "序号 序 编号 号 行号 no no. # number_in_list index row id 序列 s/n sn")
_exact(
    Head(IDENTITY),
    "身份证 身份证号 身份证号码 身份证件号 证件号 证件号码 身份号码 公民身份号码 护照号 护照号码 id_card id_no id_number identity_number "
    "identity_card passport passport_number national_id",
)
_exact(Head(MONEY), "单价 金额 价值 总价 价格 货值 估值 折价 物资价值 总金额 总价值 price unit_price value cost")
for _key, _words in {
    "code": "物资编码 编码 物资代码 代码 货号 产品编码 商品编码 条码 条形码 code item_code sku barcode gtin",
    "lot": "批号 批次 批次号 生产批号 产品批号 lot lot_number batch batch_number",
    "store": "仓库 库房 存放地点 存放位置 仓库名称 store warehouse location",
    "category": "类别 分类 种类 类型 物资类别 物资分类 大类 品类 category class type",
    "brand": "品牌 厂家 生产厂家 生产企业 生产商 厂商 制造商 产地 商标 品牌/厂家 brand maker manufacturer origin",
    "contact": (
        "联系电话 电话 联系人 手机 手机号 联系方式 联系人电话 联系人及电话 经办人 负责人 经手人 电话号码 姓名 contact phone tel telephone "
        "mobile contact_person"
    ),
    "address": "地址 收货地址 单位地址 医院地址 详细地址 配送地址 邮寄地址 address",
    "region": "区县 所属区县 区 市 城市 地区 区域 省 省份 地市 市州 县 县市区 县(市、区) 辖区 所在地 city district region county area province",
    "credit_code": "统一社会信用代码 信用代码 社会信用代码 组织机构代码 credit_code uscc",
    "headcount": "人数 人口 人口数 总人数 常住人口 户籍人口 职工人数 在册人数 服务人数 population headcount head_count persons people",
    "approved": "核定数量 核准数量 批准数量 审批数量 审核数量 核定数 批准数 approved approved_quantity",
    IGNORED: "审核状态 状态 官方链接 链接 网址 图片 附件 url link 信息来源 数据来源 审核人 填表人 更新时间 最后更新 录入时间 审核时间 创建时间 提交时间 sheet",
}.items():
    _exact(Head(_key), _words)

_AMOUNT = r"(?:数量?|总?量|总数|数目|件数|额)"
_FLOWS = (
    (r"日(?:均)?(?:产量|产)|日产", lines.PRODUCED, "day"),
    (
        r"日(?:均)?(?:使?用量|消耗量?|耗量|需求量|用量|需量)|每[日天](?:使用|消耗|需求|用)量?|(?:使用|消耗)量?/[天日]",
        lines.OTHER,
        "day",
    ),
    (r"日?(?:产能|生产能力)", lines.OTHER, "day"),
    (r"缺口|短缺", lines.OTHER, None),
    (r"库存|现有|现存|存量|结存|结余|剩余|在库|余量|储备|账面|盘点|期初|期末", lines.STOCK, None),
    (r"需求|需要|申请|申领|急需|所需|请领|求助|紧缺|急缺|需|拟申", lines.REQUESTED, None),
    (r"采购|购买|购置|购进|订购|采买", lines.PROCURED, None),
    (
        r"发放|下发|已发|实发|应发|调拨|分配|拨付|出库|领用|领取|配发|发出|配送|投放|支出|派发|分发|使用|发货",
        lines.DISTRIBUTED,
        None,
    ),
    (r"捐赠|受赠|捐献|接受捐赠|捐助|收到捐赠|捐", lines.DONATED, None),
    (r"生产|产", lines.PRODUCED, None),
    (r"接收|收到|入库|到货|实收|收货|接受|进货|收入|应收", INWARD, None),
)
_FLOW_AMOUNTS = tuple((re.compile(rf"(?:{words}).{{0,4}}{_AMOUNT}?$"), flow, per) for words, flow, per in _FLOWS)
_WHO = r"(?:单位|部门|机构|医院|企业|公司|方|人|者|商|科室|对象|地点?|学校|社区|个人|组织|厂家|街道|国家)"
_TAIL = r"(?:名称|全称|信息|\(个人\)|/个人|或个人|及个人|和个人|、个人)*"
# The first that matches says what a header ends in.
_ENDINGS: tuple[tuple[re.Pattern[str], Head], ...] = tuple(
    (re.compile(pattern), head)
    for pattern, head in (
        (r"(?:万元|亿元|\(元\)|金额|单价|总价|价值|折算|捐款|拨款|资金|善款|人民币)", Head(MONEY)),
        (r"身份证|(?:证件|身份|护照)号码?$", Head(IDENTITY)),
        (r"备注|附注|(?:^|其他|其它|补充)说明$", Head(REMARK)),
        (r"(?:每|单|一|1)(?:箱|件|包|盒|袋|桶)(?:内)?(?:装)?(?:数量?|个数|只数|量|装|含量)$|装箱(?:数|量)|箱装|内装数", Head(PACK)),
        (r"(?:电话|手机|联系人|联系方式|经办人|负责人|姓名|微信)", Head("contact")),
        (r"地址$", Head("address")),
        (r"(?:生产|出厂|制造).{0,2}(?:日期|时间)", Head(MADE)),
        (r"(?:失效|有效|到期|过期|保质).{0,3}(?:日期?|时间|期限?|至)|效期", Head(EXPIRY)),
        (r"(?:需要|需求|需用|要求|期望|希望|最迟|最晚).{0,4}(?:日期|时间|期限|日)$", Head(NEEDED_BY)),
        (r"(?:更新|审核|录入|创建|提交|核实|修改).{0,2}(?:日期|时间)", Head(IGNORED)),
        (r"(?:日期|时间)$", Head(DATE)),
        (r"(?:紧急|缓急|优先)", Head(URGENCY)),
        (r"(?:批号|批次号?)$", Head("lot")),
        (r"信用代码", Head("credit_code")),
        (r"(?:编码|代码|条码|货号)$", Head("code")),
        (r"(?:类别|分类|种类|大类|类型|品类)$", Head("category")),
        (r"(?:核定|核准|批准|审批|审核|同意)(?:的)?(?:数量?|量)$", Head("approved")),
        (r"(?:计量|计数|数量|包装|基本|物资|换算|最小)单位$", Head(UNIT)),
        (rf"(?:申请|申领|需求|需用|需要|填报|上报|请领|用料|报送|报告|填表|求助){_WHO}{_TAIL}$", Head(APPLICANT)),
        (rf"(?:捐赠|捐献|捐助|捐款|捐|赠送|爱心|援助|赞助|募捐){_WHO}(?:[/、及或和]{_WHO})?{_TAIL}$", Head(DONOR)),
        (rf"(?:供应|供货|发货|提供|支援|来源|供|调出|销售|送货|交货){_WHO}{_TAIL}$", Head(SUPPLIER)),
        (rf"(?:接收|接受|收货|受赠|领用|领取|使用|受捐|受援|受助|领料|分配|发往|调入|调往|收|领|受益|用货|接货|拨付|配送|送达){_WHO}{_TAIL}$", Head(RECEIVER)),
        (rf"(?:发放|分发|下发|调拨|出库|配发){_WHO}{_TAIL}$", Head(ISSUER)),
        (r"(?:生产|制造)(?:厂家|企业|厂商|商|单位)|品牌|产地|厂家$", Head("brand")),
        (r"(?:仓库|库房|库位|存放地)(?:名称)?$", Head("store")),
        (r"(?:人数|人口数?)$", Head("headcount")),
        (r"(?:物资|物品|货物|货品|商品|产品|药品|器械|设备|材料|物料|耗材|用品|品)(?:的)?(?:名称|名|品名|品种|明细|内容|项目)(?:[/及和、与](?:规格|型号"
         r"|规格型号))?$", Head(ITEM)),
        (r"(?:捐赠|接收|接受|入库|出库|发放|所需|需求|急需|申请|防疫|防护|医疗|应急|救灾|防控|调拨|采购|领用|急缺|紧缺|库存|受赠|需要|捐献|缺少|短缺)(?:的)?(?:物资|物品"
         r"|货物|品名|用品|产品|药品|器械|设备|材料)(?:清单|明细|种类)?$", Head(ITEM)),
        (r"(?:物资|物品|货物)(?:需求|清单)(?:清单|明细)?$|需求(?:清单|明细|物品)$", Head(ITEM)),
        (r"(?:单位|机构|医院|企业|公司|学校|社区|街道|部门|科室)(?:的)?(?:名称|全称|简称)$", Head(ORGANISATION)),
        (r"(?:规格|型号)(?:[/及和、]?(?:型号|规格|包装|标准|参数))?$", Head(SPEC)),
        (r"^(?:品名|名称)(?:[/及和、与](?:规格|型号|规格型号))$", Head(ITEM)),
    )
)  # fmt: skip
_COUNTING = re.compile(
    r"(?:^|总|合计|实际|本次|本批|小计|物资|物品|数量)(?P<unit>箱|件|盒|包|袋|瓶|桶|只|个|套|台|支|双|副)数(?:量|目|合计|总计)?$"
)
_PLAIN_AMOUNT = re.compile(r"(?:数量|总量|总数|数目|件数|个数)(?P<total>合计|总计|小计|汇总)?(?:[/].{1,2})?$")
_BRACKET = re.compile(r"[(\[【<{]([^()\[\]【】<>{}]*)[)\]】>}]")
_MARKS = re.compile(r"[*:'\"“”。.,!?;、~·]+$|^[*:'\"“”。.,!?;、~·]+")
_UNIT_WORDS = frozenset(UNITS)
_SAY_NOTHING = re.compile(r"^(?:必填|选填|可空|必须|非必填|可选|required|optional|\d*)?$", re.IGNORECASE)
_FILLER = frozenset(["raw", "of", "the", "total", "number", "no", "name", "text", "value"])
LONGEST_HEADER = 30


@lru_cache(maxsize=16384)
def head_of(written: str) -> Head | None:
    """The meaning of a header as written; None when it is none that is known."""
    if not written or len(written) > LONGEST_HEADER:
        return None
    text = "".join(plain(written).split("\n")).strip()
    if not any(sign.isalpha() for sign in text) and text != "#":
        return None
    return _english(text) if text.isascii() else _chinese(text.replace(" ", "").lower())


def is_common(written: object) -> bool:
    """Whether a cell is one of the listed headers, as it stands: a quick look before a long one."""
    return type(written) is str and written in _EXACT


def normal(written: str) -> str:
    """A header in the form in which two are compared."""
    return "".join(plain(written).split()).lower()


def unit_in(written: str) -> str | None:
    """The unit that a header names: 数量(箱), 口罩（只）, 数量/箱, 单位:只."""
    text = "".join(plain(written).split())
    for inside in [*_BRACKET.findall(text), *re.findall(r"(?:[/_]|单位[:]?|-)([^/:()]{1,4})$", text)]:
        word = re.sub(r"^(?:计量)?单位[:]?", "", inside)
        if word in _UNIT_WORDS:
            return word
    return None


def _chinese(text: str) -> Head | None:
    unit = unit_in(text)
    inside = [part for part in _BRACKET.findall(text) if part not in _UNIT_WORDS and not _SAY_NOTHING.match(part)]
    base = _BRACKET.sub("", text) or (inside[0] if inside else "")
    base = _MARKS.sub("", _MARKS.sub("", base))
    for words in (text, base, re.sub(r"[/_-][^/_-]{1,3}$", "", base) if unit else base):
        if words in _EXACT:
            found = _EXACT[words]
            if found.key == NEED and unit:
                found = replace(found, key=QUANTITY)
            return _with_hint(found, inside, unit)
    if "元" in text and re.search(r"[(（/](?:人民币)?[万亿千百]?元", text):
        return Head(MONEY)
    for pattern, head in _ENDINGS:
        if pattern.search(base):
            return replace(head, unit=unit if head.key in (ITEM, SPEC) else None)
    return _amount(base, unit, inside)


def _amount(base: str, unit: str | None, inside: list[str]) -> Head | None:
    """A header that counts: 申请数量, 现有库存量, 箱数."""
    counting = _COUNTING.search(base)
    for pattern, flow, per in _FLOW_AMOUNTS:
        if pattern.search(base) and (re.search(_AMOUNT + r"$", base) or len(base) <= 6):
            sure = bool(re.search(_AMOUNT + r"$", base)) or unit is not None or per is not None
            return Head(QUANTITY if sure else NEED, flow, unit, per, is_sure=sure)
    if counting:
        return Head(QUANTITY, unit=unit or (counting["unit"] if counting["unit"] not in "件个" else None))
    amount = _PLAIN_AMOUNT.search(base)
    if amount:
        return _with_hint(Head(QUANTITY, is_total=bool(amount["total"]) and len(base) <= 4), inside, unit)
    if base.endswith(("数", "量")) and 2 <= len(base) <= 6:
        return Head(QUANTITY, unit=unit, is_sure=False)
    return None


def _with_hint(head: Head, inside: list[str], unit: str | None) -> Head:
    """The head with the unit and the flow that its bracket names: 数量(需求)."""
    flow = head.flow
    if head.key == QUANTITY and flow is None:
        flow = next(
            (said for part in inside for words, said, _ in _FLOWS if re.search(words, part) and said), None
        )  # fmt: skip
    return replace(head, unit=unit or head.unit, flow=flow) if unit or flow != head.flow else head


def _english(text: str) -> Head | None:
    lower = re.sub(r"[_\s]+", " ", text.lower()).strip(" :*.")
    unit = unit_in(text)
    bare = re.sub(r"\s*[(\[].*?[)\]]", "", lower).strip()
    for words in (lower, bare):
        if words in _EXACT:
            return replace(_EXACT[words], unit=unit) if unit else _EXACT[words]
    tokens = [token for token in re.split(r"[\s./\-]+", bare) if token and token not in _FILLER]
    joined = " ".join(tokens)
    return replace(_EXACT[joined], unit=unit) if joined in _EXACT else None
