"""PDF by typst: a drawing of ours, data as JSON, the font of a package. Equal content gives equal bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

CONTENT_TYPE = "application/pdf"


def pdf_of(drawing: str, paper: Mapping[str, Any], *, moment: datetime) -> bytes:
    """The PDF that `drawing`, a .typ file beside this one, makes of `paper`. Its only moment is `moment`."""
    return set_in_type(files(__package__).joinpath(drawing).read_bytes(), paper, moment=moment)


def set_in_type(
    drawing: bytes,
    paper: Mapping[str, Any],
    *,
    moment: datetime,
    ending: Literal["pdf", "png"] = "pdf",
    ppi: float | None = None,
) -> bytes:
    """What the source of a drawing makes of `paper`: a PDF, or the picture (png) of its only page."""
    import typst

    inputs = {
        "paper": json.dumps(paper, ensure_ascii=False),
        "moment": moment.astimezone(UTC).strftime("%Y-%m-%d-%H-%M-%S"),
    }
    # Tags would make the file twenty times as large; the page itself is the accessible form.
    return typst.compile(drawing, format=ending, font_paths=_fonts(), sys_inputs=inputs, ppi=ppi, pdf_tags=False)


@cache
def _fonts() -> Any:
    """The font of the package, never one of the machine: a paper looks the same wherever it is made."""
    import pylopdf_fonts_zh_cn
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[pylopdf_fonts_zh_cn.sans_path().parent])
