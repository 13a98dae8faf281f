"""手里的货: what a unit holds, gives on to its wards and villages, and gives back."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.custody.forms import (
    GiveOnForm,
    ReturnForm,
    held_rows,
    holder_inputs,
)
from liangcao.interfaces.web.desk.custody.views import take_back
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.pages import can, portal_page, render_page
from liangcao.interfaces.web.templatetags.words import chip, named, quantity, unit_of
from liangcao.ledger.holders import bookkeeper
from liangcao.operations.custody import actions, queries
from liangcao.operations.custody.flow import UNIT_RETURN_FLOW
from liangcao.operations.custody.rules import can_do

GIVEN_SHOWN, RETURNS_SHOWN = 100, 20


def _stopped(request: Any, held: list[queries.Held]) -> set[UUID]:
    """Which of the unit's own lots are recalled."""
    bureau_id = request.bureau.pk
    return queries.recalled(bookkeeper(request.actor, bureau_id), bureau_id, [row.lot.pk for row in held])


@portal_page("unit_return")
def holdings(request: Any) -> HttpResponse:
    """Lot by lot what the unit has, to whom it gave some, and what it gives back."""
    unit = request.organisation.pk
    held = queries.held_by(request.actor, unit)
    given = queries.sub_issues(request.actor, request.bureau.pk, organisation_id=unit).order_by("-given_on", "-pk")
    returns = queries.returns(request.actor, request.bureau.pk, organisation_id=unit).order_by("-asked_at", "-pk")
    return render_page(
        request,
        "portal/holdings.html",
        title=_("手里的货"),
        held=held,
        stopped=_stopped(request, held),
        given=given[:GIVEN_SHOWN],
        returns=[(row, chip(row.status, UNIT_RETURN_FLOW)) for row in returns[:RETURNS_SHOWN]],
        may_give=can(request, "record", "sub_issue"),
        may_return=can(request, "ask", "unit_return") and any(row.left for row in held),
    )


@portal_page("sub_issue", "record")
def sub_issue_new(request: Any, lot_id: UUID) -> HttpResponse:
    """To whom pieces of one lot were given."""
    found = queries.held_by(request.actor, request.organisation.pk, [lot_id])
    if not found:
        raise NotFound()
    [held] = found
    words = {
        "item": named(held.lot.item), "left": quantity(held.left), "unit": unit_of(held.lot.item, held.left),
        "lot": held.lot.maker_lot or held.lot.code,
    }  # fmt: skip
    return act_page(
        request,
        GiveOnForm(request),
        title=_("登记分发 · %(item)s") % words,
        button=_("登记"),
        summary=_("批号 %(lot)s,手里还有 %(left)s %(unit)s。写病区、村、车间的名字,不写个人姓名。") % words,
        back=reverse("portal_holdings"),
        do=lambda values: actions.give_on(
            organisation_id=request.organisation.pk, lot_id=lot_id, given_on=values["given_on"],
            holders=holder_inputs(values), by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda _made: reverse("portal_holdings"),
        message=_("已登记。"),
        template="portal/act.html",
    )  # fmt: skip


def _own(request: Any, row: Any) -> Any:
    """A row of the unit itself. Raises NotFound."""
    if row.organisation_id != request.organisation.pk:
        raise NotFound()
    return row


@portal_page("sub_issue", "record")
def sub_issue_reversal(request: Any, sub_issue_id: int) -> HttpResponse:
    """Taken back from a ward, or written down by mistake."""
    given = _own(request, queries.sub_issue(request.actor, sub_issue_id))
    return take_back(request, given, back=reverse("portal_holdings"), template="portal/act.html")


@portal_page("unit_return", "ask")
def return_new(request: Any) -> HttpResponse:
    """Announce goods that go back."""
    rows = held_rows(queries.held_by(request.actor, request.organisation.pk))
    if not rows:
        raise NotFound(
            "账上没有可退的货;分给下面的,要先登记收回",
            "You have nothing to give back; record first what comes back from below",
        )
    form = ReturnForm(request, rows=rows, label=_("退多少"))
    return act_page(
        request,
        form,
        title=_("退回物资"),
        button=_("提出退回"),
        summary=_("只填要退的。仓库会联系收回,点清后才从您的账上减去。"),
        back=reverse("portal_holdings"),
        do=lambda values: actions.ask_return(
            organisation_id=request.organisation.pk, lines=form.inputs(values), reason=values["reason"],
            is_still_needed=values["is_still_needed"], by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda made: reverse("portal_return", args=[made.pk]),
        message=_("已收到,等仓库收回。"),
        template="portal/lot_rows.html",
    )  # fmt: skip


@portal_page("unit_return")
def unit_return(request: Any, return_id: int) -> HttpResponse:
    """One return: what was announced, what was counted in. It prints and goes with the goods."""
    held = _own(request, queries.unit_return(request.actor, return_id))
    return render_page(
        request,
        "portal/return.html",
        title=titled(_("退回单 %(number)s"), held.number),
        held=held,
        state=chip(held.status, UNIT_RETURN_FLOW),
        lines=queries.return_lines(request.actor, held.pk),
        may_withdraw=can_do(request.actor, held, "ask", "withdrawn"),
    )


@portal_page("unit_return", "ask")
def return_withdrawal(request: Any, return_id: int) -> HttpResponse:
    """The goods stay after all."""
    held = _own(request, queries.unit_return(request.actor, return_id))
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.withdraw_return, return_id=held.pk),
        title=titled(_("撤回退回单 %(number)s"), held.number),
        button=_("撤回"),
        message=_("已撤回。"),
        back=reverse("portal_return", args=[held.pk]),
        template="portal/act.html",
    )
