"""Forms of allocation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.foundation.kernel.text import is_whole_number
from liangcao.interfaces.web.desk.choices import item_choices, party_choices
from liangcao.interfaces.web.desk.duty.forms import MomentField
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, ReasonForm, line_forms
from liangcao.interfaces.web.templatetags.words import full_day, named, quantity, said, unit_of
from liangcao.operations.allocation import queries
from liangcao.operations.allocation.models import WEIGH_BY
from liangcao.reference.parties.kinds import REQUESTERS, TIERS

WIDE = {"wide": "1"}


def tier_choices() -> list[tuple[str, str]]:
    """With whom pieces that are set aside stand in the queue; the unit's own tier unless another is chosen."""
    return [("", gettext("按单位的档")), *((str(tier), f"{tier} · {said(names)}") for tier, names in TIERS.items())]


class SpecialLineForm(LineForm):
    """A special rule of this plan for one unit and item: floor, cap, whole packs, or pieces held back."""

    organisation_id = NamedChoice(None, label=_("单位"))
    item_id = NamedChoice(None, label=_("物资"))
    floor = PieceField(label=_("保底"), required=False, least=0)
    cap = PieceField(label=_("上限"), required=False, least=0)
    pack = PieceField(label=_("整包"), required=False)
    held_back = PieceField(label=_("预留"), required=False)
    tier = forms.TypedChoiceField(label=_("预留排在"), required=False, coerce=int, choices=tier_choices)
    needed_on = DayField(label=_("预留到哪天用"), required=False)

    def build(self) -> None:
        """Units that ask; items of the catalogue."""
        self.fields["organisation_id"].queryset = party_choices(self.request, REQUESTERS)
        self.fields["item_id"].queryset = item_choices(self.request)


class PlanForm(ActForm):
    """A plan's day, rules and items."""

    plan_date = DayField(label=_("方案日期"))
    rule_set_id = forms.TypedChoiceField(label=_("分配规则"), coerce=int, widget=forms.RadioSelect)
    item_ids = forms.TypedMultipleChoiceField(
        label=_("只分这些物资"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, request: Any, *, needs: list[Any], added_to: Any = None) -> None:
        self.needs, self.added_to = needs, added_to
        super().__init__(request, initial={"plan_date": business_date(request.at)})

    def build(self) -> None:
        """Rule sets in scope, the default one chosen, or that of the plan that is added to; items that are asked
        for."""
        rules = list(queries.rule_sets(self.request.actor, bureau_id=self.request.bureau.pk))
        self.fields["rule_set_id"].choices = [(rule.pk, named(rule)) for rule in rules]
        self.rules = {rule.pk: rule for rule in rules}
        if self.added_to and self.added_to.rule_set_id in self.rules:
            self.initial["rule_set_id"] = self.added_to.rule_set_id
        if rules:
            self.initial.setdefault("rule_set_id", rules[0].pk)
        self.fields["item_ids"].choices = [(need.item.pk, named(need.item)) for need in self.needs]
        self.lines = line_forms(self.request, SpecialLineForm, rows=1)


class ReadForm(ActForm):
    """An act on a plan as it was read: the version that the page showed goes along."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2_000_000_000)

    def __init__(self, request: Any, *, plan: Any, initial: dict[str, Any] | None = None) -> None:
        shown = request.GET.get("version", "")
        read = int(shown) if is_whole_number(shown) and len(shown) < 10 else plan.version
        super().__init__(request, initial={"version": read, **(initial or {})})


class ExtraLineForm(LineForm):
    """More or less of an item than there is."""

    item_id = NamedChoice(None, label=_("物资"))
    quantity = forms.IntegerField(
        label=_("多到(+)或少了(−)"), min_value=-QUANTITY_MAX, max_value=QUANTITY_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "number", "placeholder": "+300"}),
    )  # fmt: skip

    def build(self) -> None:
        """Items of the catalogue."""
        self.fields["item_id"].queryset = item_choices(self.request)


class ScenarioForm(ActForm):
    """Another assumption beside a plan: its rules or others, stock, limits, hold-backs."""

    name = forms.CharField(label=_("情景名称"), max_length=60, help_text=_("例如:再到一批、一视同仁、先保复工"))
    rule_set_id = forms.TypedChoiceField(
        label=_("分配规则"), coerce=int, widget=forms.RadioSelect, required=False, empty_value="0"
    )
    keeps_overrides = forms.BooleanField(label=_("保留方案里改过的数"), required=False, initial=True)

    def __init__(self, request: Any, *, plan: Any, items: Any) -> None:
        self.plan, self.items = plan, items
        super().__init__(request, initial={"rule_set_id": 0})

    def build(self) -> None:
        """The plan's own rules first; rows for stock and for units."""
        rules = list(queries.rule_sets(self.request.actor, bureau_id=self.request.bureau.pk))
        own = [(0, gettext("沿用本方案的规则"))]
        self.fields["rule_set_id"].choices = [*own, *((rule.pk, named(rule)) for rule in rules)]
        self.rules = {rule.pk: rule for rule in rules}
        self.lines = line_forms(self.request, SpecialLineForm, rows=1)
        self.extra = line_forms(self.request, ExtraLineForm, rows=1, prefix="extra")
        for form in self.extra.forms:
            form.fields["item_id"].queryset = self.items

    def is_valid(self) -> bool:
        """Both kinds of rows count."""
        return all([super().is_valid(), self.extra.is_valid()])

    def values(self) -> dict[str, Any]:
        """With the rows of supposed stock."""
        return super().values() | {"extra": self.extra.filled()}

    def refuse(self, refusal: Any) -> None:
        """A refusal of supposed stock stands in its row."""
        super().refuse(refusal)
        for problem in getattr(refusal, "problems", None) or [refusal]:
            if problem.field == "extra_stock":
                self.extra.refuse(problem)


class SignOffForm(ReadForm):
    """Agree to the plan as it was read, or object."""

    agrees = forms.TypedChoiceField(
        label=_("意见"), choices=[("yes", _("同意")), ("no", _("不同意"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect, initial="yes",
    )  # fmt: skip
    note = forms.CharField(
        label=_("说明"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=WIDE),
        help_text=_("不同意时请写明原因"),
    )


class MinutesForm(ActForm):
    """Who was there and what was decided."""

    held_at = MomentField(label=_("会商时间"))
    place = forms.CharField(label=_("地点"), max_length=80, required=False)
    participants = forms.CharField(label=_("参会人"), max_length=500, widget=forms.Textarea(attrs={**WIDE, "rows": 2}))
    decisions = forms.CharField(label=_("议定事项"), max_length=2000, widget=forms.Textarea(attrs={**WIDE, "rows": 6}))


class OverrideForm(ReadForm):
    """A person's number instead of the rules', with the reason."""

    quantity = PieceField(label=_("改为"), least=0)
    reason = forms.CharField(label=_("改数原因"), max_length=200, widget=forms.TextInput(attrs=WIDE))


class CutForm(ReasonForm):
    """Give back some of what is held; all of it where no number is given."""

    quantity = PieceField(label=_("减多少"), required=False, help_text=_("不填就是还没配货的全部"))
    field_order = ("quantity", "reason")


class LotForm(ReasonForm):
    """Another lot of the item in the same store, in the place of the one that is held."""

    lot_id = forms.ChoiceField(label=_("换成"), required=False, help_text=_("不选就用本库先失效的;本库不够再用别的库"))
    field_order = ("lot_id", "reason")

    def __init__(self, request: Any, *, pick: Any) -> None:
        self.pick = pick
        super().__init__(request)

    def build(self) -> None:
        """Free lots of the item in the pick's store, soonest expiry first."""
        lots = queries.lots_instead(self.request.actor, self.pick, on=business_date(self.request.at))
        self.fields["lot_id"].choices = [("", gettext("自动选"))] + [
            (str(row.lot_id), _lot_words(row, self.pick.item)) for row in lots if row.store_id == self.pick.store_id
        ]


def _lot_words(row: Any, item: Any) -> str:
    words = {"lot": row.lot_code, "free": quantity(row.quantity), "unit": unit_of(item, row.quantity)}
    if row.expires_on is None:
        return gettext("%(lot)s 可用 %(free)s %(unit)s") % words
    return gettext("%(lot)s 可用 %(free)s %(unit)s,%(day)s 失效") % {**words, "day": full_day(row.expires_on)}


class DiscardForm(ReadForm, ReasonForm):
    """A plan put aside, with the reason."""


def weigh_choices() -> list[tuple[str, str]]:
    """By what an amount can be shared."""
    return [(key, said(names)) for key, names in WEIGH_BY.items() if key != "none"]


class ShareForm(ActForm):
    """An amount of one item shared over units to the piece, by population, beds or head-count."""

    plan_date = DayField(label=_("方案日期"))
    item_id = NamedChoice(None, label=_("物资"))
    quantity = PieceField(label=_("一共分多少"), help_text=_("按基本单位计"))
    weigh_by = forms.ChoiceField(label=_("按什么比例"), choices=weigh_choices)
    pack = PieceField(label=_("每份取整到"), required=False, help_text=_("如 480 表示整箱;不填则精确到 1"))
    organisation_ids = forms.TypedMultipleChoiceField(label=_("分给"), coerce=int, widget=forms.CheckboxSelectMultiple)
    lot_ids = forms.TypedMultipleChoiceField(
        label=_("从哪些批次"), required=False, coerce=str, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, request: Any, *, units: list[Any], lots: list[Any], initial: dict[str, Any]) -> None:
        self.units, self.lots = units, lots
        super().__init__(request, initial={"plan_date": business_date(request.at), "weigh_by": "population", **initial})

    def build(self) -> None:
        """Units with their numbers; lots of the batch that is shared, if one was chosen."""
        self.fields["item_id"].queryset = item_choices(self.request)
        self.fields["organisation_ids"].choices = [(unit.pk, _unit_words(unit)) for unit in self.units]
        self.initial.setdefault("organisation_ids", [unit.pk for unit in self.units if unit.kind == "township"])
        self.fields["lot_ids"].choices = [(str(lot.pk), lot.code) for lot in self.lots]
        if not self.lots:
            del self.fields["lot_ids"]


def _unit_words(unit: Any) -> str:
    told = [
        f"{word} {quantity(value)}"
        for word, value in ((_("人口"), unit.population), (_("床位"), unit.beds), (_("人数"), unit.headcount))
        if value
    ]
    return f"{named(unit)}({_('、').join(told)})" if told else named(unit)
