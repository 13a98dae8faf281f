"""The journal: its list, one entry, and where a page says that it was printed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liangcao.foundation.journal import queries
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.desk.journal.lists import JOURNAL
from liangcao.interfaces.web.desk.journal.papers import entry_document
from liangcao.interfaces.web.journalling import record_export
from liangcao.interfaces.web.pages import desk_page, own_page


@desk_page("journal")
def journal(request: Any) -> HttpResponse:
    """What was done and what was refused, newest first."""
    rows = queries.entries(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, JOURNAL, rows, title=_("操作日志"))


@desk_page("journal")
def entry(request: Any, entry_id: int) -> HttpResponse:
    """One entry, with what was before and after."""
    found = queries.entry(request.actor, bureau_id=request.bureau.pk, entry_id=entry_id)
    return document.answer(request, entry_document(request, found))


@own_page
@require_POST
def printing(request: Any) -> HttpResponse:
    """A page tells that it goes to the printer. Only the name of the page is kept, and what its address chooses."""
    address = urlsplit(request.POST.get("address", "")[:300])
    try:
        match = resolve(address.path)
    except Resolver404:
        return HttpResponse(status=204)
    request.resolver_match = match
    request.GET = QueryDict(address.query)
    record_export(request, action="print")
    return HttpResponse(status=204)
