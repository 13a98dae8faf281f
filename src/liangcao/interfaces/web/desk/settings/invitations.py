"""邀请: how outside organisations come in, one by one or by workbook; links for the chat groups."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.intake.invitations import COLUMNS, SHEET, read_invitations
from liangcao.interfaces.web import document, listing, spreadsheet
from liangcao.interfaces.web.acts import act_page, submit
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.settings import account_forms
from liangcao.interfaces.web.desk.settings.links import absolute, link_page
from liangcao.interfaces.web.document import Act, Document, Fact, history_of
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import can, desk_page, tell_mended
from liangcao.interfaces.web.refusals import told
from liangcao.interfaces.web.templatetags.words import chip_of, moment, named, role_said
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties

STATES = {
    "open": (gettext_lazy("等待接受"), "wait"),
    "accepted": (gettext_lazy("已接受"), "done"),
    "revoked": (gettext_lazy("已撤销"), "aside"),
    "expired": (gettext_lazy("已过期"), "aside"),
}


def state_of(invitation: Any, at: Any) -> str:
    """open, accepted, revoked or expired."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.revoked_at:
        return "revoked"
    return "open" if at < invitation.expires_at else "expired"


def state_chip(invitation: Any, at: Any) -> Any:
    """The state as a chip."""
    return chip_of(*STATES[state_of(invitation, at)])


def _in_state(rows: Any, state: str, at: Any) -> Any:
    if state == "accepted":
        return rows.exclude(accepted_at=None)
    if state == "revoked":
        return rows.exclude(revoked_at=None)
    waiting = rows.filter(accepted_at=None, revoked_at=None)
    return waiting.filter(expires_at__gt=at) if state == "open" else waiting.filter(expires_at__lte=at)


def _listing(at: Any) -> Listing:
    return Listing(
        name="invitations",
        columns=(
            Column(
                "organisation", _("单位"), value=lambda row: named(row.organisation), phone="title",
                link=lambda row: address("invitation", row.pk),
            ),
            Column("role", _("岗位"), value=lambda row: role_said(row.role)),
            Column("state", _("状态"), value=lambda row: state_chip(row, at), kind="mark", phone="main",
                   plain=lambda row: STATES[state_of(row, at)][0]),
            Column("person", _("接受人"), value=lambda row: row.person.name if row.person else ""),
            Column("made_by", _("邀请人"), phone="hide"),
            Column("made_at", _("邀请时间"), kind="moment"),
            Column("expires_at", _("有效至"), kind="moment", phone="hide"),
        ),
        order=("-pk",),
        filters=(
            Filter("state", _("状态"), lambda rows, state: _in_state(rows, state, at),
                   choices=lambda _request: [(key, words[0]) for key, words in STATES.items()]),
        ),
        search=lambda rows, text: rows.filter(
            Q(organisation__name__icontains=text) | Q(organisation__pinyin__icontains=text.lower())
        ),
        search_hint=_("单位名称、拼音"),
        empty=Empty(_("还没有邀请过单位。"), ((_("用表格邀请"), "invitation_file"),)),
    )  # fmt: skip


@desk_page("invitation")
def invitation_list(request: Any) -> HttpResponse:
    """Invitations, newest first."""
    rows = parties.invitations(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(
        request,
        _listing(request.at),
        rows,
        title=_("邀请"),
        template="desk/settings/invitations.html",
        may_make_many=can(request, "make_many", "invitation"),
    )


@desk_page("invitation")
def invitation(request: Any, invitation_id: int) -> HttpResponse:
    """One invitation."""
    held = parties.invitation(request.actor, invitation_id)
    acts = []
    if state_of(held, request.at) == "open":
        acts.append(Act(_("显示链接"), address("invitation_link", held.pk), is_next=True, in_dialog=False))
        acts.append(Act(_("撤销"), address("invitation_revocation", held.pk), danger=True))
    shown = Document(
        kind=_("邀请"),
        number=named(held.organisation),
        state=state_chip(held, request.at),
        facts=[
            Fact(_("单位"), named(held.organisation), address("organisation", held.organisation_id)),
            Fact(_("岗位"), role_said(held.role)),
            Fact(_("邀请人"), held.made_by),
            Fact(_("邀请时间"), moment(held.made_at)),
            Fact(_("有效至"), moment(held.expires_at)),
            Fact(_("接受人"), held.person.name if held.person else "", address("person", held.person_id or 0)),
        ],
        acts=acts,
        history=history_of(request, object_kind="invitation", object_ref=str(held.pk)),
        back=(_("邀请"), address("invitation_list")),
    )
    return document.answer(request, shown)


def made_link(request: Any, held: Any) -> dict[str, Any]:
    """What the page of a made link shows."""
    return {
        "who": f"{named(held.organisation)} · {role_said(held.role)}",
        "link": absolute(request, "acceptance", actions.secret_of(held.nonce)),
        "hint": _("请把链接发给这个单位的联系人。只能用一次,14 天内有效;发错了可以撤销。"),
        "onward": "",
    }


@desk_page("invitation", "make")
@require_recent_login
def invitation_link(request: Any, invitation_id: int) -> HttpResponse:
    """The link once more, while it works."""
    held = parties.invitation(request.actor, invitation_id)
    if state_of(held, request.at) != "open":
        return invitation(request, invitation_id)
    shown = {"title": _("邀请链接"), "frame": "frame_desk.html", "back": reverse("invitation", args=[held.pk])}
    return render(request, "made_link.html", {**shown, **made_link(request, held)})


@desk_page("invitation", "make")
@require_recent_login
def invitation_new(request: Any) -> HttpResponse:
    """Invite one organisation."""
    return link_page(
        request,
        account_forms.InvitationForm(request),
        title=_("邀请单位"),
        button=_("生成链接"),
        back=reverse("invitation_list"),
        do=lambda values: actions.invite(
            organisation_id=values["organisation"].pk, role=values["role"], by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        shown=lambda held: {**made_link(request, held), "onward": reverse("invitation", args=[held.pk])},
    )  # fmt: skip


@desk_page("invitation", "make")
@require_recent_login
def invitation_revocation(request: Any, invitation_id: int) -> HttpResponse:
    """The link stops working."""
    held = parties.invitation(request.actor, invitation_id)
    return act_page(
        request,
        ActForm(request),
        title=_("撤销邀请:%(unit)s") % {"unit": named(held.organisation)},
        button=_("撤销"),
        summary=_("链接立即失效。要再邀请,请另发一个。"),
        danger=True,
        back=reverse("invitation", args=[invitation_id]),
        do=lambda _values: actions.revoke_invitation(invitation_id=invitation_id, by=request.actor, at=request.at),
        to=lambda done: reverse("invitation", args=[done.pk]),
        message=_("已撤销。"),
    )


@desk_page("invitation", "make_many")
@require_recent_login
def invitation_file(request: Any) -> HttpResponse:
    """Invite by workbook: all or nothing, and the same workbook again changes nothing."""
    form = account_forms.BulkForm(request)
    if request.method == "POST":
        done = submit(form, lambda values: _invite_all(request, values))
        if done is not None:
            return _result(request, done)
    refusal = told(form.refusal, request.LANGUAGE_CODE) if form.refusal else None
    context = {
        "title": _("用表格邀请"), "form": form, "button": _("读表并邀请"), "back": reverse("invitation_list"),
        "summary": _("新单位会一并登记。有一处问题就都不登记,并一次列出全部问题;同一张表再传一次不会重复。"),
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "desk/settings/invitation_file.html", context, status=form.status)


def _invite_all(request: Any, values: dict[str, Any]) -> Any:
    file = values["file"]
    rows, mended = read_invitations(file.read(), name=file.name)
    done = actions.invite_all(
        rows=rows, kind=values["kind"], bureau_id=request.bureau.pk, by=request.actor, at=request.at,
        client_id=values["client_id"],
    )  # fmt: skip
    tell_mended(request, mended)
    return done


def _result(request: Any, done: Any) -> HttpResponse:
    fresh = [each for each in done if each.is_new]
    counts = {
        "rows_count": len(done),
        "organisations": sum(each.is_new_organisation for each in done),
        "invitations": len(fresh),
        "unchanged": len(done) - len(fresh),
    }
    rows = [
        {
            "organisation": each.organisation,
            "role": role_said(each.role),
            "is_new_organisation": each.is_new_organisation,
            "state": state_chip(each.invitation, request.at) if each.invitation else chip_of(_("已有人"), "done"),
            "link": absolute(request, "acceptance", actions.secret_of(each.invitation.nonce))
            if each.invitation and state_of(each.invitation, request.at) == "open"
            else "",
        }
        for each in done
    ]
    context = {"title": _("邀请结果"), "rows": rows, **counts}
    return render(request, "desk/settings/invitation_result.html", context)


@desk_page("invitation", "make_many")
@require_recent_login
def invitation_links(request: Any) -> HttpResponse:
    """A table with every link that still works, to hand out one by one: no words or picture of all for a group.

    Raises Invalid FORMAT_UNKNOWN.
    """
    kind = request.GET.get("format") or "xlsx"
    spreadsheet.check_format(kind, among=("xlsx", "csv"))
    rows = _in_state(parties.invitations(request.actor, bureau_id=request.bureau.pk), "open", request.at)
    sheet = spreadsheet.Sheet(
        _("邀请链接"),
        [_("单位名称"), _("统一社会信用代码"), _("联系人岗位"), _("链接"), _("有效至")],
        (
            [
                each.organisation.name,
                each.organisation.uscc,
                role_said(each.role),
                absolute(request, "acceptance", actions.secret_of(each.nonce)),
                f"{each.expires_at.astimezone(LOCAL):%Y-%m-%d %H:%M}",
            ]
            for each in rows.order_by("organisation__pinyin", "pk")
        ),
        [_("每个链接只能用一次,请单独发给各单位的联系人。")],
    )
    return spreadsheet.answer(sheet, kind=kind, name=_("邀请链接"))


@desk_page("invitation", "make_many")
def invitation_template(request: Any) -> HttpResponse:
    """An empty workbook with the right headers."""
    sheet = spreadsheet.Sheet(SHEET[0], [column.zh for column in COLUMNS], [])
    return spreadsheet.answer(sheet, kind="xlsx", name=_("单位表"))
