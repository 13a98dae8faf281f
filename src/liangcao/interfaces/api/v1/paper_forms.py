"""Blank forms on paper, each with a number and QR of its own."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from liangcao.foundation.identity import guard
from liangcao.interfaces.api.v1.doors import Filters, enter, language_of
from liangcao.interfaces.intake.paper_forms import LONGEST_WRITTEN, MOST_COPIES, form_of, forms_pdf
from liangcao.reference.parties.queries import bureau as bureau_in_scope

router = Router(tags=["imports"])
PaperKind = Literal["requisition", "gift", "receipt", "emergency"]


class PaperFilters(Filters):
    """How many sheets, and what is printed in the first field of each."""

    copies: int = Field(1, ge=1, le=MOST_COPIES)
    written: str = Field("", max_length=LONGEST_WRITTEN, examples=["一号库"])
    bureau: str | None = Field(None, max_length=30)


@router.get("/paper-forms/{kind}/file", response=None)
def get_paper_forms_file(request: HttpRequest, kind: PaperKind, filters: Query[PaperFilters]) -> HttpResponse:
    """Blank forms as PDF, one on each sheet of A4. The QR of each leads to the page where it is entered afterwards;
    nothing is written, and no two sheets have one number."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "enter", "import", bureau_id=door.bureau_id)
    content = forms_pdf(
        form_of(kind),
        copies=filters.copies,
        written=filters.written,
        bureau=bureau_in_scope(door.actor, door.bureau_id).name,
        address=lambda number: request.build_absolute_uri(reverse("paper_form", args=[number])),
        at=door.at,
        language=language_of(request),
    )
    attached = {"Content-Disposition": f'attachment; filename="{kind}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=attached)
