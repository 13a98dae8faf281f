"""Forms of trips that bring goods."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.desk.choices import store_choices
from liangcao.interfaces.web.desk.duty.forms import MomentField
from liangcao.interfaces.web.desk.trips.forms import VehicleChoice
from liangcao.interfaces.web.forms import ActForm, DayField, NamedChoice
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.trips import queries
from liangcao.operations.trips.outbound_rules import SECONDS_DEFAULT, SECONDS_MOST


class PlanningForm(ActForm):
    """The solver is asked for trips of one store on one day."""

    store = NamedChoice(None, label=_("从哪个仓库"))
    day = DayField(label=_("哪天"))
    seconds = forms.IntegerField(
        label=_("计算时限(秒)"), min_value=1, max_value=SECONDS_MOST, initial=SECONDS_DEFAULT,
        help_text=_("站点多时可以长些,最长 120 秒。"),
    )  # fmt: skip

    def build(self) -> None:
        """Stores in scope."""
        self.fields["store"].queryset = store_choices(self.request)  # type: ignore[attr-defined]


class StopsForm(ActForm):
    """The deliveries of a trip in order. `seen` is what stood there when the page was opened."""

    deliveries = forms.CharField(
        label=_("配送单,按先后次序"), max_length=8000, help_text=_("每行一张配送单号;写上别的车次上的,就移到这一车。"),
        widget=forms.Textarea(attrs={"rows": 10, "wide": "1"}),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)


class OutboundForm(ActForm):
    """A vehicle brings deliveries, in the order in which they are written."""

    store = NamedChoice(None, label=_("从哪个仓库"))
    vehicle = VehicleChoice(None, label=_("车辆"))
    leaves_at = MomentField(label=_("出发"))
    deliveries = forms.CharField(
        label=_("配送单,按先后次序"), max_length=8000, help_text=_("每行一张配送单号。"),
        widget=forms.Textarea(attrs={"rows": 10, "wide": "1"}),
    )  # fmt: skip

    def build(self) -> None:
        """Stores, and vehicles in service."""
        rows = queries.vehicles(self.request.actor, self.request.bureau.pk, is_in_service=True)
        self.fields["store"].queryset = store_choices(self.request)  # type: ignore[attr-defined]
        self.fields["vehicle"].queryset = rows.order_by("plate")  # type: ignore[attr-defined]


def delivery_ids(request: Any, text: str) -> list[int]:
    """The deliveries of these numbers, in this order. Raises NotFound with the first that nobody knows."""
    numbers = [part for part in re.split(r"[\s,,、;;]+", text) if part][:500]
    rows = dispatch.deliveries(request.actor, bureau_id=request.bureau.pk).filter(number__in=numbers)
    known = dict(rows.values_list("number", "pk"))
    for row, number in enumerate(numbers, start=1):
        if number not in known:
            raise NotFound(
                f"第 {row} 行:没有配送单 {number[:30]}", f"Row {row}: there is no delivery {number[:30]}",
                field="deliveries",
            )  # fmt: skip
    return [known[number] for number in numbers]
