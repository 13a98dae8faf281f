"""Forms of requisitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web.desk.choices import item_choices, party_choices
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, line_forms
from liangcao.interfaces.web.templatetags.words import said
from liangcao.operations.demand.flow import CHANNELS, URGENCIES
from liangcao.reference.parties.kinds import REQUESTERS, TIERS

WIDE = {"wide": "1"}
CALLER_CHANNELS = ("phone", "wechat", "desk")


def urgency_choices() -> list[tuple[str, str]]:
    """Urgencies in the reader's language."""
    return [(key, said(names)) for key, names in URGENCIES.items()]


def channel_choices() -> list[tuple[str, str]]:
    """How a unit's request came in when the desk writes it down."""
    return [(key, said(CHANNELS[key])) for key in CALLER_CHANNELS]


def tier_choices() -> list[tuple[int, str]]:
    """The four tiers in the reader's language."""
    return [(tier, said(names)) for tier, names in TIERS.items()]


class AskLineForm(LineForm):
    """One item asked for; an amount that nobody knows stays empty."""

    item_id = NamedChoice(None, label=_("物资"))
    quantity = PieceField(label=_("申领数量"), required=False)
    unit = forms.CharField(label=_("单位"), required=False, max_length=20)
    on_hand = PieceField(label=_("现有库存"), required=False, least=0)
    daily_use = PieceField(label=_("日用量"), required=False, least=0)
    in_addition = forms.BooleanField(label=_("另外追加"), required=False)

    def build(self) -> None:
        """Items of the catalogue."""
        self.fields["item_id"].queryset = item_choices(self.request)


class CallerForm(ActForm):
    """A requisition that the desk writes down for a unit."""

    organisation_id = NamedChoice(None, label=_("申领单位"))
    caller = forms.CharField(label=_("来电(来函)人"), max_length=60)
    channel = forms.ChoiceField(label=_("渠道"), choices=channel_choices)
    received_at = forms.DateTimeField(
        label=_("接到的时间"), widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    )
    needed_by = DayField(label=_("需要日期"), required=False)
    urgency = forms.ChoiceField(label=_("缓急"), choices=urgency_choices)
    note = forms.CharField(label=_("说明"), required=False, max_length=500, widget=forms.TextInput(attrs=WIDE))

    def __init__(
        self, request: Any, *, known: dict[str, Any] | None = None, rows: Sequence[dict[str, Any]] = ()
    ) -> None:
        self.rows = rows
        moment = request.at.astimezone(LOCAL).replace(second=0, microsecond=0)
        first = {"received_at": moment, "channel": "phone", "urgency": "normal"}
        super().__init__(request, initial=first | (known or {}))

    def build(self) -> None:
        """Units that ask; the rows that a message gave, and empty ones."""
        self.fields["organisation_id"].queryset = party_choices(self.request, REQUESTERS)
        self.lines = line_forms(self.request, AskLineForm, rows=max(4, len(self.rows)), initial=self.rows)


class ReviewLineForm(LineForm):
    """What is approved of one line; the row always counts, also when nothing was changed in it."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    quantity_approved = PieceField(label=_("批准数"), required=False, least=0)
    cut_reason = forms.CharField(label=_("核减原因"), required=False, max_length=200)
    tier = forms.TypedChoiceField(label=_("档"), choices=tier_choices, coerce=int)

    def has_changed(self) -> bool:
        """Every line of a requisition is reviewed."""
        return True

    def build(self) -> None:
        """What helps to judge the line."""
        self.known = self.initial.get("known")


class ReviewForm(ActForm):
    """The review of a requisition as the reviewer read it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, request: Any, *, version: int, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        super().__init__(request, initial={"version": version})

    def build(self) -> None:
        """One row a line."""
        self.lines = line_forms(self.request, ReviewLineForm, initial=self.rows, fixed=True)


class ReasonForm(ActForm):
    """An end with its reason and the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs=WIDE))

    def __init__(self, request: Any, *, version: int) -> None:
        super().__init__(request, initial={"version": version})


class ConfirmForm(ActForm):
    """A need that still stands, with what the unit has and uses now."""

    on_hand = PieceField(label=_("现有库存"), required=False, least=0)
    daily_use = PieceField(label=_("日用量"), required=False, least=0)
