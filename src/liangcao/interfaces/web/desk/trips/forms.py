"""Forms of vehicles and of trips."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.interfaces.web.desk.choices import item_choices, party_choices, store_choices
from liangcao.interfaces.web.desk.duty.forms import MomentField
from liangcao.interfaces.web.desk.supply.forms import ReceiptHead, ReceiptLineForm, kind_choices
from liangcao.interfaces.web.forms import ActForm, LineForm, NamedChoice, PieceField, line_forms
from liangcao.interfaces.web.templatetags.words import full_day, named, quantity, said, unit_of
from liangcao.operations.passes import queries as passes
from liangcao.operations.supply import queries as supply
from liangcao.operations.trips import queries
from liangcao.operations.trips.flow import VEHICLE_KINDS
from liangcao.operations.trips.inputs import CrewInput, LoadedInput, TripInput, TripLineInput, VehicleInput
from liangcao.reference.parties.kinds import KINDS

WIDE = {"wide": "1"}
SUPPLYING = tuple(KINDS)
# Fields of a refusal that belong to a row of goods.
_OF_A_LINE = ("item", "quantity", "weight_kg", "line", "reason")


def _vehicle_kinds() -> list[tuple[str, str]]:
    return [(kind, said(words)) for kind, words in VEHICLE_KINDS.items()]


class VehicleForm(ActForm):
    """What is written of a vehicle."""

    plate = forms.CharField(label=_("车牌"), max_length=20)
    kind = forms.ChoiceField(label=_("车型"), choices=_vehicle_kinds)
    load_kg = PieceField(label=_("核定载重(千克)"))
    volume_litres = PieceField(label=_("容积(升)"), required=False, help_text=_("1 立方米是 1,000 升。"))
    organisation = NamedChoice(None, label=_("车属单位"), required=False)
    is_cold = forms.BooleanField(label=_("能冷藏"), required=False)
    takes_hazard = forms.BooleanField(label=_("可运危险品"), required=False)
    driver = forms.CharField(label=_("常用驾驶员"), max_length=60, required=False)
    driver_phone = forms.CharField(label=_("驾驶员电话"), max_length=20, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False, widget=forms.TextInput(attrs=WIDE))

    def build(self) -> None:
        """Organisations of the bureau."""
        self.fields["organisation"].queryset = party_choices(self.request, SUPPLYING)  # type: ignore[attr-defined]


def vehicle_input(values: dict[str, Any]) -> VehicleInput:
    """The form's values as the action takes them."""
    rest = {name: value for name, value in values.items() if name not in ("client_id", "organisation")}
    return VehicleInput(organisation_id=values["organisation"].pk if values["organisation"] else None, **rest)


def vehicle_initial(held: Any) -> dict[str, Any]:
    """A vehicle as the form shows it."""
    names = ("plate", "kind", "load_kg", "volume_litres", "is_cold", "takes_hazard", "driver", "driver_phone", "note")
    return {"organisation": held.organisation_id, **{name: getattr(held, name) for name in names}}


class VehicleChoice(NamedChoice):
    """A vehicle with what it may carry."""

    def label_from_instance(self, thing: Any) -> str:
        """浙G12345 · 货车 · 2,000 千克."""
        return _("%(plate)s · %(kind)s · %(load)s 千克") % {
            "plate": thing.plate, "kind": said(VEHICLE_KINDS[thing.kind]), "load": f"{thing.load_kg:,}",
        }  # fmt: skip


class SourceChoice(NamedChoice):
    """A source by its number, and who sends it."""

    def label_from_instance(self, thing: Any) -> str:
        """CG20200203-1 · 示例供应商."""
        return f"{thing.number} · {named(thing.counterparty)}"


class PassChoice(NamedChoice):
    """A pass by its plate, number and last day."""

    def label_from_instance(self, thing: Any) -> str:
        """浙G12345 · TX20200203-1 · 至 2020-02-09."""
        words = {"plate": thing.plate, "number": thing.number, "day": full_day(thing.valid_until)}
        return _("%(plate)s · %(number)s · 至 %(day)s") % words


class TripLineForm(LineForm):
    """One item to fetch."""

    item_id = NamedChoice(None, label=_("物资"))
    quantity = PieceField(label=_("数量(基本单位)"))
    weight_kg = PieceField(label=_("重量(千克)"), required=False)

    def build(self) -> None:
        """Items of the catalogue."""
        self.fields["item_id"].queryset = item_choices(self.request)  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """A row that stands ready counts."""
        return bool(self.initial) or super().has_changed()


class TripForm(ActForm):
    """From where to where, when, with which vehicle, who is on board, and what is fetched."""

    source = SourceChoice(None, label=_("来源单"), required=False, help_text=_("选了来源单,供应单位和明细可不填。"))
    supplier = NamedChoice(None, label=_("供应单位"), required=False)
    place = forms.CharField(label=_("提货地点"), max_length=200, widget=forms.TextInput(attrs=WIDE))
    place_phone = forms.CharField(label=_("提货处电话"), max_length=20, required=False)
    store = NamedChoice(None, label=_("运到哪个仓库"), widget=forms.Select())
    vehicle = VehicleChoice(None, label=_("车辆"))
    weight_kg = PieceField(label=_("总重(千克)"), required=False, help_text=_("超过核定载重不能安排。"))
    leaves_at = MomentField(label=_("出发"))
    expected_there_at = MomentField(label=_("预计到厂"))
    expected_back_at = MomentField(label=_("预计返回"))
    driver = forms.CharField(label=_("驾驶员"), max_length=60, required=False, help_text=_("不填,用车辆的常用驾驶员。"))
    driver_phone = forms.CharField(label=_("驾驶员电话"), max_length=20, required=False)
    second_driver = forms.CharField(label=_("第二驾驶员"), max_length=60, required=False)
    second_driver_phone = forms.CharField(label=_("第二驾驶员电话"), max_length=20, required=False)
    escort = forms.CharField(label=_("押运人"), max_length=60, required=False)
    escort_phone = forms.CharField(label=_("押运人电话"), max_length=20, required=False)
    held_pass = PassChoice(None, label=_("通行证"), required=False, help_text=_("没有的,安排好后在车次页一键签发。"))
    note = forms.CharField(label=_("备注"), max_length=500, required=False, widget=forms.TextInput(attrs=WIDE))

    def __init__(self, request: Any, *, rows: Iterable[dict[str, Any]] = (), **kwargs: Any) -> None:
        self.rows = list(rows)
        super().__init__(request, **kwargs)

    def build(self) -> None:
        """What the bureau has; lines of the catalogue."""
        request, bureau_id = self.request, self.request.bureau.pk
        fields: Any = self.fields
        fields["source"].queryset = supply.expected_arrivals(request.actor, bureau_id).order_by("-pk")
        fields["supplier"].queryset = party_choices(request, SUPPLYING)
        fields["store"].queryset = store_choices(request)
        fields["vehicle"].queryset = queries.vehicles(request.actor, bureau_id, is_in_service=True).order_by("plate")
        standing = passes.passes(request.actor, bureau_id).filter(status="issued")
        fields["held_pass"].queryset = standing.filter(valid_until__gte=business_date(request.at)).order_by("plate")
        self.lines = line_forms(request, TripLineForm, rows=2, initial=self.rows)

    def refuse(self, refusal: Any) -> None:
        """Rows of people are not rows of goods: only what is about goods goes to a line."""
        goods, self.lines = self.lines, None
        for problem in refusal.problems or (refusal,):
            if goods is not None and problem.field in _OF_A_LINE:
                goods.refuse(problem)
        super().refuse(refusal)
        self.lines = goods

    def field_named(self, name: str) -> str | None:
        """The action says `pass` and `crew`."""
        return super().field_named({"pass": "held_pass", "crew": "driver"}.get(name, name))


def trip_input(values: dict[str, Any]) -> TripInput:
    """The form's values as the action takes them."""
    people = [
        CrewInput(role, values[field], values[f"{field}_phone"])
        for role, field in (("driver", "driver"), ("driver", "second_driver"), ("escort", "escort"))
        if values[field] or values[f"{field}_phone"]
    ]

    def key(name: str) -> int | None:
        return values[name].pk if values[name] else None

    names = ("place", "place_phone", "weight_kg", "leaves_at", "expected_there_at", "expected_back_at", "note")
    return TripInput(
        store_id=values["store"].pk,
        vehicle_id=values["vehicle"].pk,
        source_id=key("source"),
        supplier_id=key("supplier"),
        pass_id=key("held_pass"),
        lines=tuple(TripLineInput(row["item_id"].pk, row["quantity"], row["weight_kg"]) for row in values["lines"]),
        crew=tuple(people),
        **{name: values[name] for name in names},
    )


def trip_initial(request: Any, held: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A trip as the form shows it: head and rows."""
    names = ("place", "place_phone", "weight_kg", "note")
    head: dict[str, Any] = {name: getattr(held, name) for name in names}
    for name in ("leaves_at", "expected_there_at", "expected_back_at"):
        head[name] = getattr(held, name).astimezone(LOCAL)
    head |= {
        "source": held.source_id, "supplier": held.supplier_id, "store": held.store_id, "vehicle": held.vehicle_id,
        "held_pass": held.pass_held_id,
    }  # fmt: skip
    people = queries.crew(request.actor, held.pk)
    drivers = [person for person in people if person.role == "driver"]
    escorts = [person for person in people if person.role == "escort"]
    on_board = {"driver": drivers[:1], "second_driver": drivers[1:2], "escort": escorts[:1]}
    for field, found in on_board.items():
        for person in found:
            head |= {field: person.name, f"{field}_phone": person.phone}
    rows = [
        {"item_id": line.item_id, "quantity": line.quantity_expected, "weight_kg": line.weight_kg}
        for line in queries.lines(request.actor, held.pk)
    ]
    return head, rows


class LoadedLineForm(LineForm):
    """How much of one item was loaded."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    item = forms.CharField(label=_("物资"), required=False, disabled=True)
    expected = forms.CharField(label=_("应装"), required=False, disabled=True)
    quantity = PieceField(label=_("实装"), least=0)
    reason = forms.CharField(label=_("多装少装的原因"), max_length=200, required=False)

    def has_changed(self) -> bool:
        """The numbers that stand ready count."""
        return True


class LoadingForm(ActForm):
    """The goods of a trip, each as it was loaded."""

    def __init__(self, request: Any, *, lines: Iterable[Any]) -> None:
        self.rows = [
            {
                "line_id": row.pk, "item": named(row.item), "quantity": row.quantity_expected,
                "expected": f"{quantity(row.quantity_expected)} {unit_of(row.item, row.quantity_expected)}",
            }
            for row in lines
        ]  # fmt: skip
        super().__init__(request)

    def build(self) -> None:
        """One row a line."""
        self.lines = line_forms(self.request, LoadedLineForm, initial=self.rows, fixed=True)


def loaded_inputs(values: dict[str, Any]) -> list[LoadedInput]:
    """The rows as the action takes them."""
    return [LoadedInput(row["line_id"], row["quantity"], row["reason"]) for row in values["lines"]]


class TripReceiptLineForm(ReceiptLineForm):
    """A row of a receipt in which what was loaded stands ready."""

    def has_changed(self) -> bool:
        """The numbers that stand ready count."""
        return bool(self.initial) or super().has_changed()


class TripReceiptForm(ReceiptHead):
    """The receipt of what a trip brought: its lines stand ready with what was loaded."""

    kind = forms.ChoiceField(label=_("来源类别"), choices=kind_choices)
    final = forms.BooleanField(
        label=_("这一来源已到齐"), required=False, help_text=_("不再有后续到货;缺少的要写明原因")
    )

    def __init__(self, request: Any, *, rows: list[dict[str, Any]], has_source: bool) -> None:
        self.rows, self.has_source = rows, has_source
        super().__init__(request, initial={"kind": "purchase"})

    def build(self) -> None:
        """The store is the trip's."""
        super().build()
        del self.fields["store_id"], self.fields["kind" if self.has_source else "final"]
        self.lines = line_forms(self.request, TripReceiptLineForm, initial=self.rows, fixed=True)


class ReceiptChoiceForm(ActForm):
    """A receipt that was written before."""

    receipt = forms.ChoiceField(label=_("入库单"))

    def __init__(self, request: Any, *, receipts: Iterable[Any]) -> None:
        self.receipts = list(receipts)
        super().__init__(request)

    def build(self) -> None:
        """Those that fit the trip."""
        choice: Any = self.fields["receipt"]
        choice.choices = [(str(row.pk), f"{row.number} · {full_day(row.business_date)}") for row in self.receipts]
