"""Forms of returns and sub-issues, for the desk and the portal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.desk.choices import store_choices
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, line_forms
from liangcao.interfaces.web.lot_rows import LotRow, LotRowsForm
from liangcao.interfaces.web.templatetags.words import said, unit_of
from liangcao.operations.custody.actions import HolderInput, ReturnInput
from liangcao.operations.custody.flow import PLACES
from liangcao.operations.custody.queries import Held

WIDE = {"wide": "1"}


def held_rows(held: Iterable[Held]) -> list[LotRow]:
    """A card for each lot of which the unit kept some."""
    return [LotRow(row.lot, row.left) for row in held if row.left]


class ReturnForm(LotRowsForm):
    """What a unit gives back, and why."""

    reason = forms.CharField(label=_("为什么退"), max_length=200, widget=forms.TextInput(attrs=WIDE))
    is_still_needed = forms.BooleanField(
        label=_("还需要,请另外补发"), required=False, help_text=_("勾选后,收回的数量重新算作还没满足的需求。")
    )

    def inputs(self, values: dict[str, Any]) -> list[ReturnInput]:
        """The filled cards."""
        return [ReturnInput(*row) for row in self.chosen(values)]


def _places() -> list[tuple[str, str]]:
    return [(place, said(words)) for place, words in PLACES.items()]


class _Taking(ReturnForm):
    """Where the goods go, and who brought them."""

    store = NamedChoice(None, label=_("收进哪个仓库"), widget=forms.Select(), empty_label=None)
    place = forms.ChoiceField(
        label=_("放在"), choices=_places, initial="quarantine", help_text=_("召回的、要再看的放待检区。")
    )
    brought_by = forms.CharField(label=_("交回人"), max_length=60)

    def build(self) -> None:
        """Stores of the bureau."""
        super().build()
        self.fields["store"].queryset = store_choices(self.request)  # type: ignore[attr-defined]


class TakeForm(_Taking):
    """A unit stands at the counter."""

    field_order = ("store", "place", "brought_by", "reason", "is_still_needed")


class ReceiveForm(_Taking):
    """What was announced, counted in."""

    def build(self) -> None:
        """Why it comes back was said by the unit."""
        super().build()
        del self.fields["reason"], self.fields["is_still_needed"]


class HolderLine(LineForm):
    """A ward, village or workshop."""

    holder = forms.CharField(label=_("分给谁(病区、村、车间)"), max_length=60)
    quantity = PieceField(label=_("数量"))
    phone = forms.CharField(label=_("那里的电话"), max_length=40, required=False)


class GiveOnForm(ActForm):
    """To whom pieces of one lot were given, on which day."""

    given_on = DayField(label=_("哪天分的"))

    def __init__(self, request: Any) -> None:
        super().__init__(request, initial={"given_on": business_date(request.at)})

    def build(self) -> None:
        """Rows for holders."""
        self.lines = line_forms(self.request, HolderLine, rows=3)


def holder_inputs(values: dict[str, Any]) -> list[HolderInput]:
    """The filled rows."""
    return [HolderInput(row["holder"], row["quantity"], row["phone"]) for row in values["lines"]]


class TakeBackForm(ActForm):
    """How much comes back from a ward, or was written down too much."""

    quantity = PieceField(label=_("收回数量"))
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs=WIDE))

    def __init__(self, request: Any, *, item: Any, left: int) -> None:
        super().__init__(request, initial={"quantity": left or None})
        self.fields["quantity"].help_text = _("还剩 %(left)s %(unit)s") % {
            "left": f"{left:,}", "unit": unit_of(item, left)
        }  # fmt: skip
