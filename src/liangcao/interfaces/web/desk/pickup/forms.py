"""Forms of pick-ups and turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.desk.choices import store_choices
from liangcao.interfaces.web.desk.duty.forms import MomentField
from liangcao.interfaces.web.forms import ActForm, NamedChoice, PieceField
from liangcao.operations.allocation import queries as allocation
from liangcao.operations.pickup.rules import span


class ArrangeForm(ActForm):
    """Where, when, how many at once, and what everybody must know."""

    store = NamedChoice(None, label=_("仓库"), widget=forms.Select())
    plan = forms.ChoiceField(
        label=_("分配方案"), required=False, help_text=_("不选,就安排这个仓库所有等单位来领的配送单。")
    )
    opens_at = MomentField(label=_("开始"))
    closes_at = MomentField(label=_("结束"), help_text=_("同一天。"))
    minutes = PieceField(label=_("每段分钟数"), initial=30)
    capacity = PieceField(label=_("同时最多单位数"), help_text=_("场地和装卸口同时容得下几个单位。"))
    place = forms.CharField(label=_("领取地点"), max_length=200, required=False, help_text=_("不填,就用仓库的地址。"))
    safety_text = forms.CharField(
        label=_("安全须知"), max_length=500, widget=forms.Textarea({"rows": 3, "wide": True}),
        help_text=_("单位到场前要确认。危险品写明防火、通风、装车要求。"),
    )  # fmt: skip

    def build(self) -> None:
        """Stores of the bureau, published plans."""
        self.fields["store"].queryset = store_choices(self.request)  # type: ignore[attr-defined]
        plans = allocation.plans(self.request.actor, bureau_id=self.request.bureau.pk).filter(status="published")
        choice: Any = self.fields["plan"]
        choice.choices = [("", ""), *((str(plan.pk), plan.number) for plan in plans.order_by("-pk")[:50])]


class SlotForm(ActForm):
    """Another slot with room."""

    slot = forms.ChoiceField(label=_("时段"))

    def __init__(self, request: Any, *, slots: Sequence[Any]) -> None:
        self.slots = slots
        super().__init__(request)

    def build(self) -> None:
        """All that are offered, with what is left in each."""
        choice: Any = self.fields["slot"]
        choice.choices = [(str(slot.pk), f"{span(slot)} · {_left(slot)}") for slot in self.slots]


def _left(slot: Any) -> str:
    return said_now("还剩 %(free)s 个") % {"free": slot.free} if slot.free else said_now("已满")


class CheckInForm(ActForm):
    """Who came, and, where the unit has not yet acknowledged the instructions, who has heard them now."""

    fetcher = forms.CharField(label=_("来领的人或车牌"), max_length=60)
    acknowledged_by = forms.CharField(label=_("安全须知确认人"), max_length=60, required=False)

    def __init__(self, request: Any, *, is_acknowledged: bool) -> None:
        self.is_acknowledged = is_acknowledged
        super().__init__(request)

    def build(self) -> None:
        """Asked once."""
        if self.is_acknowledged:
            del self.fields["acknowledged_by"]


class SignedForm(ActForm):
    """Who takes the goods."""

    signed_name = forms.CharField(label=_("领取人"), max_length=60)


class NameForm(ActForm):
    """Who has read the instructions."""

    name = forms.CharField(label=_("确认人"), max_length=60)
