"""A workbook written row by row, so that its size costs no memory; equal content gives equal bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import IO, Any

FONT = "宋体"
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "note": {"font_color": "#555555"},
    "head": {"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True, "valign": "vcenter"},
    "text": {"border": 1},
    "quantity": {"border": 1, "num_format": "#,##0"},
    "date": {"border": 1, "num_format": "yyyy-mm-dd"},
    "total": {"border": 1, "num_format": "#,##0", "bold": True, "bg_color": "#F7F8FA"},
}


class Workbook:
    """An XlsxWriter workbook whose only moment is `made_at`. Rows are written in their order, each once."""

    def __init__(self, file: IO[bytes], made_at: datetime) -> None:
        import xlsxwriter

        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(file, options)
        self.book.set_properties(
            {"author": "Liangcao", "created": made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)}
        )
        self.styles = {name: self.book.add_format({"font_name": FONT, **style}) for name, style in _STYLES.items()}

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: Any) -> None:
        self.book.close()
