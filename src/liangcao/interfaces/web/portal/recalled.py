"""召回 as a holder sees it: stop, say how much is left."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.recall.forms import answer_form, answer_rows
from liangcao.interfaces.web.pages import can, portal_page, render_page
from liangcao.interfaces.web.templatetags.words import chip, named
from liangcao.operations.custody.queries import further_holders
from liangcao.operations.recall import actions, queries
from liangcao.operations.recall.flow import RECALL_FLOW


def recalls(request: Any) -> list[tuple[Any, Any]]:
    """Recalls under way that are addressed to the unit: (recall, its own last answer)."""
    if not can(request, "view", "recall"):
        return []
    held = queries.own_recalls(request.actor, request.organisation.pk)
    return [(holder.recall, answer) for holder, answer in held]


def waiting_count(request: Any) -> int:
    """How many recalls the unit has not answered."""
    return sum(answer is None for _recall, answer in recalls(request))


@portal_page("recall")
def recall(request: Any, recall_id: int) -> HttpResponse:
    """One recall: what to do, and how much of each lot is left."""
    held = queries.recall(request.actor, recall_id)
    unit = request.organisation
    own = queries.holder_of(request.actor, held, unit.pk)
    if own is None:
        raise NotFound()
    rows = answer_rows(held, unit.pk, queries.recall_lots(request.actor, held.pk))
    shown: dict[str, Any] = {
        "title": _("召回 · %(item)s") % {"item": named(held.item)},
        "recall": held,
        "state": chip(held.status, RECALL_FLOW),
        "answer": queries.last_answer(request.actor, own),
        "rows": rows,
        "further": further_holders(request.actor, [row.lot.pk for row in rows], organisation_id=unit.pk),
        "may_return": bool(rows) and can(request, "ask", "unit_return"),
    }
    if held.status != "active" or not rows or not can(request, "answer", "recall"):
        return render_page(request, "portal/recall.html", **shown)
    form = answer_form(request, rows)
    return act_page(
        request,
        form,
        button=_("已停用,报数"),
        summary=_("请查一下各处还有多少,没有了填 0。"),
        do=lambda values: actions.answer_recall(
            recall_id=held.pk, organisation_id=unit.pk, lines=form.chosen(values), note=values["note"],
            by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda _made: reverse("portal_recall", args=[held.pk]),
        message=_("已收到,谢谢。请把货封存好,等候收回。"),
        back=reverse("portal_home"),
        template="portal/recall.html",
        **shown,
    )  # fmt: skip
