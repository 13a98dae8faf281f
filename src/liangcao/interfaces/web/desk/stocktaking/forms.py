"""Forms of counts and write-offs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.desk.choices import item_choices, store_choices
from liangcao.interfaces.web.desk.duty.forms import MomentField
from liangcao.interfaces.web.desk.stock.forms import LotChoice
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, SearchSelect, line_forms
from liangcao.interfaces.web.templatetags.words import said
from liangcao.ledger import queries as ledger
from liangcao.operations.stocktaking.flow import CAUSES
from liangcao.reference.catalog.queries import categories


class OpenForm(ActForm):
    """Which store, and whether all of it."""

    store = NamedChoice(None, label=_("仓库"), widget=forms.Select())
    category = NamedChoice(None, label=_("只盘一类"), required=False)
    item = NamedChoice(None, label=_("只盘一种物资"), required=False)

    def build(self) -> None:
        """Stores of the bureau, the catalogue."""
        self.fields["store"].queryset = store_choices(self.request)  # type: ignore[attr-defined]
        self.fields["category"].queryset = categories(self.request.actor).order_by("code")  # type: ignore[attr-defined]
        self.fields["item"].queryset = item_choices(self.request)  # type: ignore[attr-defined]


class EntryLine(LineForm):
    """What was counted of one line; a row that is left empty is counted later."""

    line = forms.IntegerField(widget=forms.HiddenInput)
    quantity = PieceField(label=_("实点数量"), least=0, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)
    counted: Any = None

    def has_changed(self) -> bool:
        """Only a quantity makes a row."""
        return bool(str(self.data.get(self.add_prefix("quantity"), "")).strip())


class EntryForm(ActForm):
    """The lines of the round that nobody has counted yet."""

    counted_at = MomentField(
        label=_("清点时间"), required=False, help_text=_("纸上点的、事后录入时填;当场点的不用填。")
    )

    def __init__(self, request: Any, *, rows: list[Any]) -> None:
        self.rows = rows
        super().__init__(request)

    def build(self) -> None:
        """A row for each line; when it was sent, for each that was shown."""
        known = {row.line.line: row for row in self.rows}
        self.lines = line_forms(
            self.request, EntryLine, initial=[{"line": row.line.line} for row in self.rows], fixed=True
        )
        for form in self.lines.forms:
            number = str(form["line"].value())
            form.counted = known.get(int(number)) if number.isascii() and number.isdigit() else None


class FoundForm(ActForm):
    """Goods that are on no line."""

    item = NamedChoice(None, label=_("物资"))
    quantity = PieceField(label=_("实点数量"))
    resembles = LotChoice(
        queryset=None, label=_("与哪个批次相似"), widget=SearchSelect(), empty_label="", required=False
    )
    maker_lot = forms.CharField(label=_("生产批号"), max_length=60, required=False)
    expires_on = DayField(label=_("失效日期"), required=False)
    produced_on = DayField(label=_("生产日期"), required=False)
    no_lot_reason = forms.CharField(label=_("没有批号的原因"), max_length=100, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def build(self) -> None:
        """The catalogue, and the lots of the book."""
        self.fields["item"].queryset = item_choices(self.request)  # type: ignore[attr-defined]
        lots = ledger.lots(self.request.actor, self.request.bureau.pk).order_by("item__pinyin", "-arrived_on")
        self.fields["resembles"].queryset = lots  # type: ignore[attr-defined]


class SignForm(ActForm):
    """Why the count differs; not asked where nothing does."""

    reason = forms.CharField(label=_("差异原因"), max_length=200, widget=forms.Textarea({"rows": 2, "wide": True}))

    def __init__(self, request: Any, *, differs: bool) -> None:
        self.differs = differs
        super().__init__(request)

    def build(self) -> None:
        """Without a difference there is nothing to explain."""
        if not self.differs:
            del self.fields["reason"]


class WriteOffLine(LineForm):
    """So many pieces of a lot in one place of the store."""

    lot = forms.UUIDField(widget=forms.HiddenInput)
    place = forms.CharField(widget=forms.HiddenInput, max_length=12)
    quantity = PieceField(label=_("报损数量"), required=False)
    held: Any = None

    def has_changed(self) -> bool:
        """Only a quantity makes a row."""
        return bool(str(self.data.get(self.add_prefix("quantity"), "")).strip())


class WriteOffForm(ActForm):
    """Why; and of what lies in the store, how much."""

    cause = forms.ChoiceField(label=_("类别"))
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}))
    label = _("报损数量")

    def __init__(self, request: Any, *, rows: list[Any], cause: str) -> None:
        self.rows = rows
        super().__init__(request, initial={"cause": cause})

    def build(self) -> None:
        """A row for each lot and place, filled in where it has expired."""
        cause: Any = self.fields["cause"]
        cause.choices = [(key, said(words)) for key, words in CAUSES.items()]
        known = {(str(row.lot.pk), row.place): row for row in self.rows}
        initial = [
            {"lot": row.lot.pk, "place": row.place, "quantity": row.quantity if row.is_chosen else None}
            for row in self.rows
        ]
        self.lines = line_forms(self.request, WriteOffLine, initial=initial, fixed=True)
        for form in self.lines.forms:
            lot = form["lot"].value()
            key = str(lot) if isinstance(lot, UUID) else str(lot or "")
            form.held = known.get((key, str(form["place"].value())))
