"""Forms of the portal, in words for people who use them once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.desk.choices import item_choices
from liangcao.interfaces.web.desk.demand.forms import urgency_choices
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, line_forms
from liangcao.interfaces.web.templatetags.words import unit_of


class NeedForm(LineForm):
    """One item: how many, what is left, how much goes a day. Known items stand ready, others are chosen."""

    item_id = NamedChoice(None, label=_("物资"))
    quantity = PieceField(label=_("要多少"), required=False)
    unit = forms.CharField(label=_("单位"), required=False, max_length=20)
    is_unknown = forms.BooleanField(label=_("说不清数量"), required=False)
    on_hand = PieceField(label=_("现在还有"), required=False, least=0)
    daily_use = PieceField(label=_("每天用掉"), required=False, least=0)

    def build(self) -> None:
        """A known item needs no choice."""
        self.known = self.initial.get("known")
        if self.known is None:
            self.fields["item_id"].queryset = item_choices(self.request)
            return
        del self.fields["item_id"]
        item = self.known.item
        units = [
            ("", unit_of(item)),
            *((pack.name, f"{pack.name}({pack.factor:,} {unit_of(item, pack.factor)})") for pack in item.packs.all()),
        ]
        self.fields["unit"] = forms.ChoiceField(label=_("单位"), required=False, choices=units)

    def has_changed(self) -> bool:
        """A known item counts only when something is asked of it."""
        asked = {"quantity", "is_unknown"} if self.known is not None else {"quantity", "is_unknown", "item_id"}
        return bool(asked & set(self.changed_data))

    def clean(self) -> dict[str, Any]:
        """Either an amount, or the box that says it is not known."""
        values = super().clean() or self.cleaned_data
        if (
            self.has_changed()
            and values.get("quantity") is None
            and not values.get("is_unknown")
            and not self.errors.get("quantity")
        ):
            self.add_error("quantity", _("请填写数量;说不清就勾选“说不清数量”"))
        if self.known is not None:
            values["line_item_id"] = self.known.item_id
        return values


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "") and name != "item_id"}


class AskForm(ActForm):
    """What the unit asks for."""

    needed_by = DayField(label=_("最晚什么时候要"), required=False)
    urgency = forms.ChoiceField(label=_("急不急"), choices=urgency_choices, initial="normal")
    note = forms.CharField(
        label=_("还要说明的"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "wide": "1"})
    )

    def __init__(
        self,
        request: Any,
        *,
        usual: list[Any],
        known: dict[str, Any] | None = None,
        rows: Sequence[dict[str, Any]] = (),
    ) -> None:
        """`rows` come from a message: those of usual items stand there, the others below them."""
        told = {row["item_id"]: row for row in rows if row["item_id"]}
        self.rows = [
            {"known": line, "on_hand": None, "daily_use": line.daily_use} | _filled(told.pop(line.item_id, {}))
            for line in usual
        ]
        self.rows += [row for row in rows if row["item_id"] is None or row["item_id"] in told]
        super().__init__(request, initial=known or {})

    def build(self) -> None:
        """The items usually asked for, and one row for another."""
        self.lines = line_forms(self.request, NeedForm, rows=len(self.rows) + 1, initial=self.rows)
