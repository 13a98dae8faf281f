"""The briefing as PDF: the same parts as the Word file, for readers who only read and print."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from liangcao.foundation.figures.figure import Figure
from liangcao.ledger.seals_queries import qr_text
from liangcao.oversight.briefing.text import BriefingText
from liangcao.oversight.briefing.typeset import pdf_of
from liangcao.oversight.briefing.wording import annex, seal_line


def briefing_pdf(
    text: BriefingText, figures: Iterable[Figure], *, language: str, made_at: datetime, seal: Any = None
) -> bytes:
    """The text, then every figure with its value, then the last seal with its QR."""
    paper = {
        "lang": "en" if language.startswith("en") else "zh",
        "text": asdict(text),
        "annex": asdict(annex(figures, language)),
        "seal": "" if seal is None else seal_line(seal, language),
        "qr": "" if seal is None else _qr(qr_text(seal)),
    }
    return pdf_of("briefing.typ", paper, moment=made_at)


def _qr(text: str) -> str:
    """The drawing as SVG."""
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=3)
    return drawn.getvalue().decode()
