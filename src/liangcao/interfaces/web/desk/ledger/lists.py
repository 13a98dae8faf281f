"""The list of documents."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.accounts import kind_name, move_address
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import said
from liangcao.ledger.kinds import MOVE_KINDS


def kind_options(_request: Any) -> list[tuple[str, str]]:
    """Kinds of documents."""
    return [(name, said(kind)) for name, kind in MOVE_KINDS.items()]


MOVES = Listing(
    name="moves",
    columns=(
        Column("seq", _("序号"), kind="number", sort="seq", phone="hide"),
        Column("number", _("单据"), kind="code", link=lambda row: move_address(row.pk), phone="title"),
        Column("kind", _("类别"), value=lambda row: kind_name(row.kind), phone="main"),
        Column("business_date", _("业务日期"), kind="day", sort="business_date"),
        Column("cause_ref", _("依据"), value=lambda row: row.cause_ref.partition("#")[0], kind="code"),
        Column("actor_name", _("经办人")),
        Column("recorded_at", _("记账时间"), kind="moment", phone="hide"),
        Column("reason", _("原因"), value=lambda row: row.reason or row.late_reason),
    ),
    order=("-seq",),
    filters=(
        Filter("kind", _("类别"), lambda rows, kind: rows.filter(kind=kind), choices=kind_options),
        Filter("from", _("起"), lambda rows, day: rows.filter(business_date__gte=day), kind="day"),
        Filter("to", _("止"), lambda rows, day: rows.filter(business_date__lte=day), kind="day"),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(cause_ref__icontains=text)
        | Q(actor_name__icontains=text)
        | Q(reason__icontains=text)
    ),
    search_hint=_("单据号、依据、经办人"),
    empty=Empty(_("台账里还没有单据:第一批货入库后从这里开始。"), ((_("登记到货"), "source_list"),)),
)
