"""Print blank forms; find out whether one that was filled in has been entered, and enter it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.intake.paper_forms import FORMS, LONGEST_WRITTEN, MOST_COPIES, PaperForm, form_of, forms_pdf
from liangcao.interfaces.intake.paper_numbers import read_number
from liangcao.interfaces.web.desk.paper_forms.entered import Entered, entered_from
from liangcao.interfaces.web.desk.settings.links import absolute
from liangcao.interfaces.web.forms import PieceField, RefusableForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.spreadsheet import download
from liangcao.interfaces.web.templatetags.words import headed, named, said

ENTRIES = {
    "requisition": ("requisition_new", ()),
    "gift": ("source_announcement", ("gift",)),
    "receipt": ("arrival_new", ()),
    "emergency": ("emergency_new", ()),
}


def _kinds() -> list[tuple[str, str]]:
    return [(kind, said(form.title)) for kind, form in FORMS.items()]


class PrintForm(RefusableForm):
    """Which form, how many, and what stands on it already. Printing writes nothing: read from the address."""

    kind = forms.ChoiceField(label=gettext_lazy("哪种单据"), choices=_kinds)
    copies = PieceField(label=gettext_lazy("份数"), least=1)
    written = forms.CharField(
        label=gettext_lazy("预先印上的单位或仓库"), required=False, max_length=LONGEST_WRITTEN,
        help_text=gettext_lazy("印在第一栏;不填就留空"),
    )  # fmt: skip


class NumberForm(RefusableForm):
    """The number of a paper that was filled in."""

    number = forms.CharField(label=gettext_lazy("已填好的纸单,输入编号"), max_length=30)


@desk_page("import", "enter")
def paper_forms(request: Any) -> HttpResponse:
    """Choose and print; or name a paper and go on to it."""
    printed = PrintForm(request.GET if "kind" in request.GET else None, initial={"copies": 10, "kind": "requisition"})
    asked = NumberForm(request.GET if "number" in request.GET else None)
    if asked.is_bound and asked.is_valid():
        try:
            number, _kind = read_number(asked.cleaned_data["number"])
            return HttpResponseRedirect(reverse("paper_form", args=[number]))
        except Refusal as refusal:
            asked.refuse(refusal)
    if printed.is_bound and printed.is_valid():
        try:
            return _pdf(request, printed.cleaned_data)
        except Refusal as refusal:
            printed.refuse(refusal)
    return render_page(
        request, "desk/paper_forms/forms.html", title=_("空白纸单"), printed=printed, asked=asked, most=MOST_COPIES,
        back=(_("导入"), reverse("import_list")),
        status=400 if printed.errors or asked.errors else 200,
    )  # fmt: skip


def _pdf(request: Any, values: dict[str, Any]) -> HttpResponse:
    form = form_of(values["kind"])
    content = forms_pdf(
        form,
        copies=values["copies"],
        written=values["written"],
        bureau=named(request.bureau),
        address=lambda number: absolute(request, "paper_form", number),
        at=request.at,
        language=get_language() or "zh-hans",
    )
    return download(content, name=f"{said(form.title)}.pdf", content_type="application/pdf")


@desk_page("import", "enter")
def paper_form(request: Any, number: str) -> HttpResponse:
    """Where the QR of a paper leads: what was entered from it already, and the way to enter it."""
    number, kind = read_number(number)
    form = form_of(kind)
    found = entered_from(request.actor, request.bureau.pk, number)
    return render_page(
        request, "desk/paper_forms/form.html", title=headed((f"纸单 {number}", f"Paper {number}")),
        number=number, form_title=said(form.title), found=found, entry=_entry(request, form, number, found),
        back=(_("空白纸单"), reverse("paper_forms")),
    )  # fmt: skip


def _entry(request: Any, form: PaperForm, number: str, found: list[Entered]) -> str:
    """The page that enters it, with its number; "" for whom that page is not."""
    thing, action = form.act
    if not guard.can(request.actor, action, thing, bureau_id=request.bureau.pk):
        return ""
    name, arguments = ENTRIES[form.kind]
    return f"{reverse(name, args=arguments)}?paper={number}"
