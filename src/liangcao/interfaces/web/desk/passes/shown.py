"""The list of passes and the page of one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip_of, full_day, moment, named, said
from liangcao.operations.passes import queries, rules
from liangcao.operations.passes.flow import KINDS, SHOWN

TONES = {"valid": "done", "not_yet": "wait", "expired": "aside", "revoked": "alarm"}


def state_chip(held: Any, at: Any) -> Any:
    """What the pass is today, in a word and a colour."""
    state = held.state_on(business_date(at))
    return chip_of(said(SHOWN[state]), TONES[state])


def kind_of(held: Any) -> str:
    """What the pass is for."""
    return said(KINDS[held.kind])


def pass_listing(request: Any) -> Listing:
    """Passes, newest first."""
    today = business_date(request.at)
    return Listing(
        "passes",
        columns=(
            Column("number", _("单号"), kind="code", link=lambda row: address("pass", row.pk)),
            Column("plate", _("车牌"), sort="plate", phone="title"),
            Column("organisation", _("单位"), lambda row: named(row.organisation) if row.organisation else ""),
            Column("driver", _("驾驶员"), phone="hide"),
            Column("route", _("线路")),
            Column("goods", _("货物"), phone="hide"),
            Column("valid_from", _("生效日"), lambda row: full_day(row.valid_from), sort="valid_from", phone="hide",
                   plain=lambda row: row.valid_from),
            Column("valid_until", _("失效日"), lambda row: full_day(row.valid_until), sort="valid_until",
                   plain=lambda row: row.valid_until),
            Column("status", _("状态"), lambda row: state_chip(row, request.at), kind="mark", phone="main"),
        ),
        order=("-issued_at", "-pk"),
        filters=(
            Filter(
                "status", _("状态"), lambda rows, value: queries.in_state(rows, value, on=today),
                choices=lambda _request: [(key, said(state)) for key, state in SHOWN.items()],
            ),
        ),
        search=lambda rows, text: rows.filter(plate__icontains=text.strip().upper())
        | rows.filter(number__icontains=text.strip()),
        search_hint=_("车牌或单号"),
        empty=Empty(_("还没有签发过通行证。"), ((_("签发通行证"), "pass_new"),)),
    )  # fmt: skip


def pass_document(request: Any, held: Any) -> Document:
    """One pass."""
    facts = [
        Fact(_("车牌"), held.plate),
        Fact(_("类别"), kind_of(held)),
        Fact(_("单位"), named(held.organisation) if held.organisation else _("未填")),
        Fact(_("驾驶员"), held.driver or _("未填")),
        Fact(_("生效日"), full_day(held.valid_from)),
        Fact(_("失效日"), full_day(held.valid_until)),
        Fact(_("签发人"), held.issued_by),
        Fact(_("签发于"), moment(held.issued_at)),
        Fact(_("线路"), held.route, is_wide=True),
        Fact(_("货物"), held.goods or _("未填"), is_wide=True),
    ]
    links = [Link(_("续自"), held.follows.number, address("pass", held.follows_id))] if held.follows_id else []
    links += [Link(_("续为"), row.number, address("pass", row.pk)) for row in held.followed_by.order_by("pk")]
    others = queries.overlapping(request.actor, held)
    return Document(
        kind=_("通行证"),
        number=held.number,
        state=state_chip(held, request.at),
        facts=facts,
        acts=_acts(request, held),
        links=links,
        history=history_of(request, object_kind="pass", object_ref=held.number),
        notice=_notice(held, others),
        is_alarm=held.status == "revoked",
        back=(_("通行证"), address("pass_list")),
    )


def _notice(held: Any, others: list[Any]) -> str:
    if held.status == "revoked":
        words = {"by": held.revoked_by, "reason": held.revoked_reason}
        return said_now("已由%(by)s吊销。原因:%(reason)s") % words
    if others:
        numbers = "、".join(row.number for row in others)
        return said_now("同一车辆、同一线路、日期重叠的有效通行证:%(numbers)s。多余的请吊销。") % {"numbers": numbers}
    return ""


def _acts(request: Any, held: Any) -> list[Act]:
    stands = held.state_on(business_date(request.at)) in ("valid", "not_yet")
    acts = [Act(_("打印通行证"), address("pass_paper", held.pk), is_next=True, in_dialog=False)] if stands else []
    if rules.can_renew(request.actor, held):
        acts.append(Act(_("续签"), address("pass_renewal", held.pk), is_next=not stands))
    if rules.can_revoke(request.actor, held):
        acts.append(Act(_("吊销"), address("pass_revocation", held.pk), danger=True))
    return acts
