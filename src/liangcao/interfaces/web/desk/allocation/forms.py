"""Forms of allocation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.text import is_whole_number
from liangcao.interfaces.web.desk.choices import item_choices, party_choices
from liangcao.interfaces.web.forms import ActForm, DayField, LineForm, NamedChoice, PieceField, ReasonForm, line_forms
from liangcao.interfaces.web.templatetags.words import named, quantity, said
from liangcao.operations.allocation import queries
from liangcao.operations.allocation.models import WEIGH_BY
from liangcao.reference.parties.kinds import REQUESTERS

WIDE = {"wide": "1"}


class SpecialLineForm(LineForm):
    """A special rule of this plan for one unit and item: floor, cap, whole packs, or pieces held back."""

    organisation_id = NamedChoice(None, label=_("单位"))
    item_id = NamedChoice(None, label=_("物资"))
    floor = PieceField(label=_("保底"), required=False, least=0)
    cap = PieceField(label=_("上限"), required=False, least=0)
    pack = PieceField(label=_("整包"), required=False)
    held_back = PieceField(label=_("预留"), required=False)

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

    def __init__(self, request: Any, *, needs: list[Any]) -> None:
        self.needs = needs
        super().__init__(request, initial={"plan_date": business_date(request.at)})

    def build(self) -> None:
        """Rule sets in scope, the default one chosen; items that are asked for."""
        rules = list(queries.rule_sets(self.request.actor, bureau_id=self.request.bureau.pk))
        self.fields["rule_set_id"].choices = [(rule.pk, named(rule)) for rule in rules]
        self.rules = {rule.pk: rule for rule in rules}
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


class OverrideForm(ReadForm):
    """A person's number instead of the rules', with the reason."""

    quantity = PieceField(label=_("改为"), least=0)
    reason = forms.CharField(label=_("改数原因"), max_length=200, widget=forms.TextInput(attrs=WIDE))


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
