"""召回: the list, the document, the beginning, what holders say, the end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.recall import lists, papers
from liangcao.interfaces.web.desk.recall.forms import RecallForm, ToldForm, answer_form, answer_rows
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.listing import Empty, Listing
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import named
from liangcao.ledger import queries as ledger
from liangcao.operations.recall import actions, queries
from liangcao.reference.parties.queries import organisation


@desk_page("recall")
def recall_list(request: Any) -> HttpResponse:
    """All recalls, newest first."""
    rows = queries.recalls(request.actor, request.bureau.pk)
    return listing.answer(request, lists.RECALLS, rows, title=_("召回"), template="desk/recall/recalls.html")


@desk_page("recall")
def recall(request: Any, recall_id: int) -> HttpResponse:
    """One recall: who holds what, whom to ring, what they said. It prints."""
    held = queries.recall(request.actor, recall_id)
    paper = papers.recall_document(request, held)
    paper = replace(paper, links=[*paper.links, *papers.late_links(request, held)])
    return document.answer(request, paper, template="desk/recall/recall.html")


@desk_page("recall")
def recall_holders(request: Any, recall_id: int) -> HttpResponse:
    """The holders as a list of its own, for Excel."""
    held = queries.recall(request.actor, recall_id)
    of = Listing(
        "recall_holders", columns=lists.holder_columns(request), order=lists.HOLDERS_ORDER,
        empty=Empty(_("没有发给任何单位。")),
    )  # fmt: skip
    title = _("召回单 %(number)s 持有单位") % {"number": held.number}
    return listing.answer(request, of, papers.holder_rows(request, held), title=title)


@desk_page("recall", "begin")
def recall_new(request: Any, lot_id: UUID) -> HttpResponse:
    """Recall a lot, or with it all of its maker's number or source line."""
    lot = ledger.lot(request.actor, lot_id)
    return act_page(
        request,
        RecallForm(request, lot=lot),
        title=_("召回 · %(item)s") % {"item": named(lot.item)},
        button=_("发起召回"),
        summary=papers.begin_summary(request, lot),
        danger=True,
        back=reverse("lot", args=[lot.pk]),
        do=lambda values: actions.begin_recall(lot_id=lot.pk, **values, by=request.actor, at=request.at),
        to=lambda made: reverse("recall", args=[made.pk]),
        message=_("已召回。请逐个通知还没有回复的单位。"),
    )


@desk_page("recall", "tell")
def recall_telling(request: Any, recall_id: int, organisation_id: int) -> HttpResponse:
    """A holder was told by telephone or on the spot."""
    held = queries.recall(request.actor, recall_id)
    unit = organisation(request.actor, organisation_id, bureau_id=held.bureau_id)
    return returning_act(
        request,
        ToldForm(request),
        partial(actions.note_told, recall_id=held.pk, organisation_id=unit.pk),
        title=_("登记已通知 · %(unit)s") % {"unit": named(unit)},
        button=_("登记"),
        message=_("已登记。"),
        back=reverse("recall", args=[held.pk]),
    )


@desk_page("recall", "answer")
def recall_answer(request: Any, recall_id: int, organisation_id: int) -> HttpResponse:
    """Write down what a holder said on the telephone."""
    held = queries.recall(request.actor, recall_id)
    unit = organisation(request.actor, organisation_id, bureau_id=held.bureau_id)
    form = answer_form(request, answer_rows(held, unit.pk, queries.recall_lots(request.actor, held.pk)))
    return act_page(
        request,
        form,
        title=_("代录停用 · %(unit)s") % {"unit": named(unit)},
        button=_("登记停用"),
        summary=_("逐个批次填单位现在还有多少,没有了填 0。"),
        back=reverse("recall", args=[held.pk]),
        do=lambda values: actions.answer_recall(
            recall_id=held.pk, organisation_id=unit.pk, lines=form.chosen(values), note=values["note"],
            by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda _made: reverse("recall", args=[held.pk]),
        message=_("已登记。"),
        template="desk/recall/lot_rows.html",
    )  # fmt: skip


def _end(request: Any, recall_id: int, do: Any, **shown: Any) -> HttpResponse:
    held = queries.recall(request.actor, recall_id)
    shown["title"] = titled(shown["title"], held.number)
    return returning_act(
        request, ReasonForm(request), partial(do, recall_id=held.pk), back=reverse("recall", args=[held.pk]), **shown
    )


@desk_page("recall", "end")
def recall_lifting(request: Any, recall_id: int) -> HttpResponse:
    """The goods were found good."""
    return _end(
        request, recall_id, actions.lift_recall, title=_("解除召回 %(number)s"), button=_("解除召回"),
        summary=_("解除后这些批次马上可以分配和发放,持有单位会看到可以照常使用。"), message=_("已解除。"), danger=True,
    )  # fmt: skip


@desk_page("recall", "end")
def recall_closure(request: Any, recall_id: int) -> HttpResponse:
    """Everything is back, written off or used up."""
    return _end(
        request, recall_id, actions.close_recall, title=_("办结召回 %(number)s"), button=_("办结"),
        summary=_("办结后不再等单位回复;这些批次仍然停用。"), message=_("已办结。"),
    )  # fmt: skip
