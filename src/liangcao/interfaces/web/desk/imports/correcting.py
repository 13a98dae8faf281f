"""The form in which one row is corrected, and all that are written alike."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from liangcao.foundation.identity import guard
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.correcting import Correction, correct_row
from liangcao.interfaces.intake.importing.kinds import importers
from liangcao.interfaces.intake.importing.names import organisations_of, stores_of
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.choices import item_choices, store_choices
from liangcao.interfaces.web.desk.imports.acts import back_to
from liangcao.interfaces.web.desk.imports.forms import VersionForm
from liangcao.interfaces.web.desk.imports.lists import NAMED, place_of
from liangcao.interfaces.web.desk.imports.words import VALUES, reason_word
from liangcao.interfaces.web.forms import DayField, NamedChoice, PieceField, as_written
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import quantity, unit_of
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties

_DAYS = ("needed_by", "made", "expiry")
_COUNTS = ("quantity", "headcount", "on_hand", "daily_use")
_LONGEST = 500
_KEPT = ("status", "reason")


class CorrectionForm(VersionForm):
    """What a row names, its values, and how far the correction goes."""

    def __init__(self, request: Any, *, run: Any, row: Any) -> None:
        self.run, self.row, self.importer = run, row, importers()[run.kind]
        first = {"version": run.version, **row.values, "factor": row.factor, "alike": True}
        first |= {f"{key}_id": getattr(row, f"{key}_id") for key in NAMED}
        super().__init__(request, initial=first)

    def build(self) -> None:
        """The fields of the kind."""
        choices = {
            "organisation": lambda: (
                parties.organisations(self.request.actor, bureau_id=self.request.bureau.pk)
                .filter(is_active=True)
                .order_by("pinyin", "pk")
            ),
            "item": lambda: item_choices(self.request),
            "store": lambda: store_choices(self.request),
        }
        for key in NAMED:
            if self.names(key):
                self.fields[f"{key}_id"] = NamedChoice(choices[key](), label=_label(key), required=False)
        for key in self.written():
            self.fields[key] = _field(key)
        if self.importer.flows is not None:
            self.fields["factor"] = PieceField(
                label=self._factor_label(), required=False, help_text=self._factor_hint()
            )
        if self.names_any() and (alike := self._alike_count()):
            self.fields["alike"] = forms.BooleanField(label=self._alike_label(alike), required=False)
        if self.may_learn():
            words = _("把“%(name)s”记为这种物资的别名") % {"name": self.row.values["item"]}
            self.fields["as_alias"] = forms.BooleanField(label=words, required=False)

    def names(self, key: str) -> bool:
        """Whether rows of the kind name such a thing."""
        return bool(getattr(self.importer, f"names_{key}"))

    def names_any(self) -> bool:
        """Whether they name anything."""
        return any(self.names(key) for key in NAMED)

    def written(self) -> list[str]:
        """The values that are typed."""
        return [key for key in self.importer.fields if key not in NAMED or not self.names(key)]

    def may_learn(self) -> bool:
        """Whether the item's name as written can become an alias."""
        is_open = self.names("item") and self.row.item_id is None and bool(self.row.values.get("item"))
        return is_open and guard.can(self.request.actor, "alias", "item", bureau_id=self.run.bureau_id)

    def _factor_label(self) -> str:
        unit = self.row.values.get("unit", "")
        return _("每“%(unit)s”合几个基本单位") % {"unit": unit} if unit else _("每单位合几个基本单位")

    def _factor_hint(self) -> str:
        base = unit_of(self.row.item) if self.row.item else ""
        return _("按%(unit)s填;不是整包的不用填。") % {"unit": base} if base else _("不是整包的不用填。")

    def _alike_count(self) -> int:
        """How many other rows write one of its names."""
        same = Q()
        for key in (*NAMED, "unit"):
            if self.row.values.get(key):
                same |= Q(**{f"values__{key}": self.row.values[key]})
        held = queries.rows_of(self.request.actor, self.run.pk).exclude(pk=self.row.pk)
        return held.exclude(status__in=("left_out", "done")).filter(same).count() if same else 0

    @staticmethod
    def _alike_label(count: int) -> str:
        words = ngettext(
            "写法相同的其他行一并更正(有 %(count)s 行写了同样的名称或单位)",
            "写法相同的其他行一并更正(有 %(count)s 行写了同样的名称或单位)",
            count,
        )
        return words % {"count": quantity(count)}

    def correction(self, values: dict[str, Any]) -> Correction:
        """What changes. A name that stays as it is says nothing of the other rows."""
        told = {key: _text(key, values[key]) for key in self.written()}
        unit_changes = told.get("unit", "") != self.row.values.get("unit", "")
        factor = values.get("factor")
        return Correction(
            {key: text for key, text in told.items() if text != self.row.values.get(key, "")},
            organisation_id=self._chosen("organisation", values),
            item_id=self._chosen("item", values),
            store_id=self._chosen("store", values),
            factor=None if factor == self.row.factor and (unit_changes or factor is None) else factor,
            alike=bool(values.get("alike")),
            as_alias=bool(values.get("as_alias")),
            no_factor="factor" in self.fields and factor is None and self.row.factor is not None,
        )

    def _chosen(self, key: str, values: dict[str, Any]) -> int | None:
        tapped = self.data.get(f"{key}_tapped", "")
        if tapped in {str(each["id"]) for each in candidates(self.request, self.run, self.row).get(key, ())}:
            return int(tapped)
        found = values.get(f"{key}_id")
        return found.pk if found is not None and found.pk != getattr(self.row, f"{key}_id") else None


def _label(key: str) -> Any:
    names = {"organisation": gettext_lazy("单位"), "item": gettext_lazy("物资"), "store": gettext_lazy("仓库")}
    return names[key]


def _field(key: str) -> forms.Field:
    label: Any = VALUES[key]
    if key in _DAYS:
        return DayField(label=label, required=False)
    widget = forms.TextInput(attrs={"inputmode": "decimal"} if key in _COUNTS else {})
    return forms.CharField(label=label, required=False, max_length=_LONGEST, widget=widget)


def _text(key: str, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return as_written(value) if value and key in _COUNTS else value or ""


def candidates(request: Any, run: Any, row: Any) -> dict[str, list[dict[str, Any]]]:
    """What the names of the row may mean, the likeliest first: {"item": [{"id", "name"}] …}, of what is not settled."""
    importer, found = importers()[run.kind], dict[str, list[dict[str, Any]]]()
    if importer.names_item and row.item_id is None and row.candidates:
        codes = [each["code"] for each in row.candidates]
        items = {item.code: item for item in catalog.items(request.actor).filter(code__in=codes, is_active=True)}
        found["item"] = [{"id": items[code].pk, "name": items[code].name} for code in codes if code in items]
    if importer.names_organisation and row.organisation_id is None:
        names = organisations_of(request.actor, run.bureau_id)
        found["organisation"] = names.like(row.values.get("organisation", ""))
    if importer.names_store and row.store_id is None:
        found["store"] = stores_of(request.actor, run.bureau_id).like(row.values.get("store", ""))
    return {key: held for key, held in found.items() if held}


@desk_page("import", "enter")
def correction(request: Any, import_id: int, row_id: int) -> HttpResponse:
    """Correct one row, and all that are written alike."""
    run = queries.run(request.actor, import_id)
    row = queries.row(request.actor, import_id, row_id)
    kept = {key: request.GET[key] for key in _KEPT if request.GET.get(key)}
    back = _with(back_to(import_id), kept)
    offered = candidates(request, run, row)

    def do(values: dict[str, Any]) -> Any:
        done = correct_row(
            run_id=import_id, row_id=row_id, correction=form.correction(values), version=values["version"],
            by=request.actor, at=request.at, client_id=values["client_id"],
        )  # fmt: skip
        if done.reasons:
            told = _(";").join(reason_word(code) for code in done.reasons)
            messages.warning(request, _("这一行还要处理:%(reasons)s") % {"reasons": told})
        return done

    form = CorrectionForm(request, run=run, row=row)
    return act_page(
        request,
        form,
        title=_("更正%(place)s") % {"place": place_of(row)},
        button=_("更正"),
        do=do,
        to=lambda _row: back,
        message=_("已更正。"),
        back=back,
        template="components/_import_correction.html"
        if getattr(request, "htmx", False)
        else "desk/imports/correction.html",
        row=row,
        reasons=[reason_word(code) for code in row.reasons],
        offered=[{"key": key, "label": _label(key), "things": things} for key, things in offered.items()],
    )


def _with(url: str, kept: dict[str, str]) -> str:
    return f"{url}?{urlencode(kept)}" if kept else url
