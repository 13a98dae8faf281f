"""The contact list: on screen, on one sheet of paper, as a workbook and as a Word file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.duty.organisation import groups_shown
from liangcao.interfaces.web.listing import exports_of, sheet_of
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.spreadsheet import download
from liangcao.interfaces.web.templatetags.words import full_day, named, said
from liangcao.operations.duty import queries
from liangcao.operations.duty.flow import POSITIONS
from liangcao.oversight.briefing.word import CONTENT_TYPE, Sheet, sheet_bytes


def _columns() -> tuple[Column, ...]:
    return (
        Column("position", _("职务"), lambda row: POSITIONS[row.position]),
        Column("person", _("姓名"), lambda row: row.person.name, phone="title"),
        Column("seconded_from", _("借调自")),
        Column("phone", _("工作电话"), phone="main"),
    )


@desk_page("duty")
def contacts(request: Any) -> HttpResponse:
    """Group by group, heads first; posts with their telephones on top."""
    groups = [
        (named(part["group"]), [each["member"] for each in part["members"]])
        for part in groups_shown(request)
        if part["members"]
    ]
    posts = list(queries.posts(request.actor, request.bureau.pk))
    if kind := request.GET.get("format"):
        return _download(request, kind, groups, posts)
    columns = _columns()
    return render_page(
        request,
        "desk/duty/contacts.html",
        title=_("应急通讯录"),
        on=business_date(request.at),
        posts=posts,
        exports=exports_of(request),
        tables=[table(columns, members, title=name) for name, members in groups],
    )


def _download(request: Any, kind: str, groups: list[tuple[str, list[Any]]], posts: list[Any]) -> HttpResponse:
    title, today = _("应急通讯录"), business_date(request.at)
    note, name = f"{named(request.bureau)} · {full_day(today)}", f"{title}-{today}"
    spreadsheet.check_format(kind, among=(*spreadsheet.FORMATS, "docx"))
    if kind != "docx":
        columns = (Column("group", _("工作组"), lambda row: named(row.group)), *_columns())
        held = [member for _group, members in groups for member in members]
        return spreadsheet.answer(sheet_of(columns, held, title=title, notes=[note]), kind=kind, name=name)
    heads = (_("工作组"), *(str(column.label) for column in _columns()))
    lines = [f"{named(post)} {post.phone}" for post in posts if post.phone]
    rows = [
        (
            group if place == 0 else "",
            said(POSITIONS[each.position]),
            each.person.name,
            each.seconded_from,
            each.phone,
        )
        for group, members in groups
        for place, each in enumerate(members)
    ]
    paper = Sheet(title, note, tuple(lines), heads, (42, 20, 32, 42, 44), tuple(rows))
    return download(sheet_bytes(paper, made_at=request.at), name=f"{name}.docx", content_type=CONTENT_TYPE)
