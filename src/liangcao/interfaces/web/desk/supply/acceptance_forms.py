"""Forms of what follows an arrival: findings of a signature, a release before inspection, a return to the source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.forms import ActForm, LineForm, PieceField, line_forms

WIDE = {"wide": "1"}


class KnownLineForm(LineForm):
    """A row about one receipt line; `known` says which."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)

    def build(self) -> None:
        """The line as it stands."""
        self.known = self.initial.get("known")

    def has_changed(self) -> bool:
        """Every line has a finding."""
        return True


class CountLineForm(KnownLineForm):
    """How many were counted. Nothing stands ready: who counts writes what he counted."""

    quantity_counted = PieceField(label=_("清点数"), least=0)
    reason = forms.CharField(label=_("说明"), required=False, max_length=200)
    field_order = ["quantity_counted", "reason"]


class QualityLineForm(KnownLineForm):
    """How many do not pass; the others do."""

    quantity_rejected = PieceField(label=_("不合格数"), required=False, least=0)
    reason = forms.CharField(label=_("不合格的原因"), required=False, max_length=200)


class PieceLineForm(KnownLineForm):
    """How many of one line."""

    quantity = PieceField(label=_("数量"), required=False)


class SignatureForm(ActForm):
    """Findings line by line, and a remark; a correction also says why."""

    remark = forms.CharField(label=_("备注"), required=False, max_length=200, widget=forms.TextInput(attrs=WIDE))
    reason = forms.CharField(label=_("更正原因"), max_length=200, widget=forms.TextInput(attrs=WIDE))

    def __init__(self, request: Any, *, kind: str, rows: list[dict[str, Any]], is_correction: bool) -> None:
        self.line_form = CountLineForm if kind == "count" else QualityLineForm
        self.rows, self.is_correction = rows, is_correction
        super().__init__(request)

    def build(self) -> None:
        """One row a line."""
        if not self.is_correction:
            del self.fields["reason"]
        self.lines = line_forms(self.request, self.line_form, initial=self.rows, fixed=True)


class PiecesForm(ActForm):
    """Pieces line by line, for a reason."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs=WIDE))

    def __init__(self, request: Any, *, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        super().__init__(request)

    def build(self) -> None:
        """One row a line."""
        self.lines = line_forms(self.request, PieceLineForm, initial=self.rows, fixed=True)


class ReleaseForm(PiecesForm):
    """On whose word, why, how far it goes."""

    leader = forms.CharField(label=_("下令的负责人"), max_length=60)
    limit_note = forms.CharField(label=_("授权范围"), max_length=200, help_text=_("如:以 60 套为限,仅此一次"))
    field_order = ["leader", "reason", "limit_note"]
