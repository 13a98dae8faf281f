"""Forms of trips that bring goods."""

from __future__ import annotations

import re
from collections.abc import Iterable
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

# As `next_number` makes them.
NUMBER = re.compile(r"[A-Z]{1,4}\d{8}-\d+")


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
        label=_("配送单,按先后次序"), max_length=8000, help_text=_("每行一张配送单,次序就是送货的次序;单位名称只供查看。"),
        widget=forms.Textarea(attrs={"rows": 10, "wide": "1"}),
    )  # fmt: skip

    def build(self) -> None:
        """Stores, and vehicles in service."""
        rows = queries.vehicles(self.request.actor, self.request.bureau.pk, is_in_service=True)
        self.fields["store"].queryset = store_choices(self.request)  # type: ignore[attr-defined]
        self.fields["vehicle"].queryset = rows.order_by("plate")  # type: ignore[attr-defined]


def lines_of(deliveries: Iterable[Any]) -> str:
    """Deliveries as `delivery_ids` reads them: a line for each, with its unit."""
    return "\n".join(f"{row.number} {row.organisation.name}" for row in deliveries)


def delivery_ids(request: Any, text: str) -> list[int]:
    """The deliveries whose numbers stand in the text, in this order; what else stands in a line is for the reader.
    Raises NotFound with the first number that nobody knows, or the first line without one."""
    numbers = list[str]()
    for line in filter(None, map(str.strip, text.splitlines())):
        numbers += NUMBER.findall(line.upper()) or [line]
    rows = dispatch.deliveries(request.actor, bureau_id=request.bureau.pk).filter(number__in=numbers)
    known = dict(rows.values_list("number", "pk"))
    for row, number in enumerate(numbers, start=1):
        if number not in known:
            raise NotFound(
                f"第 {row} 行:没有配送单 {number[:30]}", f"Row {row}: there is no delivery {number[:30]}",
                field="deliveries",
            )  # fmt: skip
    return [known[number] for number in numbers]
