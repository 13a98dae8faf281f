"""Acts on an import: describe, confirm, leave out, take in again, import, give up, mean it once more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liangcao.interfaces.intake.importing import actions, correcting, queries
from liangcao.interfaces.intake.importing.taking_over import AT_ONCE_ROWS, import_rows
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.imports.forms import DescriptionForm, RowsForm, VersionForm
from liangcao.interfaces.web.desk.imports.words import kind_word, reason_word
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import quantity


def back_to(run_id: int) -> str:
    """The page of an import."""
    return reverse("import", args=[run_id])


@desk_page("import", "enter")
def description(request: Any, import_id: int) -> HttpResponse:
    """Say what is true of the whole file."""
    run = queries.run(request.actor, import_id)
    form = DescriptionForm(request, run=run)
    return act_page(
        request,
        form,
        title=_("导入说明"),
        button=_("保存"),
        summary=_("对整份文件都成立的内容;保存后各行重新核对。"),
        do=lambda values: actions.describe_import(
            run_id=import_id,
            given=form.given(values),
            sender=values["sender"],
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _run: back_to(import_id),
        message=_("导入说明已保存。"),
        back=back_to(import_id),
    )


def _bulk(
    request: Any, import_id: int, act: Callable[..., int], *, statuses: tuple[str, ...], title: str, words: str
) -> HttpResponse:
    """An act on the rows that are ticked, of one reason, or all of these states. `words` says it with their count."""
    run = queries.run(request.actor, import_id)
    reason = request.GET.get("reason", "")[:40]
    form = RowsForm(request, initial={"version": run.version, "reason": reason})
    found = queries.rows_of(request.actor, import_id, reason=reason).filter(status__in=statuses)
    summary = words % {"count": quantity(found.count())}
    if reason:
        summary = f"{summary} {_('原因:%(reason)s') % {'reason': reason_word(reason)}}"
    return act_page(
        request,
        form,
        title=title,
        button=title,
        summary="" if request.POST.get("ticked") else summary,
        do=lambda values: act(
            run_id=import_id,
            row_ids=values["rows"],
            reason=values["reason"],
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _count: back_to(import_id),
        back=back_to(import_id),
    )


@desk_page("import", "enter")
def confirmation(request: Any, import_id: int) -> HttpResponse:
    """Rows that wait are right as they stand."""
    words = _("%(count)s 行待确认的按“读成”一栏确认为可导入。")
    return _bulk(request, import_id, correcting.confirm_rows, statuses=("confirm",), title=_("确认无误"), words=words)


@desk_page("import", "enter")
def exclusion(request: Any, import_id: int) -> HttpResponse:
    """Rows that are not wanted."""
    statuses = ("good", "confirm", "wrong") if request.GET.get("reason") else ("confirm", "wrong")
    words = _("%(count)s 行不导入;导入以前可以重新纳入。")
    return _bulk(request, import_id, correcting.leave_out_rows, statuses=statuses, title=_("不导入"), words=words)


@desk_page("import", "enter")
def inclusion(request: Any, import_id: int) -> HttpResponse:
    """Rows that were left out are wanted after all."""
    words = _("%(count)s 行不导入的重新纳入,并重新核对。")
    return _bulk(request, import_id, correcting.take_in_rows, statuses=("left_out",), title=_("重新纳入"), words=words)


@desk_page("import", "enter")
def posting(request: Any, import_id: int) -> HttpResponse:
    """Import all good rows, or none."""
    run = queries.run(request.actor, import_id)
    found = queries.rows_of(request.actor, import_id)
    good, left = (found.filter(status=status).count() for status in ("good", "left_out"))
    summary = _("%(kind)s:%(good)s 行一次导入,有一行不成就全部不导入。") % {
        "kind": kind_word(run.kind), "good": quantity(good),
    }  # fmt: skip
    if left:
        summary += _("%(left)s 行不导入。") % {"left": quantity(left)}
    if good > AT_ONCE_ROWS:
        summary += _("行数较多,在后台办理,页面会显示进度。")
    return _simple(
        request,
        import_id,
        import_rows,
        title=_("导入登记"),
        button=ngettext("导入 %(count)s 行", "导入 %(count)s 行", good) % {"count": quantity(good)},
        summary=summary,
        message=_("已导入。") if good <= AT_ONCE_ROWS else _("正在导入。"),
    )


@desk_page("import", "enter")
def abandonment(request: Any, import_id: int) -> HttpResponse:
    """Give it up: nothing was imported."""
    return _simple(
        request,
        import_id,
        actions.discard_import,
        title=_("放弃导入"),
        summary=_("什么也没有入账,以后也不会由它入账;原件和更正的记录仍保留。同一文件可以重新送来。"),
        message=_("已放弃。"),
        danger=True,
    )


@desk_page("import", "enter")
def resumption(request: Any, import_id: int) -> HttpResponse:
    """The same rows are meant once more."""
    return _simple(
        request,
        import_id,
        actions.reopen_import,
        title=_("仍要导入"),
        summary=_("同样的内容以前导入过。确认这是另外一次,再逐行核对后导入;否则会重复。"),
        message=_("可以核对了。"),
    )


def _simple(request: Any, import_id: int, act: Callable[..., Any], **shown: Any) -> HttpResponse:
    run = queries.run(request.actor, import_id)
    return returning_act(
        request,
        VersionForm(request, initial={"version": run.version}),
        partial(act, run_id=import_id),
        back=back_to(import_id),
        **{"button": shown["title"], **shown},
    )
