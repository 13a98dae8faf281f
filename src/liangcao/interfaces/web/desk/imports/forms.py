"""Forms of imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.intake.importing import kinds, queries
from liangcao.interfaces.intake.importing.given import keys_of
from liangcao.interfaces.intake.importing.kinds import importers
from liangcao.interfaces.intake.models import LONGEST_SENDER
from liangcao.interfaces.web.desk.choices import store_choices
from liangcao.interfaces.web.desk.imports.words import choices_of, given_name, kind_word
from liangcao.interfaces.web.forms import ActForm, NamedChoice
from liangcao.interfaces.web.row_ids import row_id
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties

WIDE = {"wide": "1"}
LONGEST_TEXT = 200_000


class BeginForm(ActForm):
    """A file or a pasted text, of one kind."""

    kind = forms.ChoiceField(label=_("是什么表"))
    sender = forms.CharField(label=_("来文单位或联系人"), max_length=LONGEST_SENDER, required=False)
    file = forms.FileField(
        label=_("文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.tsv,.txt", "wide": "1", "class": "drop-zone"}),
        help_text=_("拖到框里,或点框选择:Excel(xlsx、xls)、CSV、文本,20 MB 以内。不用改格式、不用删表头和合计。"),
        error_messages={"empty": _("文件是空的,请重新选择。")},
    )
    text = forms.CharField(
        label=_("或者粘贴"),
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "wide": "1"}),
        help_text=_("微信、短信的原文,或从 Excel 复制的一片单元格。"),
    )
    again = forms.BooleanField(label=_("同样的内容以前导入过,仍要再导入"), required=False)

    def build(self) -> None:
        """The kinds that the reader may import."""
        held = queries.kinds_for(self.request.actor, bureau_id=self.request.bureau.pk)
        self.fields["kind"].choices = [(kind, kind_word(kind)) for kind in held]
        wanted = self.request.GET.get("kind", "")
        if wanted in held:
            self.fields["kind"].initial = wanted

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        found = super().clean() or {}
        has_text = bool((found.get("text") or "").strip())
        if "file" not in self.errors and bool(found.get("file")) == has_text:
            message = _("文件和粘贴只能用一样。") if has_text else _("请选择文件,或粘贴内容。")
            self.add_error("text" if has_text else "file", message)
        return found


class VersionForm(ActForm):
    """An act on the import as it was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RowIds(forms.MultipleChoiceField):
    """Ids of rows, ticked on the page."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: Any) -> bool:
        """A whole number that a database holds."""
        return row_id(value) is not None

    def clean(self, value: Any) -> list[int]:
        """The ids."""
        return [int(each) for each in super().clean(value)]


class RowsForm(VersionForm):
    """Rows for one act: those that are ticked; else all of a reason; else all."""

    rows = RowIds(required=False)
    reason = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    ticked = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """What is asked for ticked rows never falls upon all of them."""
        found = super().clean() or {}
        if found.get("ticked") and not found.get("rows"):
            raise forms.ValidationError(_("请先勾选要处理的行。"))
        return found


class DescriptionForm(VersionForm):
    """What is true of the whole file: the fields of its kind."""

    def __init__(self, request: Any, *, run: Any) -> None:
        self.run, self.importer = run, importers()[run.kind]
        super().__init__(request, initial={"version": run.version, "sender": run.sender, **run.given})

    def build(self) -> None:
        """One field for each thing that can be said."""
        needs = self.importer.needs
        for key in keys_of(self.importer):
            self.fields[key] = self._field(key, is_needed=key in needs)
        self.fields["sender"] = forms.CharField(
            label=given_name("sender"), max_length=LONGEST_SENDER, required="sender" in needs
        )

    def _field(self, key: str, *, is_needed: bool) -> forms.Field:
        label, request = given_name(key), self.request
        if key == kinds.STORE:
            return NamedChoice(store_choices(request), label=label, required=is_needed)
        if key == "organisation":
            units = parties.organisations(request.actor, bureau_id=request.bureau.pk).filter(is_active=True)
            return NamedChoice(units.order_by("pinyin", "pk"), label=label, required=is_needed)
        if key == kinds.CATEGORY:
            return NamedChoice(catalog.categories(request.actor).order_by("code"), label=label, required=is_needed)
        if key in (kinds.SOURCE_KIND, kinds.MEASURE, kinds.URGENCY, kinds.ORGANISATION_KIND):
            choices = [("", _now("(未说明)")), *choices_of(request, key)]
            return forms.ChoiceField(label=label, choices=choices, required=is_needed)
        return forms.CharField(label=label, max_length=200, required=is_needed)

    def given(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values as the action takes them."""
        told = {key: values[key] for key in keys_of(self.importer)}
        return {key: getattr(value, "pk", value) for key, value in told.items()}
