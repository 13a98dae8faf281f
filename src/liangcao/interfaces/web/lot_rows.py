"""A form with a card for each lot that somebody holds: how much of it is left, goes back, is given on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from liangcao.interfaces.web.forms import ActForm, LineForm, PieceField, line_forms


@dataclass(frozen=True)
class LotRow:
    """A lot as a card: how much the book says, and the number that stands ready in the field."""

    lot: Any
    quantity: int
    ready: int | None = None

    @property
    def item(self) -> Any:
        """What it is."""
        return self.lot.item

    @property
    def expires_on(self) -> Any:
        """The day on which it ends, as it came in."""
        return self.lot.expires_on


class LotLine(LineForm):
    """So many pieces of a lot; a card left empty is no row."""

    lot = forms.UUIDField(widget=forms.HiddenInput)
    quantity = PieceField(required=False, least=0)
    held: LotRow | None = None

    def has_changed(self) -> bool:
        """Only a quantity makes a row."""
        return bool(str(self.data.get(self.add_prefix("quantity"), "")).strip())


class LotRowsForm(ActForm):
    """Base: a card for each of `rows`, in order; subclasses add the fields of the head. `label` names the number that
    is asked, `said` the one that is known."""

    def __init__(self, request: Any, *, rows: list[LotRow], label: Any, said: Any = "", **options: Any) -> None:
        self.rows, self.label, self.said = rows, label, said or _("账上")
        super().__init__(request, **options)

    def build(self) -> None:
        """The cards; what was sent finds its card by its lot."""
        known = {str(row.lot.pk): row for row in self.rows}
        initial = [{"lot": row.lot.pk, "quantity": row.ready} for row in self.rows]
        self.lines = line_forms(self.request, LotLine, initial=initial, fixed=True)
        for form in self.lines.forms:
            form.held = known.get(str(form["lot"].value()))
            form.fields["quantity"].label = self.label

    def chosen(self, values: dict[str, Any]) -> list[tuple[UUID, int]]:
        """(lot, quantity) of the cards that were filled in."""
        return [(line["lot"], line["quantity"]) for line in values["lines"]]
