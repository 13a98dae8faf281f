"""Forms of stock: transfer between stores, lot facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.desk.accounts import QUALITIES
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, SearchSelect, line_forms
from liangcao.interfaces.web.templatetags.words import full_day, named, said
from liangcao.ledger import queries as ledger
from liangcao.reference.parties.queries import stores


class LotChoice(forms.ModelChoiceField):
    """A lot that lies in a store, with its item, code and expiry."""

    def label_from_instance(self, lot: Any) -> str:
        """医用防护服 · 批次 … · 2020年5月1日失效."""
        parts = [named(lot.item), lot.code]
        if lot.expires_on:
            parts.append(str(_("%(day)s失效") % {"day": full_day(lot.expires_on)}))
        return " · ".join(parts)


class TransferLine(LineForm):
    """So many pieces of a lot."""

    lot = LotChoice(queryset=None, label=_("批次"), widget=SearchSelect(), empty_label="")
    quantity = PieceField(label=_("数量"))

    def build(self) -> None:
        """Lots that lie in a store now."""
        held = ledger.balances(self.request.actor, self.request.bureau.pk, kinds=["store"]).order_by().values("lot_id")
        found = ledger.lots(self.request.actor, self.request.bureau.pk).filter(pk__in=held)
        self.fields["lot"].queryset = found.order_by("item__pinyin", "arrived_on")  # type: ignore[attr-defined]


class TransferForm(ActForm):
    """From, to, why, what."""

    from_store = NamedChoice(None, label=_("调出仓库"), widget=forms.Select())
    to_store = NamedChoice(None, label=_("调入仓库"), widget=forms.Select())
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def build(self) -> None:
        """Stores of the bureau; one empty row to begin with."""
        found = stores(self.request.actor, bureau_id=self.request.bureau.pk).order_by("code")
        for name in ("from_store", "to_store"):
            self.fields[name].queryset = found  # type: ignore[attr-defined]
        self.lines = line_forms(self.request, TransferLine, rows=2)


class InspectionForm(ActForm):
    """What the inspection of goods in quarantine found."""

    store = NamedChoice(None, label=_("仓库"), widget=forms.Select())
    quantity = PieceField(label=_("数量"))
    outcome = forms.ChoiceField(
        label=_("结论"), choices=[("passed", _("合格,放行入库")), ("rejected", _("不合格,报损"))]
    )
    reason = forms.CharField(label=_("检验说明"), max_length=200, widget=forms.Textarea({"rows": 2, "wide": True}))

    def __init__(self, request: Any, *, held: dict[int, int]) -> None:
        self.held = held
        super().__init__(request)

    def build(self) -> None:
        """Only the stores whose quarantine holds some of the lot; all of it unless the inspector says less."""
        found = stores(self.request.actor, bureau_id=self.request.bureau.pk).filter(pk__in=self.held)
        self.fields["store"].queryset = found.order_by("code")  # type: ignore[attr-defined]
        if len(self.held) == 1:
            self.fields["store"].initial, self.fields["quantity"].initial = next(iter(self.held.items()))


@dataclass(frozen=True)
class FactWord:
    """An act on a lot: the fact it records, its value ("" when the form asks for it), and how it is said."""

    fact: str
    value: str
    title: Any
    danger: bool = False
    asks: str = ""


FACT_WORDS: dict[str, FactWord] = {
    "freeze": FactWord("frozen", "yes", _("冻结批次"), danger=True),
    "unfreeze": FactWord("frozen", "no", _("解除冻结")),
    "expiry": FactWord("expires_on", "", _("更正失效日期"), asks="day"),
    "maker-lot": FactWord("maker_lot", "", _("更正生产批号"), asks="text"),
    "quality": FactWord("quality", "", _("登记质量状态"), asks="quality"),
}


class FactForm(ActForm):
    """The reason, and the new value where there is one."""

    value = forms.CharField(label=_("更正为"), max_length=80)
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea({"rows": 2, "wide": True}))

    def __init__(self, request: Any, *, fact: str) -> None:
        self.word = FACT_WORDS[fact]
        super().__init__(request)

    def build(self) -> None:
        """Ask for the value only where the act has none of its own."""
        if not self.word.asks:
            del self.fields["value"]
        elif self.word.asks == "day":
            self.fields["value"] = DayField(label=_("更正为"))
        elif self.word.asks == "quality":
            choices = [(value, said(words)) for value, words in QUALITIES.items()]
            self.fields["value"] = forms.ChoiceField(label=_("质量状态"), choices=choices)
        self.order_fields(["client_id", "value", "reason"])
