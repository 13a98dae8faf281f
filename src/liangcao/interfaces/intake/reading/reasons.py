"""Why a line cannot be taken as it stands: every code with its words in Chinese and English.

A code stands in `Line.reasons` and in `Problem.code`; the words say what is the matter and what to do.
"""

from __future__ import annotations

READING_REASONS: dict[str, tuple[str, str]] = {
    # Of a row.
    "ITEM_MISSING": ("这一行没有写物资名称,请补充,或删去这一行", "This row names no item. Write it, or remove the row"),
    "ITEM_UNSURE": ("物资名称不能确定,请核对", "It is not certain which item is meant. Please check it"),
    "ITEM_UNKNOWN": ("目录里没有相近的物资,请选定或先补充目录", "The catalogue has nothing like it. Choose an item, or add it first"),
    "UNIT_UNKNOWN": ("单位无换算关系,请改用目录里的单位", "The unit has no conversion. Use a unit of the catalogue"),
    "FLOW_UNSAID": ("原文没有说是申领、库存还是捐赠,请确认",
        "The text does not say whether this is asked for, held or given. Please confirm"),
    "ITEM_FROM_TEXT": ("这一行从文字说明中读出,请核对", "This line was read from a note in the row. Please check it"),
    "ORGANISATION_MISSING": (
        "没有写单位(合并单元格可能已断开),请补充",
        "No organisation is given (a merge may be broken). Write it",
    ),
    "ORGANISATION_FILLED": (
        "单位取自上一行,本行为空,请确认",
        "The organisation is that of the row above; this cell is blank. Please confirm",
    ),
    "ORGANISATION_BROKEN": (
        "单位名称可能被拆成两行,或合并已断开,请核对",
        "The organisation's name may be split over two rows, or its merge is broken. Please check it",
    ),
    "ORGANISATION_SEVERAL": ("一个单元格里写了几个单位,请分行填写", "One cell names several organisations. Write a row for each"),
    "UNIT_MISSING": ("没有写单位,请补充", "The unit is missing. Write it"),
    "UNIT_CONFLICT": ("数量里的单位与单位列不一致,请选定一个", "The unit beside the number is not that of the unit column"),
    "QUANTITY_MISSING": ("没有写数量,请补充", "The quantity is missing. Write it"),
    "QUANTITY_APPROXIMATE": ("数量是约数,请确认", "The quantity is approximate. Please confirm it"),
    "QUANTITY_FLAG": (
        "此处的 1 表示“需要”,不是数量,请补充数量",
        "The 1 here means “needed” and is no amount. Write the quantity",
    ),
    "QUANTITY_MERGED": (
        "数量单元格由几行合并,请分别填写",
        "One merged cell holds the quantity of several rows. Write each of them",
    ),
    "QUANTITY_ZERO": ("数量为 0;数量须为 1–999,999,999 的整数", "The quantity is 0. It must be from 1 to 999,999,999"),
    "QUANTITY_NEGATIVE": ("数量为负数;须为 1–999,999,999 的整数", "The quantity is negative. It must be from 1 to 999,999,999"),
    "QUANTITY_TOO_LARGE": ("数量超过 999,999,999,请核对", "The quantity is over 999,999,999. Please check it"),
    "QUANTITY_NOT_WHOLE": ("数量不是整数,请改为整数", "The quantity is not whole. Write a whole number"),
    "QUANTITY_NOT_A_NUMBER": ("数量不是数字,请改为数字", "The quantity is not a number. Write a number"),
    "FORMULA_WITHOUT_VALUE": ("是公式且无结果,请粘贴为数值", "It is a formula without a result. Paste it as a value"),
    "ERROR_VALUE": ("单元格是错误值,请改正", "The cell holds an error. Correct it"),
    "CONTROL_CHARACTER": ("含不可见的控制字符,请删去后重填",
        "It holds an invisible control character. Delete it and type the text again"),
    "CELL_ERROR": ("单元格是错误值或没有结果的公式,请粘贴为数值", "The cell holds an error or a formula without a result. Paste the value"),
    "DATE_UNCLEAR": ("日期不完整或有歧义,请写成 2026-03-01", "The date is incomplete or ambiguous. Write it like 2026-03-01"),
    "DATE_IMPOSSIBLE": ("日期不存在,请改正", "There is no such date. Correct it"),
    "EXPIRY_BEFORE_PRODUCTION": ("失效日期早于生产日期,请核对", "The expiry date is before the production date. Please check both"),
    "DUPLICATE_ROW": ("与另一行重复,请确认是否多填", "The same row stands in the file already. Please confirm or remove it"),
    "HIDDEN_ROW": ("这一行被隐藏或筛选掉了,请确认是否导入", "This row is hidden or filtered out. Please confirm that it is meant"),
    "TEXT_TOO_LONG": ("文字超过 500 字,请缩短", "The text is over 500 characters. Shorten it"),
    "CODE_TRUNCATED": ("编码已被表格软件截断,请设为文本后重填",
        "The code was cut short by the spreadsheet. Set the cell to text and write it again"),
    "VALUE_MISSING": ("必填内容为空,请补充", "A required cell is blank. Write it"),
    "FLOW_DIFFERS": ("这张表的方向与所选的导入类型不同,请确认", "This table's direction is not that of the chosen kind. Please confirm"),
    # Of a table or sheet.
    "HEADER_MISSING": ("缺少列", "A column is missing"),
    "HEADER_DUPLICATE": ("列名重复,请只留一列或改名", "Two columns have the same header. Keep one of them or rename it"),
    "HEADER_GUESSED": ("没有找到表头,各列按内容推断,请核对",
        "No header was found; columns were taken by their content. Please check them"),
    "FLOW_UNCLEAR": ("看不出这张表是申请、库存、接收还是发放,请选择",
        "It is not said whether this table asks, holds, receives or hands out. Please choose"),
    "HIDDEN_ROWS": ("有隐藏的行,确认后才导入", "There are hidden rows. They are imported only when confirmed"),
    "HIDDEN_SHEET": ("工作表是隐藏的,确认后才导入", "The sheet is hidden. It is imported only when confirmed"),
    "MERGES_FILLED": ("合并单元格已按上方内容补齐", "Merged cells were filled with their value"),
    "BLANKS_FILLED": ("空白单元格按上一行补齐,请核对", "Blank cells were filled from the row above. Please check them"),
    "SUBTOTAL_DIFFERS": ("合计与各行之和不一致,请核对", "The total is not the sum of its rows. Please check it"),
    "STOCK_AND_NEED": ("一行同时写有库存与需求,分为两条", "One row holds stock and need; they were read as two lines"),
    "IDENTITY_NOT_READ": ("证件号码不收集:这一列没有读,也不保存,请对方今后不要填",
        "Numbers of identity papers are not collected: this column was not read or kept. Ask that it be left out"),
    "NOT_GOODS": ("没有找到物资列,这张表未读", "No item column was found; this table was not read"),
}  # fmt: skip

# Why a row of a sheet is no goods row.
SKIPPED: dict[str, tuple[str, str]] = {
    "blank": ("空行", "blank row"),
    "title": ("标题", "title"),
    "header": ("表头", "header"),
    "section": ("分段标题", "heading of a section"),
    "subtotal": ("小计或合计", "subtotal or total"),
    "note": ("说明或签名", "note or signature"),
    "closing": ("结存核对表", "table of balances"),
    "nothing": ("没有需要的物资", "nothing needed"),
    "outside": ("表格之外", "outside any table"),
}


def reason_words(code: str, language: str = "zh") -> str:
    """The words of a code; the code itself where it is not known."""
    zh, en = READING_REASONS.get(code, (code, code))
    return en if language == "en" else zh
