"""Hand-overs: what is open lists itself; signed by who leaves, taken by who comes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.interfaces.web import document, listing, spreadsheet
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.alerts import alert_links, frozen_moment
from liangcao.interfaces.web.cells import Column, Table, table
from liangcao.interfaces.web.desk.duty.forms import HandOverForm
from liangcao.interfaces.web.desk.duty.lists import HAND_OVERS
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.reach import table_for
from liangcao.interfaces.web.templatetags.words import chip, chip_of, moment, named, role_said, said
from liangcao.operations.duty import actions, queries, rules
from liangcao.operations.duty.flow import HAND_OVER_FLOW
from liangcao.oversight.watch.queries import open_work
from liangcao.oversight.watch.text import hand_over_word


@desk_page("hand_over")
def hand_overs(request: Any) -> HttpResponse:
    """All hand-overs, newest first."""
    rows = queries.hand_overs(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, HAND_OVERS, rows, title=_("交接班"), template="desk/duty/hand_overs.html")


@desk_page("hand_over", "sign")
def hand_over_new(request: Any, shift_id: int) -> HttpResponse:
    """What is open now, a note, and the signature; what is signed is only shown."""
    shift = queries.shift(request.actor, shift_id)
    rules.check_can_hand_over(request.actor, shift, at=request.at)
    if request.method != "POST" and hasattr(shift, "hand_over"):
        return redirect("hand_over", shift.hand_over.pk)
    content = open_work(request.actor, request.bureau.pk, at=request.at, shift=shift)

    def do(values: dict[str, Any]) -> Any:
        word = hand_over_word(content, note=values["note"], made_at=request.at)
        return actions.sign_hand_over(
            shift_id=shift_id, content=content, word=word, note=values["note"], by=request.actor, at=request.at,
            client_id=values["client_id"],
        )  # fmt: skip

    return act_page(
        request,
        HandOverForm(request),
        title=_("交班 %(post)s") % {"post": named(shift.post)},
        button=_("签字交班"),
        do=do,
        to=lambda made: reverse("hand_over", args=[made.pk]),
        message=_("已交班并定稿,等待接班人签字。"),
        back=reverse("shift", args=[shift_id]),
        template="desk/duty/hand_over_form.html",
        open_tables=[table_for(request, each) for each in tables_of(content)],
        alerts=alert_links(request, content["alerts"]),
        next_person=content["shift"]["next_person"],
    )


def tables_of(content: dict[str, Any]) -> list[Table]:
    """One table a section, from the frozen rows."""
    return [
        table(
            _columns(),
            part["rows"],
            title=f"{said((part['zh'], part['en'].capitalize()))} {part['count']}",
            tone=lambda row: "alarm" if row["is_overdue"] else "",
        )
        for part in content["sections"]
    ]


def _columns() -> tuple[Column, ...]:
    return (
        Column("number", _("单号"), kind="code", link=lambda row: address(row["url_name"], row["url_arg"]),
               phone="title"),
        Column("text", _("内容")),
        Column("state", _("状态"), lambda row: (row["zh"], row["en"]), phone="main"),
        Column("turn", _("轮到"), lambda row: row["who"] or (role_said(row["turn"]) if row["turn"] else "")),
        Column("since", _("自"), lambda row: frozen_moment(row["since"])),
        Column("due", _("时限"), _due),
    )  # fmt: skip


def _due(row: dict[str, Any]) -> Any:
    if row["is_overdue"]:
        return format_html("{} {}", frozen_moment(row["due"]), chip_of(_("已逾期"), "alarm"))
    return frozen_moment(row["due"])


@desk_page("hand_over")
def hand_over(request: Any, hand_over_id: int) -> HttpResponse:
    """A hand-over as it was signed; the page prints."""
    held = queries.hand_over(request.actor, hand_over_id)
    return document.answer(
        request,
        _paper(request, held),
        template="desk/duty/hand_over.html",
        alerts=alert_links(request, held.content["alerts"]),
    )


def _paper(request: Any, held: Any) -> Document:
    shift = held.shift
    taken = [Fact(_("接班人"), held.taken_by), Fact(_("接班时间"), moment(held.taken_at))] if held.taken_at else []
    acts = []
    if rules.can_take_over(request.actor, held):
        acts.append(Act(_("接班"), address("hand_over_acceptance", held.pk), is_next=True))
    acts.append(Act(_("文档"), address("hand_over_file", held.pk), in_dialog=False))
    return Document(
        kind=_("交接班"),
        number=held.number,
        state=chip(held.status, HAND_OVER_FLOW),
        facts=[
            Fact(_("岗位"), named(shift.post)),
            Fact(_("班次"), format_html("{}—{}", moment(shift.starts_at), moment(shift.ends_at))),
            Fact(_("交班人"), held.signed_by),
            Fact(_("交班时间"), moment(held.signed_at)),
            Fact(_("下一班"), held.next_shift.person.name if held.next_shift else _("未排班")),
            *taken,
            Fact(_("交班说明"), held.note or _("无"), is_wide=True),
            Fact(_("内容校验值"), format_html('<span class="hash">{}</span>', held.content_digest), is_wide=True),
        ],
        acts=acts,
        tables=tables_of(held.content),
        links=[Link(_("班次"), named(shift.post), address("shift", shift.pk))],
        history=history_of(request, object_kind="hand_over", object_ref=held.number),
        back=(_("交接班"), address("hand_over_list")),
    )


@desk_page("hand_over")
def hand_over_file(request: Any, hand_over_id: int) -> HttpResponse:
    """The frozen Word file."""
    name, content, content_type = queries.hand_over_file(request.actor, hand_over_id)
    return spreadsheet.download(content, name=name, content_type=content_type)


@desk_page("hand_over", "take")
def acceptance(request: Any, hand_over_id: int) -> HttpResponse:
    """The next shift signs."""
    held = queries.hand_over(request.actor, hand_over_id)
    count = sum(part["count"] for part in held.content["sections"])
    return act_page(
        request,
        ActForm(request),
        title=_("接班"),
        button=_("签字接班"),
        do=lambda values: actions.take_over(
            hand_over_id=hand_over_id, by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda _done: reverse("hand_over", args=[hand_over_id]),
        message=_("已接班。"),
        summary=_("%(who)s 交来未办事项 %(count)s 项。") % {"who": held.signed_by, "count": count},
        back=reverse("hand_over", args=[hand_over_id]),
    )
