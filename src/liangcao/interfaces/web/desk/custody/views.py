"""单位退回 and 二次分发 at the desk."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.custody import lists, papers
from liangcao.interfaces.web.desk.custody.forms import (
    GiveOnForm,
    ReceiveForm,
    TakeBackForm,
    TakeForm,
    held_rows,
    holder_inputs,
)
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.lot_rows import LotRow
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.row_ids import row_id
from liangcao.interfaces.web.templatetags.words import named
from liangcao.ledger import queries as ledger
from liangcao.operations.custody import actions, queries
from liangcao.operations.dispatch import queries as dispatch
from liangcao.reference.parties.queries import organisations

ROWS = "desk/recall/lot_rows.html"


@desk_page("unit_return")
def return_list(request: Any) -> HttpResponse:
    """What units gave back, newest first."""
    rows = queries.returns(request.actor, request.bureau.pk)
    return listing.answer(request, lists.RETURNS, rows, title=_("单位退回"), template="desk/stock/list.html")


@desk_page("unit_return")
def unit_return(request: Any, return_id: int) -> HttpResponse:
    """One return; it prints as the paper that goes with the goods."""
    held = queries.unit_return(request.actor, return_id)
    paper = papers.return_document(request, held)
    return document.answer(request, paper, template="desk/custody/return.html")


def _unit_asked(request: Any) -> tuple[Any, list[UUID] | None, str]:
    """The unit that is meant, the lots of the delivery where one is named, and the page to go back to."""
    found = row_id(request.GET.get("delivery", ""))
    if found is not None:
        delivery = dispatch.delivery(request.actor, found)
        lots = [line.lot_id for line in dispatch.delivery_lines(request.actor, [delivery.pk])]
        return delivery.organisation, lots, reverse("delivery", args=[delivery.pk])
    of_bureau = organisations(request.actor, bureau_id=request.bureau.pk)
    unit = of_bureau.filter(code=request.GET.get("organisation", "")).first()
    if unit is None:
        raise NotFound(
            "请从配送单页或单位页进来", "Come here from a delivery or from the page of a unit", field="organisation"
        )
    return unit, None, reverse("organisation", args=[unit.pk])


@desk_page("unit_return", "receive")
def return_new(request: Any) -> HttpResponse:
    """A unit stands at the counter: what it brings is counted and taken in at once."""
    unit, lots, back = _unit_asked(request)
    rows = held_rows(queries.held_by(request.actor, unit.pk, lots))
    if not rows:
        raise NotFound(
            f"{unit.name}账上没有可退的货", f"{unit.name} has nothing of it to give back", field="organisation"
        )
    form = TakeForm(request, rows=rows, label=_("收回数量"))
    return act_page(
        request,
        form,
        title=_("收回退货 · %(unit)s") % {"unit": named(unit)},
        button=_("收回"),
        summary=_("当面点清,只填收到的批次。单位分给下面的要先登记收回。"),
        back=back,
        do=lambda values: actions.take_return(
            organisation_id=unit.pk, lines=form.inputs(values), reason=values["reason"],
            store_id=values["store"].pk, place=values["place"], brought_by=values["brought_by"],
            is_still_needed=values["is_still_needed"], by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda made: reverse("unit_return", args=[made.pk]),
        message=_("已收回。"),
        template=ROWS,
    )  # fmt: skip


@desk_page("unit_return", "receive")
def return_receipt(request: Any, return_id: int) -> HttpResponse:
    """What a unit announced is counted in."""
    held = queries.unit_return(request.actor, return_id)
    lines = queries.return_lines(request.actor, held.pk)
    rows = [LotRow(line.lot, line.quantity_asked, line.quantity_asked) for line in lines]
    form = ReceiveForm(request, rows=rows, label=_("实收"), said=_("单位报"))
    return act_page(
        request,
        form,
        title=titled(_("收回 %(number)s"), held.number),
        button=_("收回"),
        summary=_("%(unit)s:%(reason)s。当面点清,没有收到的填 0。")
        % {"unit": named(held.organisation), "reason": held.reason},
        back=reverse("unit_return", args=[held.pk]),
        do=lambda values: actions.receive_return(
            return_id=held.pk, lines=form.inputs(values), store_id=values["store"].pk, place=values["place"],
            brought_by=values["brought_by"], by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda made: reverse("unit_return", args=[made.pk]),
        message=_("已收回。"),
        template=ROWS,
    )  # fmt: skip


def _step(request: Any, return_id: int, do: Any, *, title: str, **shown: Any) -> HttpResponse:
    held = queries.unit_return(request.actor, return_id)
    return returning_act(
        request, ReasonForm(request), partial(do, return_id=held.pk), title=titled(title, held.number),
        back=reverse("unit_return", args=[held.pk]), **shown,
    )  # fmt: skip


@desk_page("unit_return", "receive")
def return_refusal(request: Any, return_id: int) -> HttpResponse:
    """The goods stay with the unit."""
    return _step(
        request, return_id, actions.decline_return, title=_("不收回 %(number)s"), button=_("不收回"),
        message=_("已登记,货仍在单位账上。"),
    )  # fmt: skip


@desk_page("unit_return", "reverse")
def return_reversal(request: Any, return_id: int) -> HttpResponse:
    """It was a mistake."""
    return _step(
        request, return_id, actions.reverse_return, title=_("冲红 %(number)s"), button=_("冲红"), danger=True,
        summary=_("冲红后这些货又记在单位账上;已经动用的不能冲红。"), message=_("已冲红。"),
    )  # fmt: skip


@desk_page("sub_issue")
def sub_issue_list(request: Any) -> HttpResponse:
    """To whom units gave goods on, newest first."""
    rows = queries.sub_issues(request.actor, request.bureau.pk)
    return listing.answer(request, lists.SUB_ISSUES, rows, title=_("二次分发"), template="desk/stock/list.html")


@desk_page("sub_issue", "record")
def sub_issue_new(request: Any, organisation_id: int, lot_id: UUID) -> HttpResponse:
    """Write down a unit's own list."""
    lot = ledger.lot(request.actor, lot_id)
    unit = organisations(request.actor, bureau_id=lot.book.bureau_id).filter(pk=organisation_id).first()
    if unit is None:
        raise NotFound()
    return act_page(
        request,
        GiveOnForm(request),
        title=_("代录分发 · %(unit)s · %(item)s") % {"unit": named(unit), "item": named(lot.item)},
        button=_("登记"),
        back=reverse("lot", args=[lot.pk]),
        do=lambda values: actions.give_on(
            organisation_id=unit.pk, lot_id=lot.pk, given_on=values["given_on"], holders=holder_inputs(values),
            by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda _made: reverse("lot", args=[lot.pk]),
        message=_("已登记。"),
    )  # fmt: skip


@desk_page("sub_issue", "record")
def sub_issue_reversal(request: Any, sub_issue_id: int) -> HttpResponse:
    """Taken back from a ward, or written down by mistake."""
    given = queries.sub_issue(request.actor, sub_issue_id)
    return take_back(request, given, back=reverse("sub_issue_list"))


def take_back(request: Any, given: Any, **shown: Any) -> HttpResponse:
    """The form of it, at the desk and on the portal."""
    return returning_act(
        request,
        TakeBackForm(request, item=given.lot.item, left=given.quantity - given.quantity_back),
        partial(actions.take_back, sub_issue_id=given.pk),
        title=_("从“%(holder)s”收回") % {"holder": given.holder},
        button=_("登记收回"),
        message=_("已登记。"),
        **shown,
    )
