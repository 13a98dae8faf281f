"""Swaps: asked on a shift's page, answered on the list or on the shift."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from liangcao.interfaces.web import listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Table, table
from liangcao.interfaces.web.desk.duty.forms import RemarkForm, SwapForm, shift_words
from liangcao.interfaces.web.desk.duty.lists import SWAPS, exchange_words
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import chip
from liangcao.operations.duty import actions, queries, rules
from liangcao.operations.duty.flow import SHIFT_SWAP_FLOW


@desk_page("duty")
def swaps(request: Any) -> HttpResponse:
    """All swaps, newest first; on top those that wait for the reader."""
    rows = queries.swaps(request.actor, bureau_id=request.bureau.pk)
    mine = list(rows.filter(status="asked", to_person__user_id=request.actor.user_id).order_by("asked_at", "pk"))
    asked = swap_table(request, mine) if mine else None
    return listing.answer(request, SWAPS, rows, title=_("换班"), template="desk/duty/swaps.html", asked=asked)


def swap_table(request: Any, rows: Iterable[Any]) -> Table:
    """Swaps with the answers that the reader may give."""
    columns = (
        Column("shift", _("班次"), lambda row: shift_words(row.shift), phone="title"),
        Column("to_person", _("请谁来值"), lambda row: f"{row.from_person.name} → {row.to_person.name}"),
        Column("exchange_for", _("换回"), exchange_words),
        Column("reason", _("原因")),
        Column("status", _("状态"), lambda row: chip(row.status, SHIFT_SWAP_FLOW), kind="mark", phone="main"),
        Column("acts", _("办理"), lambda row: _buttons(request, row), kind="mark"),
    )
    return table(columns, rows, title=_("换班"))


def _buttons(request: Any, row: Any) -> Any:
    offered = (
        ("accepted", _("同意"), "swap_acceptance"),
        ("declined", _("不同意"), "swap_refusal"),
        ("withdrawn", _("撤回"), "swap_withdrawal"),
    )
    shown = [
        (address(name, row.pk), words)
        for target, words, name in offered
        if rules.can_answer_swap(request.actor, row, target)
    ]
    one = '<a class="btn" href="{0}" hx-get="{0}" hx-target="#dialog-body" data-opens-dialog>{1}</a>'
    return format_html_join(" ", one, shown) if shown else format_html("{}", row.answer)


@desk_page("duty", "swap")
def swap_new(request: Any, shift_id: int) -> HttpResponse:
    """Ask somebody to take a shift."""
    held = queries.shift(request.actor, shift_id)

    def do(values: dict[str, Any]) -> Any:
        exchange = values["exchange_for_id"]
        return actions.ask_swap(
            shift_id=shift_id, to_person_id=values["to_person_id"].pk,
            exchange_for_id=exchange.pk if exchange else None,
            reason=values["reason"], by=request.actor, at=request.at, client_id=values["client_id"],
        )  # fmt: skip

    return act_page(
        request,
        SwapForm(request, shift=held),
        title=_("换班"),
        button=_("提出换班"),
        do=do,
        to=lambda _made: reverse("shift", args=[shift_id]),
        message=_("已提出;对方同意后值班表才变。"),
        summary=shift_words(held),
        back=reverse("shift", args=[shift_id]),
    )


def _answer_page(request: Any, swap_id: int, form: Any, *, title: str, message: str, do: Any) -> HttpResponse:
    held = queries.swap(request.actor, swap_id)
    return act_page(
        request,
        form,
        title=title,
        button=title,
        do=lambda values: do(
            swap_id=swap_id, answer=values["reason"], by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda _done: reverse("shift", args=[held.shift_id]),
        message=message,
        summary=f"{shift_words(held.shift)} → {held.to_person.name}:{held.reason}",
        back=reverse("swap_list"),
    )


@desk_page("duty", "swap")
def acceptance(request: Any, swap_id: int) -> HttpResponse:
    """I take it."""
    return _answer_page(
        request,
        swap_id,
        RemarkForm(request),
        title=_("同意换班"),
        message=_("已换班,值班表已改。"),
        do=actions.accept_swap,
    )


@desk_page("duty", "swap")
def refusal(request: Any, swap_id: int) -> HttpResponse:
    """I cannot."""
    return _answer_page(
        request, swap_id, ReasonForm(request), title=_("不同意换班"), message=_("已答复。"), do=actions.decline_swap
    )


@desk_page("duty", "swap")
def withdrawal(request: Any, swap_id: int) -> HttpResponse:
    """Not needed any more."""
    return _answer_page(
        request, swap_id, RemarkForm(request), title=_("撤回换班"), message=_("已撤回。"), do=actions.withdraw_swap
    )
