"""The page that shows labels as they print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.labels import sheets
from liangcao.interfaces.web.desk.labels.forms import LabelForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.row_ids import row_id
from liangcao.ledger import queries as ledger
from liangcao.operations.supply import queries as supply

MOST_LOTS = 200


@desk_page("ledger")
def labels(request: Any) -> HttpResponse:
    """Labels for the lots of the address (`lot`, once or more) or for those of a receipt (`receipt`)."""
    lots, back = _asked(request)
    form = LabelForm(request.GET, defaults=sheets.defaults_for(request, lots))
    is_valid = form.is_valid()
    values = form.cleaned_data
    made = list(sheets.labels_of(request, lots, values)) if is_valid else []
    return render_page(
        request,
        "desk/labels/labels.html",
        title=_("打印标签"),
        status=200 if is_valid else 400,
        back=back,
        form=form,
        rows=[(lot, *form.of_lot(number)) for number, lot in enumerate(lots)],
        paper=sheets.paper_of(values) if is_valid else None,
        sheets=sheets.sheets_of(made, paper=sheets.paper_of(values), start=values["start"]) if is_valid else [],
        count=len(made),
    )


def _asked(request: Any) -> tuple[list[Any], tuple[str, str]]:
    """The lots, and where one came from. Raises NotFound, Invalid LABELS_TOO_MANY."""
    rows = ledger.lots(request.actor, request.bureau.pk).order_by("code")
    if "receipt" in request.GET:
        receipt = supply.receipt(request.actor, row_id(request.GET["receipt"]) or 0)
        lots = list(rows.filter(move_id=receipt.move_id)[: MOST_LOTS + 1])
        back = (f"{_('入库单')} {receipt.number}", address("receipt", receipt.pk))
    else:
        wanted = {_lot_id(text) for text in request.GET.getlist("lot")}
        lots = list(rows.filter(pk__in=wanted)[: MOST_LOTS + 1])
        if len(lots) < min(len(wanted), MOST_LOTS):
            raise NotFound()
        only = lots[0] if len(lots) == 1 else None
        back = (f"{_('批次')} {only.code}", address("lot", only.pk)) if only else (_("批次"), address("lot_list"))
    if not lots and "receipt" not in request.GET and "lot" not in request.GET:
        raise Invalid(
            "LOTS_MISSING",
            "请从批次页或入库单点“打印标签”",
            "Print labels from the page of a lot or of a receipt",
            field="lot",
        )
    if not lots:
        raise NotFound()
    if len(lots) > MOST_LOTS:
        raise Invalid(
            "LABELS_TOO_MANY",
            f"这里有 {len(lots)} 个以上的批次,一次最多 {MOST_LOTS} 个;请从批次页分别打印",
            f"More than {MOST_LOTS} lots: print them from their own pages",
        )
    return lots, back


def _lot_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
