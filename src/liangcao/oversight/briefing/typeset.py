"""PDF by typst: a drawing of ours, data as JSON, the font of a package. Equal content gives equal bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

CONTENT_TYPE = "application/pdf"


def pdf_of(drawing: str, paper: Mapping[str, Any], *, moment: datetime) -> bytes:
    """The PDF that `drawing`, a .typ file beside this one, makes of `paper`. Its only moment is `moment`."""
    import typst

    inputs = {
        "paper": json.dumps(paper, ensure_ascii=False),
        "moment": moment.astimezone(UTC).strftime("%Y-%m-%d-%H-%M-%S"),
    }
    # Tags would make the file twenty times as large; the page itself is the accessible form.
    return typst.compile(
        files(__package__).joinpath(drawing).read_bytes(),
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
