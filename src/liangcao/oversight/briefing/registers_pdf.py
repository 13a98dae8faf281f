"""A register as PDF, from the same sheets as the page that prints. Equal content gives equal bytes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.registers_paper import Paper, paper_of
from liangcao.oversight.briefing.typeset import pdf_of


def register_pdf(register: Register, *, made_at: datetime) -> bytes:
    """The register as PDF; read inside `snapshot()`. Its only moment is `made_at`, or the one at which it knows.

    Raises Invalid REGISTER_TOO_LONG.
    """
    known = register.scope.known
    paper = paper_of(register, made_at=made_at)
    return pdf_of("register.typ", _plain(paper), moment=known.at if known else made_at)


def _plain(paper: Paper) -> dict[str, object]:
    is_english = paper.language.startswith("en")
    empty = "No rows in this period" if is_english else "这段时间没有记录"
    return {**asdict(paper), "lang": "en" if is_english else "zh", "empty": empty}
