"""A register on the sheets that leave the printer: A4 lying, each with its sums, its number and the signatures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.ledger.registers import asked_register
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.templatetags.words import headed
from liangcao.oversight.briefing import queries as briefing


@desk_page("briefing")
def register_paper(request: Any, kind: str) -> HttpResponse:
    """The sheets of a register. Raises Invalid REGISTER_TOO_LONG."""
    made = asked_register(request, kind)
    paper = briefing.register_paper(made, made_at=request.at)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return render_page(
        request,
        "desk/ledger/register_paper.html",
        title=headed((made.zh, made.en)),
        paper=paper,
        heads=_heads(paper.heads),
        closing_heads=_heads(paper.closing_heads),
        sheets=[_sheet(paper, sheet) for sheet in paper.sheets],
        register=address("register", kind) + query,
        pdf=address("register", kind) + (f"{query}&format=pdf" if query else "?format=pdf"),
    )


def _heads(heads: list[Any]) -> list[dict[str, Any]]:
    whole = sum(head.width for head in heads)
    return [
        {
            "label": head.label,
            "share": f"{head.width / whole * 100:.3f}%",
            "side": "right" if head.is_number else "left",
        }
        for head in heads
    ]


def _sheet(paper: Any, sheet: Any) -> dict[str, Any]:
    """Cells with their lines joined, beside the side on which they stand."""
    return {
        "number": sheet.number,
        "rows": [_cells(cells, paper.heads) for cells in sheet.rows],
        "sums": [_cells(cells, paper.heads) for cells in (sheet.page_sums, sheet.running_sums) if cells],
        "closing": [_cells(cells, paper.closing_heads) for cells in sheet.closing],
        "is_last": sheet.number == len(paper.sheets),
    }


def _cells(cells: Any, heads: list[Any]) -> list[tuple[str, str]]:
    return [("\n".join(lines), "right" if head.is_number else "left") for lines, head in zip(cells, heads, strict=True)]
