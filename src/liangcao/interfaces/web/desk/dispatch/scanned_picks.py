"""Picking by scan: each lot of a delivery is confirmed, a wrong one is refused aloud."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.codes import LONGEST
from liangcao.foundation.kernel.errors import Refusal
from liangcao.foundation.kernel.ids import new_id
from liangcao.interfaces.intake.scanning import lot_to_pick
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.journalling import note
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import short_day
from liangcao.operations.dispatch import actions, queries, rules


class PickForm(ActForm):
    """The code of what was taken from the shelf."""

    code = forms.CharField(max_length=LONGEST)


@desk_page("delivery", "hand_over")
def delivery_picks(request: Any, delivery_id: int) -> HttpResponse:
    """The lines of a delivery; a scan confirms those of its lot. The page's script is answered in JSON."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    rules.check_can_hand_over(detail.delivery, request.actor)
    form = PickForm(request)
    if request.method == "POST" and request.headers.get("Accept", "").startswith("application/json"):
        return _answered(request, detail, form)
    back = reverse("delivery", args=[delivery_id])
    return act_page(
        request,
        form,
        title=titled(_("扫码拣货 %(number)s"), detail.delivery.number),
        button=_("确定"),
        do=lambda values: _confirm(request, detail, values),
        to=lambda _done: reverse("delivery_picks", args=[delivery_id]),
        message=_("已拣。"),
        back=back,
        template="desk/dispatch/picks.html",
        detail=detail,
        left=left_in_words(detail.lines),
        is_done=all(line.picked_at for line in detail.lines),
    )


def _confirm(request: Any, detail: Any, values: dict[str, Any]) -> Any:
    delivery = detail.delivery
    lot_id = lot_to_pick(request.actor, values["code"], lines=detail.lines, bureau_id=delivery.bureau_id, at=request.at)
    actions.confirm_pick(
        delivery_id=delivery.pk, lot_id=lot_id, by=request.actor, at=request.at, client_id=values["client_id"]
    )
    return lot_id


def _answered(request: Any, detail: Any, form: PickForm) -> JsonResponse:
    if not form.is_valid():
        return JsonResponse(
            {"kind": "refused", "message": _("没有读到码,请再扫一次"), "client_id": new_id()}, status=400
        )
    try:
        lot_id = _confirm(request, detail, form.values())
    except Refusal as refusal:
        note(request, refusal)
        told = {"kind": "refused", "code": refusal.code, "message": refusal.message(request.LANGUAGE_CODE)}
        return JsonResponse({**told, "client_id": new_id()}, status=refusal.status)
    lines = queries.delivery_lines(request.actor, [detail.delivery.pk])
    taken = [line for line in lines if line.lot_id == lot_id]
    return JsonResponse(
        {
            "kind": "picked",
            "message": _("已拣 %(lot)s") % {"lot": taken[0].lot.code},
            "lines": [
                {"id": line.pk, "state": state_of(line), "is_scanned": line.lot_id == lot_id}
                for line in lines
                if line.picked_at
            ],
            "left": left_in_words(lines),
            "client_id": new_id(),
        }
    )


def state_of(line: Any) -> str:
    """已拣 · 仓管员甲 2月3日 20:15, or 待拣."""
    if line.picked_at is None:
        return _("待拣")
    local = line.picked_at.astimezone(LOCAL)
    return _("已拣 · %(who)s %(when)s") % {"who": line.picked_by, "when": f"{short_day(local)} {local:%H:%M}"}


def left_in_words(lines: Any) -> str:
    """How much is still to be picked."""
    left = sum(1 for line in lines if line.picked_at is None)
    return _("还有 %(count)s 行待拣") % {"count": left} if left else _("全部拣完,可以交接出库")
