"""Why a row cannot be imported as it stands: the reader's reasons, and those that only the database can tell.

Hard reasons go away when the row is corrected or left out; the others when a person confirms the row. A row is wrong
where what stands in it cannot be, and is asked where somebody must choose.
"""

from __future__ import annotations

from liangcao.interfaces.intake.reading.reasons import READING_REASONS
from liangcao.interfaces.intake.reading.tables.goods import WRONGS

IMPORT_REASONS: dict[str, tuple[str, str]] = {
    "ORGANISATION_UNKNOWN": (
        "本局没有这个名称的单位,请选定,或先在“设置 › 单位”添加",
        "The bureau has no organisation of this name. Choose one, or add it under Settings › Organisations first",
    ),
    "STORE_UNKNOWN": ("没有这个仓库,请选定", "There is no such store. Choose one"),
    "QUANTITY_UNKNOWN": ("数量未知,将按“数量未知”申领,请确认", "The amount is unknown and will be asked for so. Please confirm"),
    "LOT_MISSING": (
        "按批号管理的物资没有批号;请补批号,或在“导入说明”里写明无批号的原因(将进待检区)",
        "The lot number is missing. Write it, or say why for the whole import (they go to quarantine)",
    ),
    "LOT_NOT_CHOSEN": ("出库按先到期先出选批号,来表所写批号不用,请确认",
        "Lots are picked soonest expiry first; the lot written here is not used. Please confirm"),
    "NEEDED_BY_PAST": ("需要日期已过,请改正或清空", "The day it is needed by is past. Correct or clear it"),
    "ONLY_STOCK": ("这一行说的不是本类导入的内容(如库存、每日用量);请改为不导入,或更正",
        "This row speaks of something else (stock, daily use). Leave it out, or correct it"),
    "SAME_ITEM_TWICE": ("同一单位的同一物资有几行;确认后各行相加",
        "The same unit names the same item in several rows. Confirmed, they add up"),
    "PACK_FROM_FILE": ("按来表写的规格折算(见“折合”),目录里没有这样的包装,请确认",
        "Converted by the pack that the file writes, which the catalogue does not have. Please confirm"),
    "SEEN_BEFORE": ("同样的一行此前已导入,请确认是否还要导入", "The same row was imported before. Please confirm that it is meant again"),
    "ALREADY_THERE": ("已有同名的,没有重复添加", "It is there already and was not added again"),
    "CREDIT_CODE_WRONG": ("统一社会信用代码不符合 GB 32100(18 位,第 18 位为校验位),请核对",
        "The unified social credit code is not valid (GB 32100). Check the 18 characters"),
    "CREDIT_CODE_TAKEN": ("这个信用代码已属于另一单位,请核对", "Another organisation has this credit code. Please check it"),
    "REGION_UNKNOWN": ("没有这个区划,请改正或清空", "There is no such division. Correct or clear it"),
    "CATEGORY_UNKNOWN": ("没有这个类别;请改正,或在“导入说明”里选定类别",
        "There is no such category. Correct it, or choose one for the whole import"),
    "NAME_TWICE": ("文件里有几行是同一名称,请只留一行", "Several rows have the same name. Keep one of them"),
    "NAME_LIKE": ("与已有的名称疑似重复(只差全角半角、繁简或空格),请核对;确认后另行添加",
        "It is written like one that is there already (width, traditional characters, blanks). Confirmed, it is added"),
    "PHONE_WRONG": ("手机号应为 11 位,座机应带区号,请核对", "A mobile has 11 figures, a landline its area code. Please check it"),
    "TOO_LONG": ("文字过长,请缩短", "A text is too long. Shorten it"),
}  # fmt: skip
_SOFT = frozenset({
    "QUANTITY_UNKNOWN", "LOT_NOT_CHOSEN", "SAME_ITEM_TWICE", "PACK_FROM_FILE", "SEEN_BEFORE", "NAME_LIKE",
    "PHONE_WRONG",
})  # fmt: skip
# What a person must choose or say: the row is asked, but nobody can confirm it as it stands.
_CHOSEN = frozenset({
    "ITEM_UNSURE", "ITEM_UNKNOWN", "UNIT_UNKNOWN", "ORGANISATION_UNKNOWN", "ORGANISATION_MISSING",
    "ORGANISATION_SEVERAL", "STORE_UNKNOWN", "LOT_MISSING", "ONLY_STOCK", "CATEGORY_UNKNOWN", "QUANTITY_FLAG",
    "QUANTITY_MERGED", "QUANTITY_MISSING",
})  # fmt: skip
# What is wrong: it cannot be so.
_WRONG = WRONGS | {
    "ITEM_MISSING", "QUANTITY_NEGATIVE", "QUANTITY_ZERO", "QUANTITY_TOO_LARGE", "QUANTITY_NOT_WHOLE",
    "QUANTITY_NOT_A_NUMBER",
}  # fmt: skip
# Reasons that are found anew from what stands in the row, so that the reader's own count no more.
FOUND_ANEW = frozenset({
    "ITEM_MISSING", "ITEM_UNKNOWN", "ITEM_UNSURE", "UNIT_UNKNOWN", "ORGANISATION_MISSING", "QUANTITY_MISSING",
})  # fmt: skip


def is_wrong(code: str) -> bool:
    """Whether what stands in the row cannot be."""
    return code in _WRONG or (code in IMPORT_REASONS and code not in _SOFT | _CHOSEN)


def is_hard(code: str) -> bool:
    """Whether a person must correct the row, and cannot only confirm it."""
    return code in _CHOSEN or is_wrong(code)


def reason_text(code: str) -> tuple[str, str]:
    """The words of a code in both languages."""
    return IMPORT_REASONS.get(code) or READING_REASONS.get(code) or (code, code)
