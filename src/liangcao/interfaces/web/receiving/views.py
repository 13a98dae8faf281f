"""Sign for a delivery, see what was signed, dispute it: by the link on the slip, for who has no account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.dispatch.disputes import told
from liangcao.interfaces.web.desk.dispatch.forms import DisputeForm, SignForm
from liangcao.interfaces.web.desk.dispatch.signing import disputed, signed
from liangcao.interfaces.web.journalling import origin_of
from liangcao.interfaces.web.pages import open_page, render_page
from liangcao.interfaces.web.templatetags.words import full_day
from liangcao.operations.dispatch import queries, rules
from liangcao.operations.dispatch.links import delivery_of_link, holder_of_link
from liangcao.operations.duty.queries import public_post
from liangcao.reference.parties.queries import moment as moment_of_bureau


@dataclass(frozen=True)
class _Opened:
    """What a link opens, and for whom."""

    secret: str
    holder: Actor
    detail: queries.DeliveryDetail

    @property
    def known(self) -> dict[str, Any]:
        """What every page of it shows."""
        delivery = self.detail.delivery
        post = public_post(self.holder, delivery.bureau_id)
        return {"secret": self.secret, "detail": self.detail, "delivery": delivery, "post": post}


def _opened(request: Any, secret: str) -> _Opened:
    """Raises NotFound for a forged link."""
    delivery = delivery_of_link(secret)
    request.at = moment_of_bureau(delivery.bureau_id, request.at)
    holder = holder_of_link(
        delivery, user_id=request.user.pk, language=request.LANGUAGE_CODE, origin=origin_of(request)
    )
    return _Opened(secret, holder, queries.delivery_detail(holder, delivery.pk, at=request.at))


@open_page
def receipt(request: Any, secret: str) -> HttpResponse:
    """The form while the goods are on the way; else what there is to know."""
    opened = _opened(request, secret)
    if request.method != "POST" and opened.detail.delivery.status != "in_transit":
        return _told(request, opened)
    return act_page(
        request,
        SignForm(request, lines=list(opened.detail.lines)),
        title=_("签收物资"),
        button=_("签收"),
        do=lambda values: signed(request, opened.detail, values, door="link", by=opened.holder),
        to=lambda done: reverse("receipt_by_link", args=[secret]),
        message=_("谢谢,已签收。"),
        template="receiving/sign.html",
        **opened.known,
    )


def _told(request: Any, opened: _Opened) -> HttpResponse:
    delivery = opened.detail.delivery
    return render_page(
        request,
        "receiving/told.html",
        title=_("收货情况"),
        said=_said(delivery),
        disputes=told(opened.holder, delivery),
        may_dispute=rules.can_dispute(delivery, opened.holder, request.at),
        **opened.known,
    )


def _said(delivery: Any) -> str:
    if delivery.signed_at:
        at = delivery.signed_at.astimezone(LOCAL)
        words = {"at": f"{full_day(at)} {at:%H:%M}", "who": delivery.signed_name}
        return _("已于 %(at)s 由 %(who)s 签收。") % words
    if delivery.status == "cancelled":
        return _("这一单已取消,不会送来。")
    return _("货还没有出库,送到以后再扫码签收。")


@open_page
def dispute(request: Any, secret: str) -> HttpResponse:
    """Less came than was signed for."""
    opened = _opened(request, secret)
    delivery = opened.detail.delivery
    if request.method != "POST":
        rules.check_can_dispute(delivery, opened.holder, request.at)
    back = reverse("receipt_by_link", args=[secret])
    return act_page(
        request,
        DisputeForm(request, lines=list(opened.detail.lines)),
        title=_("提出签收异议"),
        button=_("提出异议"),
        do=lambda values: disputed(request, delivery.pk, values, door="link", by=opened.holder),
        to=lambda done: back,
        message=_("已收到,核查结果会显示在这里。"),
        back=back,
        template="receiving/dispute.html",
        **opened.known,
    )
