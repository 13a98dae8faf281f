"""Acts of the first day: import the opening stock, say that there is none, sign, send back, confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.files.actions import store
from liangcao.interfaces.intake.opening_stock import read_opening_stock
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.pages import desk_page, tell_mended
from liangcao.interfaces.web.spreadsheet import XLSX
from liangcao.operations.supply import actions, queries


class FileForm(ActForm):
    """A workbook."""

    file = forms.FileField(
        label=gettext_lazy("工作簿"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
        error_messages={"empty": gettext_lazy("文件是空的,请重新选择。")},
    )


class SignForm(ActForm):
    """Nothing to fill in: what is signed is the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(SignForm):
    """Why the list goes back."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


def _back() -> str:
    return reverse("opening_stock")


@desk_page("opening_stock", "enter")
def opening_file(request: Any) -> HttpResponse:
    """Import the list; it replaces the one before."""

    def do(values: dict[str, Any]) -> Any:
        given = values["file"]
        content = given.read()
        lines, mended = read_opening_stock(content, name=given.name, by=request.actor, bureau_id=request.bureau.pk)
        kept = store(
            bureau_id=request.bureau.pk, name=given.name[:200], content=content, content_type=XLSX, at=request.at
        )
        entered = actions.enter_opening_stock(
            bureau_id=request.bureau.pk,
            lines=lines,
            file=kept,
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        )
        tell_mended(request, mended)
        return entered

    return act_page(
        request,
        FileForm(request),
        title=_("导入期初库存"),
        button=_("导入"),
        summary=_("整张表一次导入;有一处不对就全部不导入,并逐行列出原因。再次导入会替换上一次的内容。"),
        back=_back(),
        do=do,
        to=lambda _made: _back(),
        message=_("已导入,请核对后签字。"),
        template="desk/first_day/file.html",
    )


@desk_page("opening_stock", "enter")
def opening_empty(request: Any) -> HttpResponse:
    """The stores are empty."""
    return act_page(
        request,
        ActForm(request),
        title=_("没有期初库存"),
        button=_("确认仓库是空的"),
        summary=_("确认后仍要两人签字;已导入的内容会被清空。"),
        back=_back(),
        do=lambda values: actions.enter_opening_stock(
            bureau_id=request.bureau.pk, lines=(), by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda _made: _back(),
        message=_("已登记:仓库是空的。"),
    )


def _initial(request: Any) -> dict[str, int]:
    return {"version": queries.opening_stock(request.actor, bureau_id=request.bureau.pk).version}


def _signing(request: Any, act: Any) -> Any:
    return lambda values: act(bureau_id=request.bureau.pk, **values, by=request.actor, at=request.at)


@desk_page("opening_stock", "sign")
def opening_sign(request: Any) -> HttpResponse:
    """The first signature."""
    return act_page(
        request,
        SignForm(request, initial=_initial(request)),
        title=_("签字:点库属实"),
        button=_("签字"),
        summary=_("签字后清单不能再改,除非退回;还须另一人复核签字。"),
        back=_back(),
        do=_signing(request, actions.sign_opening_stock),
        to=lambda _made: _back(),
        message=_("已签字,请另一人复核。"),
    )


@desk_page("opening_stock", "sign")
def opening_return(request: Any) -> HttpResponse:
    """Send the signed list back."""
    return act_page(
        request,
        ReturnForm(request, initial=_initial(request)),
        title=_("退回期初库存"),
        button=_("退回"),
        danger=True,
        back=_back(),
        do=_signing(request, actions.return_opening_stock),
        to=lambda _made: _back(),
        message=_("已退回,第一人的签字作废。"),
    )


@desk_page("opening_stock", "sign")
def opening_confirm(request: Any) -> HttpResponse:
    """The second signature: the book is live."""
    return act_page(
        request,
        SignForm(request, initial=_initial(request)),
        title=_("复核签字,台账启用"),
        button=_("签字并启用"),
        summary=_("签字后期初库存记入台账,不能再改;以后发现的库存按盘盈处理。"),
        back=_back(),
        do=_signing(request, actions.confirm_opening_stock),
        to=lambda _made: reverse("first_day"),
        message=_("台账已启用。"),
    )
