"""What a file is, by its content. Its name is only compared."""

from __future__ import annotations

import re

from liangcao.interfaces.intake.reading.files.grids import FILE_KIND_DIFFERS, Notice
from liangcao.interfaces.intake.reading.files.refusals import unknown_kind

ZIP, OLE, TEXT = "zip", "ole", "text"
OLE_SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNS = (
    (b"%PDF", "PDF 文件", "a PDF"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"\x89PNG", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"II*\x00", "图片", "a picture"),
    (b"MM\x00*", "图片", "a picture"),
    (b"Rar!", "压缩包(请先解压)", "an archive (unpack it first)"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包(请先解压)", "an archive (unpack it first)"),
    (b"\x1f\x8b", "压缩包(请先解压)", "an archive (unpack it first)"),
    (b"{\\rtf", "Word 文档", "a Word document"),
    (b"\x7fELF", "程序", "a program"),
)
# These begin with letters that a text may begin with too; behind them stand bytes that no text has.
_BINARY = (
    (re.compile(rb"MZ[^\r\n]{0,64}\x00", re.DOTALL), "程序", "a program"),
    (re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL), "图片", "a picture"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "图片", "a picture"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "图片或视频", "a picture or film"),
)
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|head|body|table|meta|svg|workbook)\b|(?:\xef\xbb\xbf)?\s*<!--", re.I
)
_ENDINGS = {
    "xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "et": "xls", "csv": "csv", "tsv": "csv", "txt": "csv", "tab": "csv",
}  # fmt: skip
_NAMES = {"xlsx": "Excel 工作簿(.xlsx)", "xls": "旧版 Excel 工作簿(.xls)", "csv": "文本表格(CSV)"}
_NAMES_EN = {"xlsx": "an Excel workbook (.xlsx)", "xls": "an old Excel workbook (.xls)", "csv": "a text table (CSV)"}


def kind_of(content: bytes) -> str:
    """ZIP, OLE or TEXT. Raises Invalid FILE_KIND for what is known to be something else."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    if content.startswith(OLE_SIGN):
        return OLE
    for sign, zh, en in _SIGNS:
        if content.startswith(sign):
            raise unknown_kind(zh, en)
    head = content[:512]
    for pattern, zh, en in _BINARY:
        if pattern.match(head):
            raise unknown_kind(zh, en)
    if _MARKUP.match(head):
        raise unknown_kind(
            "网页或 XML 文件(请用 Excel 或 WPS 打开后另存为 .xlsx)",
            "a web page or an XML file (open it in a spreadsheet program and save it as .xlsx)",
        )
    return TEXT


def refuse_other_package(names: set[str]) -> None:
    """Raise Invalid FILE_KIND for a zip that is no xlsx, by the lower-case names of its members."""
    if "xl/workbook.xml" in names:
        return
    if any(name.startswith("word/") for name in names):
        raise unknown_kind("Word 文档", "a Word document")
    if any(name.startswith("ppt/") for name in names):
        raise unknown_kind("PPT 文档", "a slide show")
    if "xl/workbook.bin" in names:
        raise unknown_kind("二进制工作簿 .xlsb(请另存为 .xlsx)", "a binary workbook .xlsb (save it as .xlsx)")
    if "mimetype" in names and "content.xml" in names:
        raise unknown_kind("OpenDocument 文件(请另存为 .xlsx)", "an OpenDocument file (save it as .xlsx)")
    raise unknown_kind("压缩包(请先解压)", "an archive (unpack it first)")


def differs(name: str, kind: str) -> Notice | None:
    """A notice where the ending of the name promises another kind than the content is."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    promised = _ENDINGS.get(ending)
    if promised is None or promised == kind:
        return None
    return Notice(
        FILE_KIND_DIFFERS,
        f"文件名以 .{ending} 结尾,内容是{_NAMES[kind]};已按内容读取,请核对",
        f"The name ends in .{ending}, the content is {_NAMES_EN[kind]}; it was read by its content, please check",
    )
