"""Why a file is not read: one sentence each, which says what to do."""

from __future__ import annotations

from liangcao.foundation.kernel.errors import Invalid

READS_ZH = "可读:Excel 工作簿(.xlsx、.xls)、CSV 或文本表格(.csv、.tsv、.txt)"
READS_EN = "Read here: Excel workbooks (.xlsx, .xls), CSV and text tables (.csv, .tsv, .txt)"


def refused(code: str, zh: str, en: str, *, sheet: str | None = None, row: int | None = None) -> Invalid:
    """A refusal of the field "file"."""
    return Invalid(code, zh, en, field="file", sheet=sheet or None, row=row)


def empty() -> Invalid:
    """Nothing in it."""
    return refused("FILE_EMPTY", "文件是空的,请重新导出后上传", "The file is empty: export it again and send it")


def missing() -> Invalid:
    """No such file."""
    return refused("FILE_MISSING", "文件不存在或无法读取", "The file does not exist or cannot be read")


def too_large(most: int) -> Invalid:
    """More bytes than a file may have."""
    return refused(
        "FILE_TOO_LARGE",
        f"文件超过 {most >> 20} MB,请拆成几个文件",
        f"The file has more than {most >> 20} MB: split it into several files",
    )


def unpacks_too_large() -> Invalid:
    """A zip bomb, or a sheet formatted to its last row."""
    return refused(
        "FILE_UNPACKS_TOO_LARGE",
        "文件解压后过大,已拒绝。请删去表外的空行空列和图片,或拆成几个文件",
        "The file unpacks too large. Delete the empty rows and columns outside the table and the pictures, or split it",
    )


def damaged() -> Invalid:
    """Cut off, changed on the way, or written by no spreadsheet program."""
    return refused("FILE_DAMAGED", "文件损坏,请重新导出", "The file is damaged: export it again")


def unsafe() -> Invalid:
    """A document type or an entity in its XML."""
    return refused(
        "FILE_UNSAFE",
        "文件含不安全内容(XML 实体声明),请用 Excel 或 WPS 打开后另存为 .xlsx",
        "The file holds unsafe content (XML entities): open it in a spreadsheet program and save it as .xlsx",
    )


def encrypted() -> Invalid:
    """A password."""
    return refused(
        "FILE_ENCRYPTED",
        "文件已加密,请去掉密码后重新上传",
        "The file has a password: remove it and send the file again",
    )


def active() -> Invalid:
    """Macros, links to other files, objects of other programs."""
    return refused(
        "FILE_WITH_MACROS",
        "不接受含宏/外部链接的文件(包括嵌入对象),请粘贴为数值并另存为普通 .xlsx",
        "Files with macros, external links or embedded objects are not accepted: paste the values into a plain .xlsx",
    )


def unknown_kind(zh: str = "", en: str = "") -> Invalid:
    """Another kind of file; `zh`, `en` name it where it is known."""
    return refused(
        "FILE_KIND",
        f"这是{zh},读不了。{READS_ZH}" if zh else f"不认识这种文件。{READS_ZH}",
        f"This is {en}, which is not read. {READS_EN}" if en else f"This kind of file is unknown. {READS_EN}",
    )


def unknown_encoding() -> Invalid:
    """Text in some other encoding, which would come in as nonsense."""
    return refused(
        "ENCODING_UNKNOWN",
        "看不出文件的编码(可读 UTF-8、GBK、UTF-16)。请用 Excel 或 WPS 打开后另存为 .xlsx 或“CSV UTF-8”",
        "The encoding of the file is unknown (read are UTF-8, GBK, UTF-16): save it as .xlsx or as CSV UTF-8",
    )


def too_many_rows(most: int, sheet: str | None = None) -> Invalid:
    """More rows than one sheet may have."""
    where_zh, where_en = (f"工作表“{sheet}”", f'The sheet "{sheet}"') if sheet else ("文件", "The file")
    return refused(
        "TOO_MANY_ROWS",
        f"{where_zh}超过 {most} 行上限,请删去表外的空行或拆成几个文件",
        f"{where_en} has more than {most} rows: delete empty ones outside the table, or split the file",
        sheet=sheet,
    )


def too_wide(most: int, sheet: str | None = None) -> Invalid:
    """More columns than one sheet may have, or cells than a file may have."""
    where_zh, where_en = (f"工作表“{sheet}”", f'The sheet "{sheet}"') if sheet else ("文件", "The file")
    return refused(
        "TOO_MANY_COLUMNS",
        f"{where_zh}超过 {most} 列上限,请删去表外的列",
        f"{where_en} has more than {most} columns: delete those outside the table",
        sheet=sheet,
    )


def too_many_cells(most: int) -> Invalid:
    """More cells than the file may have."""
    return refused(
        "TOO_MANY_CELLS",
        f"文件超过 {most} 个单元格,请删去表外的内容或拆成几个文件",
        f"The file has more than {most} cells: delete what is outside the tables, or split the file",
    )


def too_many_sheets(most: int) -> Invalid:
    """More sheets than a file may have."""
    return refused(
        "TOO_MANY_SHEETS",
        f"文件超过 {most} 个工作表,请拆成几个文件",
        f"The file has more than {most} sheets: split it",
    )


def open_quotes(row: int) -> Invalid:
    """A quotation mark of a text table that is never closed."""
    return refused(
        "CSV_QUOTES",
        f"第 {row} 行起引号不成对,读不出后面的行。请改正引号,或用 Excel 打开后另存为 .xlsx",
        f"From row {row} on a quotation mark is not closed: correct it, or save the table as .xlsx",
        row=row,
    )
