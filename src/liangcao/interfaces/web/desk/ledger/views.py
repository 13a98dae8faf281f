"""台账: documents of the book, the four registers, the proof."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from liangcao.foundation.journal.batches import bring_up_to_date
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.desk.ledger import papers, registers_sheet
from liangcao.interfaces.web.desk.ledger.lists import MOVES
from liangcao.interfaces.web.desk.ledger.registers import asked_register, register_page
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.ledger import queries as ledger
from liangcao.ledger import verify
from liangcao.oversight.briefing.registers_files import register_as


@desk_page("ledger")
def move_list(request: Any) -> HttpResponse:
    """Documents, newest first."""
    rows = ledger.moves(request.actor, request.bureau.pk)
    return listing.answer(request, MOVES, rows, title=_("台账"), template="desk/ledger/moves.html")


@desk_page("ledger")
def move(request: Any, move_id: UUID) -> HttpResponse:
    """One document with its entries and its place in the chain."""
    return document.answer(request, papers.move_document(request, ledger.move(request.actor, move_id)))


@desk_page("ledger")
def move_by_number(request: Any, number: str) -> HttpResponse:
    """A document by the number that a person reads out."""
    found = ledger.move_by_number(request.actor, request.bureau.pk, number)
    return redirect("move", found.pk) if found else redirect("trace")


@desk_page("briefing")
def register(request: Any, kind: str) -> HttpResponse:
    """One of the four registers, as it prints; or as a file."""
    made = asked_register(request, kind)
    if wanted := request.GET.get("format"):
        if wanted in registers_sheet.FORMATS:
            return registers_sheet.register_table(request, made, wanted)
        file = register_as(made, wanted, made_at=request.at)
        streamed: Any = FileResponse(
            file.content, as_attachment=True, filename=file.name, content_type=file.content_type
        )
        return streamed  # type: ignore[no-any-return]
    return register_page(request, kind, made)


@desk_page("ledger", "verify")
def proof(request: Any) -> HttpResponse:
    """Recompute the whole chain when asked, and say what was found."""
    result = None
    if request.GET.get("run"):
        bring_up_to_date()
        result = verify.verify_book(request.actor, request.bureau.pk)
    book = ledger.book_of(request.actor, request.bureau.pk)
    return render_page(
        request,
        "desk/ledger/proof.html",
        title=_("核验台账"),
        result=result,
        what=papers.fault_words(result.first_bad) if result and result.first_bad else "",
        book=book,
        last=ledger.moves(request.actor, request.bureau.pk).first(),
    )
