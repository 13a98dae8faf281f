"""通报: the text as it will go out, the figures it rests on, and the rows behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import document, listing, spreadsheet
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.briefing import lists, papers
from liangcao.interfaces.web.desk.briefing.forms import FreezeForm
from liangcao.interfaces.web.desk.briefing.rows import asked_day, entries_page
from liangcao.interfaces.web.pages import can, desk_page, render_page
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import full_day, named
from liangcao.ledger.seals_queries import qr_text
from liangcao.oversight.briefing import actions, queries


@desk_page("briefing")
def briefing(request: Any) -> HttpResponse:
    """The briefing of a day as it stands."""
    day = asked_day(request)
    found = queries.briefing(request.actor, request.bureau.pk, day, at=request.at)
    english = request.LANGUAGE_CODE
    return render_page(
        request,
        "desk/briefing/briefing.html",
        title=_("通报"),
        day=day,
        is_today=day == business_date(request.at),
        found=found,
        text=found.text(english),
        seal=found.seal,
        qr=qr(qr_text(found.seal)) if found.seal else "",
        chat=found.chat(english),
        changes=[change.said(english) for change in found.changes],
        figures=papers.figure_table(found.figures, found.previous, request.LANGUAGE_CODE),
        files=[(label, f"{reverse('briefing_file', args=[ending])}?date={day}") for ending, label in papers.ENDINGS],
        may_freeze=can(request, "freeze", "briefing"),
        freeze=f"{reverse('briefing_freezing')}?date={day}",
        editions=queries.editions(request.actor, request.bureau.pk)[:6],
    )


@desk_page("briefing")
def briefing_file(request: Any, ending: str) -> HttpResponse:
    """Word, Excel, text or JSON of the day as it stands."""
    day = asked_day(request)
    found = queries.briefing(request.actor, request.bureau.pk, day, at=request.at)
    content, kind = queries.briefing_file(
        found, ending, actor=request.actor, bureau_id=request.bureau.pk, language=request.LANGUAGE_CODE
    )
    return spreadsheet.download(content, name=f"{_('通报')}-{named(request.bureau)}-{day}.{ending}", content_type=kind)


@desk_page("briefing", "freeze")
def briefing_freezing(request: Any) -> HttpResponse:
    """Freeze the edition: from then on its bytes do not change."""
    day = asked_day(request)
    summary = _("将 %(day)s的通报定稿:文字、数字、文档和附表一并存档,以后不再改动;更正另出一版。")
    return act_page(
        request,
        FreezeForm(request),
        title=_("定稿"),
        button=_("定稿"),
        summary=summary % {"day": full_day(day)},
        back=f"{reverse('briefing')}?date={day}",
        do=lambda values: actions.freeze_edition(
            bureau_id=request.bureau.pk,
            day=day,
            note=values["note"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda edition: reverse("edition", args=[edition.pk]),
        message=_("已定稿。"),
    )


@desk_page("briefing")
def edition_list(request: Any) -> HttpResponse:
    """Frozen editions, newest first."""
    rows = queries.editions(request.actor, request.bureau.pk)
    return listing.answer(request, lists.EDITIONS, rows, title=_("已定稿的通报"))


@desk_page("briefing")
def edition(request: Any, edition_id: int) -> HttpResponse:
    """One edition as it went out."""
    found = queries.edition(request.actor, edition_id)
    shown = papers.edition_document(request, found)
    text = found.text_en if request.LANGUAGE_CODE == "en" else found.text_zh
    return document.answer(request, shown, template="desk/briefing/edition.html", text=text, chat=found.chat_zh)


@desk_page("briefing")
def edition_file(request: Any, edition_id: int, ending: str) -> HttpResponse:
    """The frozen Word or Excel file, checked against its digest."""
    name, content, kind = queries.edition_file(request.actor, edition_id, ending)
    return spreadsheet.download(content, name=name, content_type=kind)


@desk_page("briefing")
def figure_entries(request: Any) -> HttpResponse:
    """The rows behind one figure; their sum is the figure."""
    return entries_page(request)
