"""还需要吗: needs that nobody confirmed for three days; one tap for each, or one for all, with the stock of today beside
it for who knows it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.forms import ActForm, LineForm, PieceField, line_forms
from liangcao.interfaces.web.pages import portal_page
from liangcao.interfaces.web.portal import overview
from liangcao.operations.demand import actions
from liangcao.operations.demand.inputs import ConfirmationInput


class StandingLineForm(LineForm):
    """One need; the stock of today where it is known."""

    line_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    on_hand = PieceField(label=gettext_lazy("现在还有"), required=False, least=0)

    def has_changed(self) -> bool:
        """Every row counts: the tap itself is the answer."""
        return True


class StandingForm(ActForm):
    """The unit's stale needs. `only` is the row whose own button was tapped; none: all of them."""

    only = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: Any, *, known: list[Any]) -> None:
        self.known = {line.pk: line for line in known}
        super().__init__(request)

    def build(self) -> None:
        """A row a need, found again by its id: meanwhile some may have been delivered."""
        rows = [{"line_id": pk} for pk in self.known]
        self.lines = line_forms(self.request, StandingLineForm, initial=rows, fixed=True)
        for row in self.lines.forms:
            told = str(row["line_id"].value() or "")
            row.known = self.known.get(int(told)) if told.isascii() and told.isdigit() else None

    def inputs(self, values: dict[str, Any]) -> tuple[UUID, list[ConfirmationInput]]:
        """What to confirm, and the id of the act. The buttons of one page have ids of their own, so that who goes back
        and taps the next one is not taken for somebody who taps twice."""
        only = values["only"]
        rows = [row for row in values["lines"] if only is None or row["line_id"] == only]
        client_id = values["client_id"] if only is None else uuid5(values["client_id"], f"line {only}")
        return client_id, [ConfirmationInput(row["line_id"], row["on_hand"]) for row in rows]


def standing_form(request: Any) -> StandingForm | None:
    """The form for the home of a unit that may answer; None where there is nothing to ask."""
    stale = overview.stale_lines(request)
    return StandingForm(request, known=stale) if stale else None


@portal_page("requisition", "confirm")
def confirmations(request: Any) -> HttpResponse:
    """One need or all of them still stand."""
    form = StandingForm(request, known=overview.stale_lines(request))

    def do(values: dict[str, Any]) -> Any:
        client_id, lines = form.inputs(values)
        return actions.confirm_requisition_lines(
            organisation_id=request.organisation.pk, lines=lines, by=request.actor, at=request.at, client_id=client_id
        )

    return act_page(
        request,
        form,
        title=_("还需要吗"),
        button=_("全部仍需要"),
        do=do,
        to=lambda _done: reverse("portal_home"),
        message=_("已确认,会安排在下一轮分配。"),
        back=reverse("portal_home"),
        template="portal/standing.html",
    )
