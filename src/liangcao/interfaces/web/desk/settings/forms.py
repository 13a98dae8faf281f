"""Forms of settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.desk.choices import division_choices
from liangcao.interfaces.web.desk.filters import organisation_kind_options
from liangcao.interfaces.web.forms import ActForm, DayField, NamedChoice, PieceField
from liangcao.interfaces.web.templatetags.words import said
from liangcao.reference.catalog.queries import categories, items
from liangcao.reference.parties.kinds import TIERS


class ItemForm(ActForm):
    """An item of the catalogue. Its base unit never changes afterwards."""

    code = forms.CharField(label=_("编码"), max_length=30)
    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    category = NamedChoice(None, label=_("类别"), widget=forms.Select())
    base_unit = forms.CharField(
        label=_("基本单位"), max_length=12, help_text=_("所有数量都按它记整数,以后不能改:口罩用“只”,不用“箱”。")
    )
    base_unit_en = forms.CharField(label=_("基本单位英文"), max_length=20, required=False)
    standard = forms.CharField(label=_("规格、标准"), max_length=120, required=False)
    hazard_class = forms.CharField(label=_("危险品类别"), max_length=20, required=False)
    storage_condition = forms.CharField(label=_("存放条件"), max_length=80, required=False)
    lot_tracked = forms.BooleanField(label=_("按批次管理(须登记生产批号)"), required=False)

    def build(self) -> None:
        """Categories of the catalogue."""
        self.fields["category"].queryset = categories(self.request.actor).order_by("code")


class PackForm(ActForm):
    """A pack: 箱 = 480 只."""

    name = forms.CharField(label=_("包装名称"), max_length=20)
    factor = PieceField(label=_("每包装的基本单位数"))


class CarriageForm(ActForm):
    """What one base unit weighs and fills; empty: nobody knows."""

    weight_grams = PieceField(
        label=_("每基本单位重量(克)"), required=False, help_text=_("含包装分摊;不知道就不填,系统不猜。")
    )
    volume_ml = PieceField(label=_("每基本单位体积(毫升)"), required=False, help_text=_("1 立方米 = 1,000,000 毫升。"))
    is_cold = forms.BooleanField(label=_("须冷藏运输"), required=False)


class SubstituteForm(ActForm):
    """What may be given instead."""

    substitute = NamedChoice(None, label=_("替代品"))
    order = forms.IntegerField(label=_("次序"), min_value=1, max_value=99, initial=1)

    def build(self) -> None:
        """The catalogue."""
        found = items(self.request.actor).filter(is_active=True)
        self.fields["substitute"].queryset = found.prefetch_related("packs").order_by("pinyin", "code")


def _degrees(label: Any, most: int, *, hint: Any = "") -> forms.DecimalField:
    """A latitude or longitude, six decimals: a tenth of a metre."""
    return forms.DecimalField(
        label=label, min_value=-most, max_value=most, max_digits=9, decimal_places=6, required=False, help_text=hint,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "number"}),
    )  # fmt: skip


class PlaceForm(ActForm):
    """Where something stands; both or neither."""

    latitude = _degrees(_("纬度"), 90, hint=_("如 28.895600"))
    longitude = _degrees(_("经度"), 180, hint=_("如 120.036300;同一张地图上取"))


def _hour(label: Any, *, hint: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, help_text=hint, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )


class StoreHoursForm(ActForm):
    """From when to when vehicles leave and come back."""

    opens_at = _hour(_("开始时间"), hint=_("两个都不填:任何时间。"))
    closes_at = _hour(_("结束时间"))


class DeliveryHoursForm(StoreHoursForm):
    """From when to when a unit takes goods in, and how long that takes."""

    service_minutes = forms.IntegerField(label=_("卸货分钟"), min_value=0, max_value=480, initial=10)


class OrganisationEditForm(ActForm):
    """What may change of a unit: not its code and its kind, on which documents and appointments hang."""

    name = forms.CharField(label=_("名称"), max_length=80)
    tier = forms.TypedChoiceField(
        label=_("档"), coerce=int, empty_value=None, required=False, help_text=_("不选则按类别确定。")
    )
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)
    region = NamedChoice(
        None,
        label=_("所在地区"),
        required=False,
        help_text=_("镇街道选自己的镇街:它能看到选在同一镇街的单位的申领和配送。"),
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    contact = forms.CharField(
        label=_("联系人或科室"), max_length=60, required=False, help_text=_("召回时找谁。写岗位或科室,如“设备科”。")
    )
    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    beds = PieceField(label=_("床位"), required=False)
    headcount = PieceField(label=_("人数"), required=False)
    population = PieceField(label=_("人口"), required=False)
    latitude = _degrees(_("纬度"), 90, hint=_("自提时段按距离排。经纬度都填或都不填"))
    longitude = _degrees(_("经度"), 180)

    def build(self) -> None:
        """Tiers, divisions."""
        self.fields["region"].queryset = division_choices(self.request)
        self.fields["tier"].choices = [("", "—"), *((tier, said(words)) for tier, words in TIERS.items())]


class OrganisationForm(OrganisationEditForm):
    """A unit, supplier, donor …"""

    code = forms.CharField(label=_("编码"), max_length=30)
    kind = forms.ChoiceField(label=_("类别"))
    field_order = ("name", "code", "kind")

    def build(self) -> None:
        """Kinds as well."""
        super().build()
        self.fields["kind"].choices = organisation_kind_options(self.request)


class StoreForm(ActForm):
    """A store with its shelves."""

    name = forms.CharField(label=_("名称"), max_length=60)
    code = forms.CharField(label=_("编码"), max_length=30)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    hazard_classes = forms.CharField(
        label=_("可存危险品类别"), max_length=100, required=False, help_text=_("用逗号分开。")
    )
    latitude = _degrees(_("纬度"), 90)
    longitude = _degrees(_("经度"), 180)
    shelves = forms.CharField(label=_("库位"), max_length=1000, required=False, help_text=_("用空格或逗号分开。"))


class EmergencyForm(ActForm):
    """An emergency begins."""

    name = forms.CharField(label=_("名称"), max_length=80)
    started_on = DayField(label=_("开始日期"))


class TokenForm(ActForm):
    """Nothing to fill in: only the id against a second click."""
