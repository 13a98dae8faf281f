"""The list of frozen editions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.listing import Empty, Filter, Listing

EDITIONS = Listing(
    name="editions",
    columns=(
        Column(
            "business_date",
            _("日期"),
            kind="day",
            link=lambda row: address("edition", row.pk),
            sort="business_date",
            phone="title",
        ),
        Column("revision", _("版次"), kind="number", phone="main"),
        Column("cutoff_at", _("截至"), kind="moment"),
        Column("frozen_by", _("定稿人")),
        Column("frozen_at", _("定稿时间"), kind="moment"),
        Column("note", _("会商意见"), phone="hide"),
    ),
    order=("-business_date", "-revision"),
    filters=(
        Filter("from", _("起"), lambda rows, day: rows.filter(business_date__gte=day), kind="day"),
        Filter("to", _("止"), lambda rows, day: rows.filter(business_date__lte=day), kind="day"),
    ),
    empty=Empty(_("还没有定稿的通报:在“通报”页核对后定稿。"), ((_("今天的通报"), "briefing"),)),
)
