"""The list of imports, the page of one, its original and the original with its problems."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from liangcao.foundation.files.paths import path_of
from liangcao.foundation.kernel.ids import new_id
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.annotated import annotated_workbook
from liangcao.interfaces.web import document, listing, spreadsheet
from liangcao.interfaces.web.desk.imports import papers
from liangcao.interfaces.web.desk.imports.lists import IMPORTS, rows_listing
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import is_english

_KEPT = ("status", "reason")
_SENT_AS = "application/octet-stream"


@desk_page("import")
def imports(request: Any) -> HttpResponse:
    """All imports of the bureau, the newest first."""
    rows = queries.runs(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, IMPORTS, rows, title=_("导入"), template="desk/imports/imports.html")


@desk_page("import")
def one(request: Any, import_id: int) -> HttpResponse:
    """One import: what was read beside what was written, and what is to be done."""
    run = queries.run(request.actor, import_id)
    if getattr(request, "htmx", False) and request.headers.get("HX-Target") == "import-progress":
        return _progress(request, run)
    standing = papers.standing_of(request, run)
    kept = {key: request.GET[key] for key in _KEPT if request.GET.get(key)}
    may_correct = standing.may_enter and run.status == "read"
    shown = rows_listing(run, standing.by_reason, may_correct=may_correct, kept=kept)
    rows = queries.rows_of(request.actor, import_id).select_related("run")
    title = f"{_('导入')} {run.number}"
    listing.check_parameters(request, shown)
    if request.GET.get("format"):
        return listing.export(request, shown, rows, title=title)
    page = listing.list_page(request, shown, rows)
    if getattr(request, "htmx", False) and request.headers.get("HX-Target") == "list":
        return render(request, "components/_list.html", {"title": title, "list": page})
    return document.answer(
        request,
        papers.import_paper(request, run, standing),
        template="desk/imports/import.html",
        run=run,
        list=page,
        may_correct=may_correct,
        client_id=new_id(),
        has_rows=bool(standing.by_status),
        tabs=papers.tabs(run, standing, kept.get("status", "")),
        reasons=papers.reasons(run, standing),
        waits=papers.waits_for(standing, is_message=queries.is_message(run)) if run.status == "read" else [],
        told=papers.told(run),
        known=papers.known_words(run),
        run_refusal=papers.refusal_of(run),
    )


def _progress(request: Any, run: Any) -> HttpResponse:
    """How far it is; once it is over, the page loads itself anew."""
    if run.status in ("waiting", "importing"):
        return render(request, "desk/imports/_progress.html", {"run": run})
    response = HttpResponse(status=200)
    response["HX-Refresh"] = "true"
    return response


@desk_page("import")
def original(request: Any, import_id: int) -> HttpResponse:
    """The file as it was sent: to be kept, never shown by the browser."""
    run = queries.run(request.actor, import_id)
    response = spreadsheet.download(path_of(run.digest).read_bytes(), name=run.file.name, content_type=_SENT_AS)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@desk_page("import")
def annotated(request: Any, import_id: int) -> HttpResponse:
    """The file as it was sent, with a column that says what is the matter with each row."""
    run = queries.run(request.actor, import_id)
    content = annotated_workbook(run, request.actor, language="en" if is_english() else "zh")
    stem = run.file.name.rpartition(".")[0] or run.file.name
    name = f"{stem}-{_('核对结果')}.xlsx"
    return spreadsheet.download(content, name=name, content_type=spreadsheet.XLSX)
