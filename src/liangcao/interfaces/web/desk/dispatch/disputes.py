"""How a unit signed, the link by which it may, and what it says afterwards."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.accounts import lot_address, move_address
from liangcao.interfaces.web.desk.columns import told_table
from liangcao.interfaces.web.desk.dispatch.forms import DisputeForm, SettlementForm
from liangcao.interfaces.web.desk.dispatch.lists import DISPUTES, DOOR_NAMES
from liangcao.interfaces.web.desk.dispatch.signing import disputed
from liangcao.interfaces.web.desk.titles import code, titled
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.forms import ReasonForm
from liangcao.interfaces.web.pages import desk_page, may_read
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import chip, moment, named, said
from liangcao.operations.dispatch import actions, proof_queries, queries, rules
from liangcao.operations.dispatch.actions import SettledDifference
from liangcao.operations.dispatch.flow import DISPUTE_FLOW
from liangcao.operations.dispatch.links import link_secret
from liangcao.operations.dispatch.models import OUTCOMES, Delivery


def link_shown(request: Any, delivery: Delivery) -> dict[str, Any]:
    """The link for who receives the goods, as QR and as text; only while there is something to sign for."""
    if delivery.status not in ("picking", "in_transit"):
        return {}
    link = request.build_absolute_uri(reverse("receipt_by_link", args=[link_secret(delivery)]))
    return {"sign_link": link, "sign_qr": qr(link, has_fixed_size=True)}


def proof_shown(request: Any, delivery: Delivery) -> dict[str, Any]:
    """The door, the drawn name, photos, disputes: for who may see how a unit signed."""
    if delivery.signed_at is None or not may_read(request, "delivery", "receipt"):
        return {}
    receipt = proof_queries.receipt_of(request.actor, delivery.pk)
    photos = proof_queries.photos_of(request.actor, delivery.pk)
    return {
        "receipt": receipt,
        "receipt_door": DOOR_NAMES[receipt.door] if receipt else "",
        "photos": [photo for photo in photos if photo.dispute_id is None],
        "disputes": told(request.actor, delivery),
    }


def told(actor: Actor, delivery: Delivery) -> list[tuple[Any, Any]]:
    """The disputes of a delivery with their states, oldest first."""
    if not guard.can(actor, "view", "dispute", bureau_id=delivery.bureau_id, organisation_id=delivery.organisation_id):
        return []
    rows = proof_queries.disputes(actor, delivery_id=delivery.pk).order_by("pk")
    return [(row, chip(row.status, DISPUTE_FLOW)) for row in rows]


def _picture(found: tuple[bytes, str]) -> HttpResponse:
    content, kind = found
    return HttpResponse(content, content_type=kind)


def _check_reads_receipts(request: Any) -> None:
    if not may_read(request, "delivery", "receipt"):
        raise NotFound()


@desk_page("delivery")
def signature(request: Any, delivery_receipt_id: int) -> HttpResponse:
    """The drawn name."""
    _check_reads_receipts(request)
    return _picture(proof_queries.signature_file(request.actor, delivery_receipt_id))


@desk_page("delivery")
def photo(request: Any, delivery_photo_id: int) -> HttpResponse:
    """One photo of a receipt or of a dispute."""
    _check_reads_receipts(request)
    return _picture(proof_queries.photo_file(request.actor, delivery_photo_id))


@desk_page("dispute")
def dispute_list(request: Any) -> HttpResponse:
    """All disputes, newest first."""
    rows = proof_queries.disputes(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, DISPUTES, rows, title=_("签收异议"))


@desk_page("dispute")
def dispute(request: Any, dispute_id: int) -> HttpResponse:
    """One dispute: what was signed for, what is said now, what the desk found."""
    found = proof_queries.dispute(request.actor, dispute_id)
    paper = _paper(request, found)
    photos = [each for each in proof_queries.photos_of(request.actor, found.delivery_id) if each.dispute_id == found.pk]
    return document.answer(
        request, paper, template="desk/dispatch/dispute.html", delivery=found.delivery, photos=photos
    )


def _paper(request: Any, found: Any) -> Document:
    links = [Link(_("配送单"), code(found.delivery.number), address("delivery", found.delivery_id))]
    if found.reversal_id:
        links.append(Link(_("更正签收分录"), code(found.reversal.number), move_address(found.reversal_id)))
        links.append(Link(_("去向分录"), code(found.settlement.number), move_address(found.settlement_id)))
    return Document(
        kind=_("签收异议"),
        number=found.number,
        state=chip(found.status, DISPUTE_FLOW),
        facts=_facts(found),
        acts=_acts(request, found),
        tables=[told_table(_columns(), proof_queries.dispute_lines(request.actor, found.pk), title=_("明细"))],
        links=links,
        history=history_of(request, object_kind="delivery", object_ref=found.delivery.number),
        back=(_("签收异议"), address("dispute_list")),
    )


def _facts(found: Any) -> list[Fact]:
    delivery = found.delivery
    facts = [
        Fact(_("单位"), named(delivery.organisation), address("organisation", delivery.organisation_id)),
        Fact(_("签收人"), delivery.signed_name),
        Fact(_("签收时间"), moment(delivery.signed_at)),
        Fact(_("提出人"), found.raised_name),
        Fact(_("电话"), found.raised_phone),
        Fact(_("提出方式"), DOOR_NAMES[found.raised_door]),
        Fact(_("提出时间"), moment(found.raised_at)),
        Fact(_("怎么回事"), found.reason, is_wide=True),
    ]
    if found.decided_at:
        facts += [
            Fact(_("办理人"), found.decided_by),
            Fact(_("办理时间"), moment(found.decided_at)),
            Fact(_("核查结果"), found.decided_reason, is_wide=True),
        ]
    return facts


def _acts(request: Any, found: Any) -> list[Act]:
    acts = []
    if rules.can_decide(found, request.actor, request.at):
        acts.append(Act(_("成立"), address("dispute_acceptance", found.pk), is_next=True, in_dialog=False))
        acts.append(Act(_("不成立"), address("dispute_rejection", found.pk)))
    if rules.can_withdraw(found, request.actor):
        acts.append(Act(_("撤回异议"), address("dispute_withdrawal", found.pk)))
    return acts


def _columns() -> tuple[Column, ...]:
    quantity: dict[str, Any] = {"kind": "quantity", "unit": "item"}
    return (
        Column("item", _("物资"), lambda row: named(row.item), phone="title"),
        Column(
            "lot",
            _("批次"),
            "delivery_line__lot__code",
            kind="code",
            link=lambda row: lot_address(row.delivery_line.lot_id),
        ),
        Column("quantity_good", _("签收完好"), "delivery_line__quantity_good", **quantity),
        Column("quantity_short", _("短少"), phone="main", **quantity),
        Column("quantity_damaged", _("损坏"), **quantity),
        Column("outcome", _("差异去向"), _outcomes),
    )


def _outcomes(line: Any) -> str:
    chosen = [
        said(OUTCOMES[outcome])
        for outcome, pieces in (
            (line.short_settled_as, line.quantity_short),
            (line.damaged_settled_as, line.quantity_damaged),
        )
        if outcome and pieces
    ]
    return _("、").join(dict.fromkeys(chosen))


@desk_page("dispute", "raise")
def dispute_new(request: Any, delivery_id: int) -> HttpResponse:
    """The unit rings: written down for it."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    if request.method != "POST":
        rules.check_can_dispute(detail.delivery, request.actor, request.at)
    return act_page(
        request,
        DisputeForm(request, lines=list(detail.lines)),
        title=titled(_("登记签收异议 %(number)s"), detail.delivery.number),
        button=_("登记异议"),
        do=lambda values: disputed(request, delivery_id, values, door="desk"),
        to=lambda made: reverse("dispute", args=[made.pk]),
        message=_("已登记,等待核查。"),
        back=reverse("delivery", args=[delivery_id]),
        template="desk/dispatch/dispute_new.html",
    )


@desk_page("dispute", "decide")
def acceptance(request: Any, dispute_id: int) -> HttpResponse:
    """It is so: what was signed for too much is taken back, and goes where the desk says."""
    found = proof_queries.dispute(request.actor, dispute_id)
    lines = proof_queries.dispute_lines(request.actor, dispute_id)
    return act_page(
        request,
        SettlementForm(request, lines=lines),
        title=titled(_("异议成立 %(number)s"), found.number),
        button=_("异议成立"),
        do=lambda values: actions.accept_dispute(
            dispute_id=dispute_id,
            lines=[
                SettledDifference(row["line_id"], row[part], part)
                for row in values["lines"]
                for part in ("short", "damaged")
                if row.get(part)
            ],
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _done: reverse("dispute", args=[dispute_id]),
        message=_("已更正:这些货从单位的签收中冲回,单位的需求重新待分配。"),
        back=reverse("dispute", args=[dispute_id]),
        template="desk/dispatch/dispute_acceptance.html",
        delivery=found.delivery,
    )


def _ended(request: Any, dispute_id: int, do: Any, *, title: str, **shown: Any) -> HttpResponse:
    found = proof_queries.dispute(request.actor, dispute_id)
    return returning_act(
        request,
        ReasonForm(request),
        partial(do, dispute_id=dispute_id),
        title=titled(title, found.number),
        back=reverse("dispute", args=[dispute_id]),
        **shown,
    )


@desk_page("dispute", "decide")
def rejection(request: Any, dispute_id: int) -> HttpResponse:
    """The receipt stands."""
    return _ended(
        request, dispute_id, actions.reject_dispute, title=_("异议不成立 %(number)s"), button=_("不成立"),
        summary=_("签收不变,单位会看到您填的核查结果。"), message=_("已登记,签收不变。"),
    )  # fmt: skip


@desk_page("dispute", "withdraw")
def withdrawal(request: Any, dispute_id: int) -> HttpResponse:
    """The unit was mistaken."""
    return _ended(
        request, dispute_id, actions.withdraw_dispute, title=_("撤回异议 %(number)s"), button=_("撤回异议"),
        message=_("已撤回。"),
    )  # fmt: skip
