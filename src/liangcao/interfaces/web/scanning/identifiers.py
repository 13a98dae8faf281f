"""Saying which item a maker's code means, and that it was wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.codes import LONGEST
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.choices import item_choices
from liangcao.interfaces.web.forms import ActForm, NamedChoice, PieceField, ReasonForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.row_ids import row_id
from liangcao.reference.catalog import actions
from liangcao.reference.catalog import queries as catalog


class IdentifierForm(ActForm):
    """The code as it was scanned, the item, and how many base units a pack with this code holds."""

    code = forms.CharField(
        label=gettext_lazy("条码"), max_length=LONGEST, help_text=gettext_lazy("扫一下包装,或照着条码下面的数字填写")
    )
    item = NamedChoice(None, label=gettext_lazy("物资"))
    quantity = PieceField(
        label=gettext_lazy("这样一包有多少"),
        help_text=gettext_lazy("按基本单位:码印在单只上填 1,印在整箱上填一箱的数量"),
    )

    def build(self) -> None:
        """Items of the catalogue."""
        self.fields["item"].queryset = item_choices(self.request)  # type: ignore[attr-defined]


@desk_page("item", "identify")
def identifier_new(request: Any) -> HttpResponse:
    """Record what a code means."""
    item_id = row_id(request.GET.get("item", ""))
    initial = {"code": request.GET.get("code", "")[:LONGEST], "item": item_id}
    return act_page(
        request,
        IdentifierForm(request, initial=initial),
        title=_("登记条码"),
        button=_("登记条码"),
        do=lambda values: actions.add_identifier(
            item_id=values["item"].pk,
            code=values["code"],
            quantity=values["quantity"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda held: reverse("item", args=[held.item_id]),
        message=_("已记住,以后扫这个码就认得。"),
        back=reverse("item", args=[item_id]) if item_id else reverse("item_list"),
    )


@desk_page("item", "edit")
def identifier_ending(request: Any, identifier_id: int) -> HttpResponse:
    """It was wrong: the code may be recorded anew."""
    held = catalog.identifier(request.actor, identifier_id)
    if held is None:
        raise NotFound()
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.end_identifier, identifier_id=identifier_id),
        title=_("停用条码"),
        button=_("停用条码"),
        summary=_("停用后扫到 %(code)s 会重新问是哪种物资;已入库的批次不受影响。") % {"code": held.identifier},
        message=_("已停用。"),
        danger=True,
        back=reverse("item", args=[held.item_id]),
    )
