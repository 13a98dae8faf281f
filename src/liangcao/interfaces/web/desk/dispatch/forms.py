"""Forms of dispatch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.desk.choices import carrier_choices, item_choices, party_choices, store_choices
from liangcao.interfaces.web.forms import ActForm, LineForm, NamedChoice, PieceField, line_forms
from liangcao.interfaces.web.templatetags.words import named, quantity, said
from liangcao.operations.dispatch.models import OUTCOMES
from liangcao.reference.parties.kinds import REQUESTERS

WIDE = {"wide": "1"}


def pk_of(chosen: Any) -> int | None:
    """The id of what was chosen, if anything was."""
    return chosen.pk if chosen else None


class CarrierForm(ActForm):
    """Which organisation is to fetch the goods."""

    carrier_organisation_id = NamedChoice(
        None,
        label=_("承运单位"),
        required=False,
        help_text=_("单位会收到提醒,在自己的页面上看到取货地点。不选就是收回指定。"),
    )

    def build(self) -> None:
        """Organisations that carry."""
        self.fields["carrier_organisation_id"].queryset = carrier_choices(self.request)


class HandOverForm(ActForm):
    """Who takes the goods away: an organisation that carries, driver or vehicle, or both."""

    carrier_organisation_id = NamedChoice(
        None, label=_("承运单位"), required=False, help_text=_("没有登记的承运人不用选,填下面一格")
    )
    carrier = forms.CharField(label=_("承运人或车牌"), required=False, max_length=60)

    def build(self) -> None:
        """Organisations that carry."""
        self.fields["carrier_organisation_id"].queryset = carrier_choices(self.request)


class DifferenceLineForm(LineForm):
    """What the unit says of one line: how much is missing, how much is damaged; the rest arrived whole."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    quantity_short = PieceField(label=_("少了"), required=False, least=0)
    quantity_damaged = PieceField(label=_("坏了"), required=False, least=0)

    def build(self) -> None:
        """The line as it was sent."""
        self.known = self.initial.get("known")

    def has_changed(self) -> bool:
        """Every line is signed for."""
        return True


class SignedLineForm(DifferenceLineForm):
    """With the reason of a difference."""

    reason = forms.CharField(label=_("怎么回事"), required=False, max_length=200)


class ManyFiles(forms.ClearableFileInput):
    """Several files at once; a phone offers its camera."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photos as bytes, none to several. What they are is the action's to say."""

    widget = ManyFiles(attrs={"accept": "image/*", "multiple": True, "data-shrinks": ""})

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        """The bytes of each file, in order."""
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        return [each.read() for each in sent if each]


class DisputeForm(ActForm):
    """Less came than was signed for: how much of which line, why, who says it."""

    reason = forms.CharField(label=_("怎么回事"), max_length=200, widget=forms.TextInput(attrs=WIDE))
    raised_name = forms.CharField(label=_("提出人姓名"), max_length=60)
    raised_phone = forms.CharField(label=_("电话"), required=False, max_length=40)
    photos = PhotosField(label=_("照片"), required=False)

    def __init__(self, request: Any, *, lines: list[Any]) -> None:
        self.rows = [{"known": line, "line_id": line.pk} for line in lines if line.quantity_good]
        super().__init__(request)

    def build(self) -> None:
        """One row a line with good pieces."""
        self.lines = line_forms(self.request, DifferenceLineForm, initial=self.rows, fixed=True)


class SignForm(ActForm):
    """A receipt: everything whole, or what is missing and damaged line by line; and who signs."""

    is_whole = forms.TypedChoiceField(
        label=_("到货情况"),
        choices=[("yes", _("全部完好")), ("no", _("有短少或损坏"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    signed_name = forms.CharField(label=_("签收人姓名"), max_length=60)
    signature = forms.CharField(label=_("手写签名"), required=False, widget=forms.HiddenInput)
    photos = PhotosField(label=_("照片"), required=False, help_text=_("有短少或损坏,最好拍下来;最多 5 张。"))

    def __init__(self, request: Any, *, lines: list[Any]) -> None:
        self.rows = [{"known": line, "line_id": line.pk} for line in lines]
        super().__init__(request)

    def build(self) -> None:
        """One row a line."""
        self.lines = line_forms(self.request, SignedLineForm, initial=self.rows, fixed=True)


def outcome_choices() -> list[tuple[str, str]]:
    """What became of pieces that did not arrive whole."""
    return [("", ""), *((key, said(names)) for key, names in OUTCOMES.items())]


class SettledLineForm(LineForm):
    """Where the missing and the damaged pieces of one line are."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    short = forms.ChoiceField(label=_("短少的去向"), required=False, choices=outcome_choices)
    damaged = forms.ChoiceField(label=_("损坏的去向"), required=False, choices=outcome_choices)

    def build(self) -> None:
        """Ask only for what there is."""
        self.known = self.initial.get("known")
        for part in ("short", "damaged"):
            if self.known is not None and not getattr(self.known, f"quantity_{part}"):
                del self.fields[part]

    def has_changed(self) -> bool:
        """Every line with a difference is settled."""
        return True


class SettlementForm(ActForm):
    """Differences line by line, with the finding."""

    reason = forms.CharField(label=_("核查结果"), max_length=200, widget=forms.TextInput(attrs=WIDE))

    def __init__(self, request: Any, *, lines: list[Any]) -> None:
        self.rows = [{"known": line, "line_id": line.pk} for line in lines]
        super().__init__(request)

    def build(self) -> None:
        """One row a line."""
        self.lines = line_forms(self.request, SettledLineForm, initial=self.rows, fixed=True)


class UrgentLineForm(LineForm):
    """One item that must leave at once."""

    item_id = NamedChoice(None, label=_("物资"))
    quantity = PieceField(label=_("数量"))
    unit = forms.CharField(label=_("单位"), required=False, max_length=20)

    def build(self) -> None:
        """Items of the catalogue."""
        self.fields["item_id"].queryset = item_choices(self.request)


class EmergencyForm(ActForm):
    """先发后补: on whose word, why, how far the word goes; from where, to whom, what."""

    organisation_id = NamedChoice(None, label=_("发给谁"))
    store_id = NamedChoice(None, label=_("从哪个仓库"))
    leader = forms.CharField(label=_("下令的负责人"), max_length=60)
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs=WIDE))
    limit_note = forms.CharField(label=_("授权范围"), max_length=200, help_text=_("如:以 60 套为限,仅此一次"))
    carrier_organisation_id = NamedChoice(None, label=_("承运单位"), required=False)
    carrier = forms.CharField(label=_("承运人或车牌"), required=False, max_length=60)

    def build(self) -> None:
        """Units that ask, stores, carriers, empty rows."""
        self.fields["organisation_id"].queryset = party_choices(self.request, REQUESTERS)
        self.fields["carrier_organisation_id"].queryset = carrier_choices(self.request)
        stores = self.fields["store_id"].queryset = store_choices(self.request)
        only = list(stores[:2])
        if len(only) == 1:
            self.initial.setdefault("store_id", only[0].pk)
        self.lines = line_forms(self.request, UrgentLineForm, rows=2)


class PapersForm(ActForm):
    """The papers that came afterwards, and the requisition line that the issue serves."""

    papers_ref = forms.CharField(label=_("补办手续的文号或单号"), max_length=80)
    requisition_line_id = forms.TypedChoiceField(
        label=_("对应的申领"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("选了之后,这批货计入该申领的已签收"),
    )

    def __init__(self, request: Any, *, lines: list[Any]) -> None:
        self.open_lines = lines
        super().__init__(request)

    def build(self) -> None:
        """Open lines of the same unit and items."""
        told = [
            (line.pk, f"{line.requisition.number} · {named(line.item)} · {quantity(line.quantity_approved)}")
            for line in self.open_lines
        ]
        self.fields["requisition_line_id"].choices = [("", _("没有对应的申领")), *told]
