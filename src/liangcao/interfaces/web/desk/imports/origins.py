"""On the page of a document: which rows of which file it was made of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.document import Link
from liangcao.interfaces.web.pages import can
from liangcao.operations.supply import queries as supply

_MOST = 500
_MOST_ROWS = 12


def origin_links(request: Any, kind: str, document_id: int) -> list[Link]:
    """来自导入 DR…: the file, the sheet and the rows, one link for each import and sheet."""
    if not can(request, "view", "import"):
        return []
    found: dict[tuple[int, str], list[Any]] = {}
    for row in queries.origins(request.actor, kind=kind, ids=[document_id])[:_MOST]:
        found.setdefault((row.run_id, row.sheet), []).append(row)
    return [Link(_("来自导入"), _words(rows), address("import", rows[0].run_id)) for rows in found.values()]


def origin_links_of_move(request: Any, move: Any) -> list[Link]:
    """The same for a move, by the receipt that posted it."""
    if move.cause_kind not in ("source", "receipt") or not can(request, "view", "import"):
        return []
    receipt = supply.receipts(request.actor, bureau_id=request.bureau.pk).filter(move_id=move.pk).first()
    return origin_links(request, "receipt", receipt.pk) if receipt is not None else []


def _words(rows: list[Any]) -> str:
    """DR20200203-1 需求表.xlsx Sheet1 第 3、4 行."""
    run, sheet = rows[0].run, rows[0].sheet
    numbers = list(dict.fromkeys(str(row.row) for row in rows))
    told = _("、").join(numbers[:_MOST_ROWS]) + ("…" if len(numbers) > _MOST_ROWS else "")
    where = _("第 %(rows)s 行") % {"rows": told} if sheet else _("第 %(rows)s 条") % {"rows": told}
    return " ".join(part for part in (run.number, run.file.name, sheet, where) if part)
