"""The kinds of import: which columns each has, by what names, and which it cannot do without.

A later module registers its own: `register(Kind("staff", "人员", "staff", (Column(…), …)))`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from liangcao.interfaces.intake.reading import lines
from liangcao.interfaces.intake.reading.tables.vocabulary import normal

TEXT, NUMBER, DAY, CODE = "text", "number", "date", "code"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind: its key, its headers as printed, other headers that mean it, and what its cells hold."""

    key: str
    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    is_required: bool = False
    holds: str = TEXT


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of import. `flow`: what its goods lines say where a table says nothing; None: its rows are no goods."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    flow: str | None = None
    headers: dict[str, str] = field(init=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Prepare the headers by which columns are found."""
        known = {
            normal(name): column.key for column in self.columns for name in (*column.synonyms, column.en, column.zh)
        }
        object.__setattr__(self, "headers", known)

    @property
    def is_goods(self) -> bool:
        """Whether its rows are goods with quantities."""
        return self.flow is not None

    def column(self, key: str) -> Column | None:
        """The column of a key."""
        return next((column for column in self.columns if column.key == key), None)


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known, or put another in its place."""
    _KINDS[kind.key] = kind
    return kind


def kind_of(key: str | None) -> Kind | None:
    """The kind of a key; None when there is none."""
    return _KINDS.get(key or "")


def kinds() -> Iterator[Kind]:
    """Every kind, in order of registration."""
    yield from _KINDS.values()


def template(key: str, language: str = "zh") -> list[str]:
    """The headers of a kind's template as they are printed."""
    return [column.zh if language == "zh" else column.en for column in _KINDS[key].columns]


_ITEM = Column("item", "物资", "item", is_required=True)
_SPEC = Column("spec", "规格", "specification")
_UNIT = Column("unit", "单位", "unit")
_QUANTITY = Column("quantity", "数量", "quantity", is_required=True, holds=NUMBER)
_LOT = Column("lot", "批号", "lot")
_REMARK = Column("remark", "备注", "remarks")
_MADE = Column("made", "生产日期", "production date", holds=DAY)
_EXPIRY = Column("expiry", "失效日期", "expiry date", holds=DAY)

register(Kind("requisitions", "申请", "requisitions", (
    Column("applicant", "申请单位", "applicant", is_required=True), _ITEM, _SPEC, _UNIT, _QUANTITY,
    Column("needed_by", "需要日期", "needed by", holds=DAY), Column("contact", "联系电话", "phone"), _REMARK,
), lines.REQUESTED))  # fmt: skip
for _key, _zh, _flow in (("gifts", "捐赠", lines.DONATED), ("receipts", "入库", lines.PROCURED)):
    register(Kind(_key, _zh, _key, (
        Column("supplier", "来源", "source"), _ITEM, _LOT, _MADE, _EXPIRY, _UNIT, _QUANTITY, _REMARK,
    ), _flow))  # fmt: skip
register(Kind("issues", "出库", "issues", (
    Column("receiver", "领用单位", "receiver", is_required=True), _ITEM, _LOT, _UNIT, _QUANTITY, _REMARK,
), lines.DISTRIBUTED))  # fmt: skip
register(Kind("opening-stock", "期初库存", "opening stock", (
    Column("store", "仓库", "store"), _ITEM, _LOT, _MADE, _EXPIRY, _UNIT, _QUANTITY, _REMARK,
), lines.STOCK))  # fmt: skip
register(Kind("organisations", "单位", "organisations", (
    Column("organisation", "单位名称", "name", ("名称", "单位", "机构名称", "医院名称", "企业名称"), is_required=True),
    Column("credit_code", "统一社会信用代码", "credit code", holds=CODE),
    Column("region", "所属区县", "district"), Column("address", "地址", "address"),
    Column("contact", "联系人或科室", "contact", ("联系人", "联系科室", "负责人", "经办人")),
    Column("phone", "联系电话", "phone", (
        "电话", "电话号码", "手机", "手机号", "手机号码", "座机", "固定电话", "联系方式", "联系人电话", "tel", "telephone", "mobile",
    )),
)))  # fmt: skip
register(Kind("items", "物资目录", "items", (
    Column("item", "物资名称", "name", ("名称", "品名", "物资"), is_required=True),
    Column("unit", "基本单位", "base unit", ("单位", "计量单位"), is_required=True),
    Column("category", "类别", "category"),
)))  # fmt: skip
register(Kind("population", "人口与人数", "population", (
    Column("organisation", "单位名称", "organisation", ("名称", "单位", "区县", "地区", "街道", "社区", "行政区划"), is_required=True),
    Column("headcount", "人数", "headcount", ("人口", "人口数", "常住人口", "数量"), is_required=True, holds=NUMBER),
    Column("category", "类别", "category"), Column("date", "日期", "date", holds=DAY), _REMARK,
)))  # fmt: skip
