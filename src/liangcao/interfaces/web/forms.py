"""Forms of acts: a client-made id against double clicks, values kept after a refusal, the refusal beside its field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.errors import Invalid, KeyReused, Refusal
from liangcao.foundation.kernel.ids import new_id
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.foundation.kernel.text import is_whole_number
from liangcao.interfaces.intake.paper_numbers import read_number
from liangcao.interfaces.web.templatetags.words import named, unit_of


def as_written(number: str) -> str:
    """A number without thousands separators and blanks, full-width signs as plain ones. Signs that only stand for a
    digit (10², ①, ٣) stay as they are, so that no field reads them as one."""
    signs = (unicodedata.normalize("NFKC", s) if unicodedata.east_asian_width(s) == "F" else s for s in number)
    return "".join(sign for sign in signs if sign != "," and unicodedata.category(sign) != "Zs")


class PieceField(forms.IntegerField):
    """A whole number of pieces as people write it: 1,240, 1240, 1 240. No fractions."""

    def __init__(self, *, least: int = 1, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "number"})
        )
        options.setdefault("error_messages", {"invalid": _("请填写整数,如 1,240")})
        super().__init__(min_value=least, max_value=QUANTITY_MAX, **options)

    def to_python(self, value: Any) -> int | None:
        """Full-width digits and thousands separators are read; 1.0 is refused like 1.5."""
        if isinstance(value, str):
            value = as_written(value)
            if value and not is_whole_number(value.removeprefix("-")):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DayField(forms.DateField):
    """A day with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**options)


class SearchSelect(forms.Select):
    """A select that our script makes searchable: by name, code and pinyin. Without the script it is a plain select."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-search-select": "", **(attrs or {})}, choices)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Put pinyin, code, base unit and packs of the thing on its option."""
        option = super().create_option(name, value, *args, **kwargs)
        thing = getattr(value, "instance", None)
        if thing is not None:
            option["attrs"]["data-words"] = " ".join(_search_words(thing))
            if hasattr(thing, "base_unit"):
                option["attrs"]["data-unit"], option["attrs"]["data-units"] = unit_of(thing), unit_of(thing, 2)
                option["attrs"]["data-packs"] = "|".join(f"{pack.name}={pack.factor}" for pack in thing.packs.all())
        return option


def _search_words(thing: Any) -> list[str]:
    """Pinyin and code of the thing, and of the item when it is a lot."""
    known = [thing, getattr(thing, "item", None)]
    return [word for each in known for word in (getattr(each, "pinyin", ""), getattr(each, "code", "")) if word]


class NamedChoice(forms.ModelChoiceField):
    """One of the things that a query lets the actor see; anything else is “not found”."""

    def __init__(self, queryset: Any, **options: Any) -> None:
        options.setdefault("widget", SearchSelect())
        options.setdefault("empty_label", "")
        super().__init__(queryset, **options)

    def label_from_instance(self, thing: Any) -> str:
        """The name in the reader's language."""
        return named(thing)


class RefusableForm(forms.Form):
    """A form that can show a refusal of the action it led to."""

    refusal: Refusal | None = None
    status = 200

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def field_named(self, name: str) -> str | None:
        """The form's field for the action's field: `store` and `store_id` mean the same."""
        return next((known for known in (name, f"{name}_id", name.removesuffix("_id")) if known in self.fields), None)

    def refuse(self, refusal: Refusal) -> None:
        """Put the refusal beside its field, or on top when no field of this form is meant."""
        from django.utils.translation import get_language

        self.status = refusal.status
        message = refusal.message(get_language() or "zh-hans")
        place = self.field_named(refusal.field) if refusal.field else None
        if place and not refusal.problems:
            self.add_error(place, message)
        self.refusal = refusal


class ActForm(RefusableForm):
    """The head of every form that writes. `request` gives scope; the id is made when the form is first shown."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, request: Any, **kwargs: Any) -> None:
        self.request = request
        self.lines: LineForms | None = None
        sent = request.method == "POST"
        initial = {"client_id": new_id(), **kwargs.pop("initial", {})}
        super().__init__(request.POST if sent else None, request.FILES if sent else None, initial=initial, **kwargs)
        self._name_paper()
        self.build()

    def _name_paper(self) -> None:
        """Whoever enters a paper form comes with its number, which stands in the note, or where there is none in the
        reason."""
        place = next((name for name in ("note", "reason") if name in self.fields), None)
        if place is None or "paper" not in self.request.GET:
            return
        with suppress(Invalid):
            number, _kind = read_number(self.request.GET["paper"])
            self.initial.setdefault(place, gettext("纸单 %(number)s") % {"number": number})

    def build(self) -> None:
        """For fields that need the actor's scope: set querysets, add lines."""

    def is_valid(self) -> bool:
        """Head and lines; both are checked, so that all problems are shown at once."""
        head = super().is_valid()
        lines = self.lines is None or self.lines.is_valid()
        if not (head and lines):
            self.status = 400
        return head and lines

    def values(self) -> dict[str, Any]:
        """Cleaned values; `lines` holds the filled rows."""
        filled = {} if self.lines is None else {"lines": self.lines.filled()}
        return {**self.cleaned_data, **filled}

    def refuse(self, refusal: Refusal) -> None:
        """A refusal that names a row goes to that row; an id that was used up is replaced."""
        if self.lines is not None:
            for problem in refusal.problems or (refusal,):
                self.lines.refuse(problem)
        super().refuse(refusal)
        if isinstance(refusal, KeyReused):
            answered: Any = self.data.copy()
            answered["client_id"] = str(new_id())
            self.data = answered


class ReasonForm(ActForm):
    """An act that needs its reason."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}))


class LineForm(RefusableForm):
    """One row of a document. `request` is set by LineForms; a row without any value is left out."""

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)
        self.build()
        for field in self.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)

    def build(self) -> None:
        """For fields that need the actor's scope."""


class LineForms(forms.BaseFormSet):
    """The rows of a document; refusals find their row by its number among the filled rows."""

    is_fixed = False

    def filled(self) -> list[dict[str, Any]]:
        """Cleaned values of the rows that hold something, in order."""
        return [form.cleaned_data for form in self.filled_forms()]

    def filled_forms(self) -> list[Any]:
        """The rows that hold something."""
        return [form for form in self.forms if form.has_changed()]

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal in the row it names (rows count from 1)."""
        rows = self.filled_forms()
        if refusal.row and 1 <= refusal.row <= len(rows):
            rows[refusal.row - 1].refuse(refusal)


def line_forms(
    request: Any,
    form: type[LineForm],
    *,
    rows: int = 3,
    initial: Iterable[dict[str, Any]] = (),
    fixed: bool = False,
    prefix: str = "lines",
) -> Any:
    """The rows of a document as forms. `fixed` shows exactly the initial rows (a receipt against an advice)."""
    initial = list(initial)
    extra = 0 if fixed else max(rows - len(initial), 1)
    made: Any = forms.formset_factory(form, formset=LineForms, extra=extra, max_num=5000, absolute_max=5000)
    rows_made = made(
        request.POST if request.method == "POST" else None,
        initial=initial or None,
        prefix=prefix,
        form_kwargs={"request": request},
    )
    rows_made.is_fixed = fixed
    return rows_made


def client_id_of(values: dict[str, Any]) -> UUID:
    """The id that the browser sent."""
    return values["client_id"]
