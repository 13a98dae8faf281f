"""盘点: sheets, entry on the phone, signatures."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.stocktaking import lists, papers
from liangcao.interfaces.web.desk.stocktaking.forms import EntryForm, FoundForm, OpenForm, SignForm
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.operations.stocktaking import actions, queries, rules
from liangcao.operations.stocktaking.actions import CountInput, FoundInput


@desk_page("stock_count")
def count_list(request: Any) -> HttpResponse:
    """All sheets, newest first."""
    rows = queries.sheets(request.actor, request.bureau.pk)
    return listing.answer(
        request, lists.count_listing(request), rows, title=_("盘点"), template="desk/stocktaking/counts.html"
    )


@desk_page("stock_count", "count")
def count_new(request: Any) -> HttpResponse:
    """Open a sheet."""
    return act_page(
        request,
        OpenForm(request),
        title=_("开盘点表"),
        button=_("开表"),
        summary=_("账面数从现在起冻结备查;盘点期间出入库照常,每一行按点的那一刻比对。"),
        back=reverse("count_list"),
        do=lambda values: actions.open_count(
            bureau_id=request.bureau.pk,
            store_id=values["store"].pk,
            item_id=values["item"].pk if values["item"] else None,
            category_id=values["category"].pk if values["category"] else None,
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda made: reverse("count", args=[made.pk]),
        message=_("已开表。点“录入数量”逐行清点,或打印后带着点。"),
    )


@desk_page("stock_count")
def count(request: Any, sheet_id: int) -> HttpResponse:
    """One sheet; printed while it is open it is the paper to count on."""
    sheet = queries.sheet(request.actor, sheet_id)
    paper = papers.count_paper(request, sheet)
    return document.answer(
        request, paper, template="desk/stocktaking/count.html", qr=papers.qr_of_entry(request, sheet)
    )


@desk_page("stock_count")
def count_lines(request: Any, sheet_id: int) -> HttpResponse:
    """The lines of a sheet as a list: to sort, to export."""
    sheet = queries.sheet(request.actor, sheet_id)
    rows = queries.counted(request.actor, sheet)
    return listing.answer(request, lists.line_listing(sheet), rows, title=f"{_('盘点表')} {sheet.number}")


@desk_page("stock_count", "count")
def count_entry(request: Any, sheet_id: int) -> HttpResponse:
    """What was counted: some lines or all, on the spot or from paper."""
    sheet = queries.sheet(request.actor, sheet_id)
    rules.check_can_count(request.actor, sheet, at=request.at)
    rows = queries.left_to_count(sheet, queries.counted(request.actor, sheet))
    return act_page(
        request,
        EntryForm(request, rows=rows),
        title=_("录入数量"),
        button=_("保存已点的行"),
        back=reverse("count", args=[sheet.pk]),
        template="desk/stocktaking/entry.html",
        sheet=sheet,
        do=lambda values: actions.enter_counts(
            sheet_id=sheet.pk,
            entries=[CountInput(line["line"], line["quantity"], line["note"]) for line in values["lines"]],
            counted_at=values["counted_at"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _done: reverse("count", args=[sheet.pk]),
        message=_("已保存。"),
    )


@desk_page("stock_count", "count")
def count_found(request: Any, sheet_id: int) -> HttpResponse:
    """Goods that are on no line."""
    sheet = queries.sheet(request.actor, sheet_id)
    rules.check_can_add_found(request.actor, sheet, at=request.at)
    kept = ("quantity", "maker_lot", "no_lot_reason", "produced_on", "expires_on", "note")
    return act_page(
        request,
        FoundForm(request),
        title=_("添加表外物资"),
        button=_("添加"),
        back=reverse("count", args=[sheet.pk]),
        do=lambda values: actions.add_found(
            sheet_id=sheet.pk,
            found=FoundInput(
                item_id=values["item"].pk,
                resembles_id=values["resembles"].pk if values["resembles"] else None,
                **{name: values[name] for name in kept},
            ),
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _line: reverse("count", args=[sheet.pk]),
        message=_("已添加。"),
    )


def _step(request: Any, sheet_id: int, form: Any, *, title: str, do: Any, message: str, **shown: Any) -> HttpResponse:
    return returning_act(
        request,
        form,
        partial(do, sheet_id=sheet_id),
        title=title,
        button=title,
        message=message,
        back=reverse("count", args=[sheet_id]),
        **shown,
    )


@desk_page("stock_count", "count")
def count_completion(request: Any, sheet_id: int) -> HttpResponse:
    """The round is complete."""
    queries.sheet(request.actor, sheet_id)
    return _step(
        request, sheet_id, ActForm(request), title=_("清点完成"), do=actions.finish_count,
        summary=_("完成后显示账面数和差异,本轮不能再改。"), message=_("清点完成。"),
    )  # fmt: skip


@desk_page("stock_count", "count")
def count_recount(request: Any, sheet_id: int) -> HttpResponse:
    """Count again what differs."""
    sheet = queries.sheet(request.actor, sheet_id)
    differing = queries.differing(queries.counted(request.actor, sheet)) if queries.shows_book(sheet) else []
    return _step(
        request, sheet_id, ActForm(request), title=_("复盘"), do=actions.start_recount,
        summary=_("%(count)s 行要由另一人重新点,不显示上一轮的数。") % {"count": len(differing)}, message=_("已开始复盘。"),
    )  # fmt: skip


@desk_page("stock_count", "count")
def count_signature(request: Any, sheet_id: int) -> HttpResponse:
    """The first signature."""
    sheet = queries.sheet(request.actor, sheet_id)
    rules.check_count_step(sheet, "signed")
    differs = bool(queries.differing(queries.counted(request.actor, sheet)))
    return _step(
        request, sheet_id, SignForm(request, differs=differs), title=_("签字"), do=actions.sign_count,
        summary=papers.variance_summary(request, sheet), message=_("已签字,等另一人复核。"),
    )  # fmt: skip


@desk_page("stock_count", "confirm")
def count_confirmation(request: Any, sheet_id: int) -> HttpResponse:
    """The second signature: posted."""
    sheet = queries.sheet(request.actor, sheet_id)
    rules.check_can_confirm(request.actor, sheet, at=request.at)
    return _step(
        request, sheet_id, ActForm(request), title=_("复核签字,入账"), do=actions.confirm_count,
        summary=papers.variance_summary(request, sheet), message=_("已入账。"),
    )  # fmt: skip


@desk_page("stock_count", "confirm")
def count_return(request: Any, sheet_id: int) -> HttpResponse:
    """Back to who counted."""
    queries.sheet(request.actor, sheet_id)
    return _step(
        request, sheet_id, ReasonForm(request), title=_("退回"), do=actions.return_count, message=_("已退回。")
    )


@desk_page("stock_count", "cancel")
def count_cancellation(request: Any, sheet_id: int) -> HttpResponse:
    """Given up; the book stays as it is."""
    queries.sheet(request.actor, sheet_id)
    return _step(
        request, sheet_id, ReasonForm(request), title=_("作废"), do=actions.cancel_count, message=_("已作废。"),
        danger=True, summary=_("作废后账面不变,已点的数留在表上备查。"),
    )  # fmt: skip
