"""A register as PDF, from the same sheets as the page that prints. Equal content gives equal bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.registers_paper import Paper, paper_of

CONTENT_TYPE = "application/pdf"
_DRAWING = "register.typ"


def register_pdf(register: Register, *, made_at: datetime) -> bytes:
    """The register as PDF; read inside `snapshot()`. Its only moment is `made_at`, or the one at which it knows.

    Raises Invalid REGISTER_TOO_LONG.
    """
    known = register.scope.known
    return _drawn(paper_of(register, made_at=made_at), known.at if known else made_at)


def _drawn(paper: Paper, moment: datetime) -> bytes:
    import typst

    inputs = {
        "paper": json.dumps(_plain(paper), ensure_ascii=False),
        "moment": moment.astimezone(UTC).strftime("%Y-%m-%d-%H-%M-%S"),
    }
    drawing = files(__package__).joinpath(_DRAWING).read_bytes()
    # Tags would make the file twenty times as large; the page itself is the accessible form.
    return typst.compile(
        drawing,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_tags=False,
    )


@cache
def _fonts() -> Any:
    """The font of the package, never one of the machine: a paper looks the same wherever it is made."""
    import pylopdf_fonts_zh_cn
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[pylopdf_fonts_zh_cn.sans_path().parent])


def _plain(paper: Paper) -> dict[str, object]:
    is_english = paper.language.startswith("en")
    empty = "No rows in this period" if is_english else "这段时间没有记录"
    return {**asdict(paper), "lang": "en" if is_english else "zh", "empty": empty}
