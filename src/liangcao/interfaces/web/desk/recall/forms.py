"""Forms of recalls: how far, why, what the holders are to do; who was told; what a holder has left."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.lot_rows import LotRow, LotRowsForm
from liangcao.ledger.holders import maker_lot_of
from liangcao.operations.recall import queries

WIDE = {"rows": 2, "wide": True}


class RecallForm(ActForm):
    """What is recalled with this lot, and the notice that every holder reads."""

    basis = forms.ChoiceField(label=_("召回范围"), widget=forms.RadioSelect(attrs={"wide": "1"}), initial="lot")
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(WIDE))
    notice = forms.CharField(
        label=_("要持有单位做什么"), max_length=500, widget=forms.Textarea(WIDE),
        initial=_("请立即停止使用和分发,原箱封存,填写还有多少,等候收回。"),
    )  # fmt: skip

    def __init__(self, request: Any, *, lot: Any) -> None:
        self.lot = lot
        super().__init__(request)

    def build(self) -> None:
        """A lot without a maker's lot number cannot be recalled by it."""
        number = maker_lot_of(self.lot)
        choices = [("lot", _("只召回批次 %(code)s") % {"code": self.lot.code})]
        if number:
            choices.append(("maker_lot", _("同一物资生产批号 %(number)s 的全部批次") % {"number": number}))
        choices.append(("source", _("来源明细 %(ref)s 的全部批次") % {"ref": self.lot.source_ref}))
        self.fields["basis"].choices = choices  # type: ignore[attr-defined]


class ToldForm(ActForm):
    """Who took the message."""

    spoken_to = forms.CharField(label=_("通知到谁(科室或岗位)"), max_length=60)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class AnswerForm(LotRowsForm):
    """How much of each lot is left."""

    note = forms.CharField(label=_("还要说明的"), max_length=200, required=False)


def answer_rows(recall: Any, organisation_id: int, lots: list[Any]) -> list[LotRow]:
    """A card for each recalled lot that the unit has by the book."""
    held = queries.held_by(recall, organisation_id)
    return [LotRow(lot, held[lot.pk]) for lot in lots if lot.pk in held]


def answer_form(request: Any, rows: list[LotRow]) -> AnswerForm:
    """The same form for the unit itself and for the desk that has it on the telephone."""
    return AnswerForm(request, rows=rows, label=_("现在还有"))
