"""Forms of sources and receipts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.desk.choices import item_choices, party_choices, store_choices
from liangcao.interfaces.web.desk.supply.money import YuanField
from liangcao.interfaces.web.desk.supply.words import KIND_PARTIES
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, line_forms
from liangcao.interfaces.web.templatetags.words import said, unit_of
from liangcao.operations.supply.flow import KINDS
from liangcao.reference.parties.kinds import REQUESTERS


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of sources in the reader's language."""
    return [(key, said(kind)) for key, kind in KINDS.items()]


class SourceLineForm(LineForm):
    """One item that was announced."""

    item_id = NamedChoice(None, label=_("物资"))
    quantity = PieceField(label=_("数量"), required=False)
    unit = forms.CharField(label=_("单位"), required=False, max_length=20)
    maker_lot = forms.CharField(label=_("生产批号"), required=False, max_length=60)
    produced_on = DayField(label=_("生产日期"), required=False)
    expires_on = DayField(label=_("失效日期"), required=False)
    unit_price_fen = YuanField(label=_("单价(元)"), required=False)
    remark = forms.CharField(label=_("备注"), required=False, max_length=200)

    def build(self) -> None:
        """Items of the catalogue."""
        self.fields["item_id"].queryset = item_choices(self.request)


class SourceForm(ActForm):
    """What was announced: by whom, through whom, when it comes, for whom, and its lines."""

    counterparty_id = NamedChoice(None, label=_("来源单位"))
    channel = forms.CharField(
        label=_("渠道"), required=False, max_length=60, help_text=_("如:红十字会、慈善总会、直接联系")
    )
    document_ref = forms.CharField(label=_("文号或合同号"), required=False, max_length=80)
    expected_date = DayField(label=_("预计到货"), required=False)
    earmark_id = NamedChoice(None, label=_("定向给"), required=False, help_text=_("只给这个单位,分配时不会挪作他用"))
    amount_fen = YuanField(label=_("金额(元)"), required=False, help_text=_("合同总价;只捐款时填捐款额,不用填明细"))
    note = forms.CharField(label=_("说明"), required=False, max_length=500, widget=forms.TextInput(attrs={"wide": "1"}))

    def __init__(self, request: Any, *, kind: str) -> None:
        self.kind = kind
        super().__init__(request)

    def build(self) -> None:
        """Parties that fit the kind; lines of the catalogue."""
        self.fields["counterparty_id"].queryset = party_choices(self.request, KIND_PARTIES[self.kind])
        self.fields["earmark_id"].queryset = party_choices(self.request, REQUESTERS)
        if self.kind != "gift":
            del self.fields["earmark_id"]
        self.lines = line_forms(self.request, SourceLineForm, rows=3)


class ReceiptLineForm(LineForm):
    """What was counted of one item: whole packs and loose pieces, damaged pieces, lot and dates.

    A row of an advice knows its item and offers its packs; in a row for anything else the item is chosen.
    """

    source_line_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item_id = NamedChoice(None, label=_("物资"))
    packs = PieceField(label=_("整包数"), required=False, least=0)
    unit = forms.CharField(label=_("每包"), required=False, max_length=20)
    quantity_good = PieceField(label=_("另有散数"), required=False, least=0)
    quantity_damaged = PieceField(label=_("损坏数"), required=False, least=0)
    maker_lot = forms.CharField(label=_("生产批号"), required=False, max_length=60)
    produced_on = DayField(label=_("生产日期"), required=False)
    expires_on = DayField(label=_("失效日期"), required=False)
    no_lot_reason = forms.CharField(label=_("没有批号的原因"), required=False, max_length=100)
    accepted_by = forms.CharField(label=_("验收人"), required=False, max_length=60)
    reason = forms.CharField(label=_("短少或损坏的原因"), required=False, max_length=200)

    def build(self) -> None:
        """Items of the catalogue; of a known item only its own packs."""
        self.known = self.initial.get("line")
        if self.known is None:
            self.fields["item_id"].queryset = item_choices(self.request)
            return
        del self.fields["item_id"]
        packs = [
            (
                pack.name,
                _("%(name)s(%(count)s %(unit)s)")
                % {"name": pack.name, "count": f"{pack.factor:,}", "unit": unit_of(self.known.item, pack.factor)},
            )
            for pack in self.known.item.packs.all()
        ]
        self.fields["unit"] = forms.ChoiceField(label=_("每包"), required=False, choices=packs)
        if not packs:
            del self.fields["packs"], self.fields["unit"]
            self.fields["quantity_good"].label = _("完好数量")

    def clean(self) -> dict[str, Any]:
        """Packs need to say which pack."""
        values = super().clean() or self.cleaned_data
        if values.get("packs") and not values.get("unit"):
            self.add_error("unit", _("请选择每包的规格"))
        if self.known is not None:
            values["line_item_id"] = self.known.item_id
        return values

    def has_changed(self) -> bool:
        """A row of which only the pack was looked at holds nothing."""
        return bool(set(self.changed_data) - {"unit", "source_line_id"})


class ReceiptHead(ActForm):
    """What a receipt says besides its lines."""

    store_id = NamedChoice(None, label=_("入哪个仓库"))
    business_date = DayField(label=_("到货日期"))
    late_reason = forms.CharField(
        label=_("补录原因"), required=False, max_length=200, help_text=_("到货日期早于今天时填写")
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=500)

    def build(self) -> None:
        """Stores; today."""
        self.fields["store_id"].queryset = store_choices(self.request)
        only = list(self.fields["store_id"].queryset[:2])
        if len(only) == 1:
            self.initial.setdefault("store_id", only[0].pk)
        self.initial.setdefault("business_date", business_date(self.request.at))


class ReceiptForm(ReceiptHead):
    """A receipt against an advice: its lines stand ready; rows for what nobody announced are added by a button."""

    final = forms.BooleanField(
        label=_("这一来源已到齐"), required=False, help_text=_("不再有后续到货;缺少的要写明原因")
    )

    def __init__(self, request: Any, *, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        super().__init__(request)

    def build(self) -> None:
        """The announced lines."""
        super().build()
        self.lines = line_forms(self.request, ReceiptLineForm, initial=self.rows, fixed=True)


class UnannouncedForm(ReceiptHead):
    """Goods at the gate that nobody announced: who brought them, and what."""

    kind = forms.ChoiceField(label=_("来源类别"), choices=kind_choices)
    counterparty_id = NamedChoice(None, label=_("谁送来的"))
    channel = forms.CharField(label=_("渠道"), required=False, max_length=60)
    field_order = ["kind", "counterparty_id", "channel", "store_id", "business_date", "late_reason", "note"]

    def build(self) -> None:
        """Parties who may bring goods; empty rows."""
        super().build()
        self.fields["kind"].initial = "gift"
        everyone = tuple(dict.fromkeys(kind for kinds in KIND_PARTIES.values() for kind in kinds))
        self.fields["counterparty_id"].queryset = party_choices(self.request, everyone)
        self.lines = line_forms(self.request, ReceiptLineForm, rows=1)


class DirectForm(ActForm):
    """Goods that went straight to a unit: receipt and issue in one act, signed for by the unit."""

    recipient_id = NamedChoice(None, label=_("送到哪个单位"))
    signed_by = forms.CharField(label=_("签收人"), max_length=60)
    business_date = DayField(label=_("送达日期"))
    late_reason = forms.CharField(
        label=_("补录原因"), required=False, max_length=200, help_text=_("送达日期早于今天时填写")
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=500)

    def __init__(self, request: Any, *, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        super().__init__(request, initial={"business_date": business_date(request.at)})

    def build(self) -> None:
        """Units that ask; the announced lines."""
        self.fields["recipient_id"].queryset = party_choices(self.request, REQUESTERS)
        self.lines = line_forms(self.request, ReceiptLineForm, rows=len(self.rows), initial=self.rows, fixed=True)


class ReversalLineForm(LineForm):
    """How much of one receipt line is taken back; all that still lies there unless told otherwise."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    quantity_good = PieceField(label=_("冲红完好"), required=False, least=0)
    quantity_damaged = PieceField(label=_("冲红损坏"), required=False, least=0)

    def build(self) -> None:
        """The line as it stands."""
        self.known = self.initial.get("known")

    def has_changed(self) -> bool:
        """The numbers that stand ready count."""
        return True


class ReversalForm(ActForm):
    """The whole receipt, or parts of it, with the reason."""

    reason = forms.CharField(label=_("冲红原因"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}))

    def __init__(self, request: Any, *, lines: list[Any]) -> None:
        self.rows = [
            {"known": line, "line_id": line.line.pk, "quantity_good": line.good, "quantity_damaged": line.damaged}
            for line in lines
        ]
        super().__init__(request)

    def build(self) -> None:
        """One row a line."""
        self.lines = line_forms(self.request, ReversalLineForm, initial=self.rows, fixed=True)
