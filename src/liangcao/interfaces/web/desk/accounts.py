"""How places of goods are named and linked on desk pages: accounts, lots, documents, the entries behind a number."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.text import is_whole_number
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.pages import may_read
from liangcao.interfaces.web.templatetags.words import chip_of, full_day, named, said, yuan
from liangcao.ledger.entries import NONE_ID
from liangcao.ledger.kinds import ACCOUNT_NAMES, MOVE_KINDS
from liangcao.reference.parties.queries import organisations


def account_name(account: Any) -> str:
    """在库 · 一号库, 在途 · 一号库 → 市一院, 来源 · 示例捐赠人."""
    places = []
    if account.store_id != NONE_ID:
        places.append(named(account.store))
    if account.party_id != NONE_ID:
        places.append(named(account.party))
    return " · ".join([said(ACCOUNT_NAMES[account.kind]), " → ".join(places)])


def kind_name(kind: str) -> str:
    """入库单, 出库单 …"""
    return said(MOVE_KINDS[kind]) if kind in MOVE_KINDS else kind


def lot_address(lot_id: UUID) -> str:
    """The page of a lot."""
    return address("lot", lot_id)


def move_address(move_id: UUID) -> str:
    """The page of a document of the book."""
    return address("move", move_id)


def entries_address(**filters: Any) -> str:
    """The entries behind a number: item, store, party, lot, from, to."""
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    shown = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in given.items()}
    return address("entry_list", query=urlencode(shown))


def places_address(**filters: Any) -> str:
    """Where the pieces lie that a number counts: item, kind, store, party."""
    return address("place_list", query=urlencode({name: value for name, value in filters.items() if value}))


def fact_chip(facts: dict[str, str]) -> SafeString | str:
    """The chip of a lot that must not go out."""
    if facts.get("recalled") == "yes":
        return chip_of(_("已召回"), "alarm")
    if facts.get("frozen") == "yes":
        return chip_of(_("已冻结"), "alarm")
    return ""


QUALITIES = {
    "held": ("待检", "held for inspection"),
    "accepted": ("验收放行", "accepted"),
    "rejected": ("不合格", "rejected"),
}
ANSWERS = {"yes": ("是", "yes"), "no": ("否", "no")}


def fact_value(request: Any, fact: str, value: str) -> str:
    """A lot fact's value in words: the unit a lot is meant for, what a piece cost, a day, a quality."""
    if fact == "earmark" and is_whole_number(value):
        unit = organisations(request.actor).filter(pk=int(value)).first()
        return named(unit) if unit else value
    if fact == "unit_cost" and not may_read(request, "ledger", "unit_cost"):
        return "***"
    if fact == "unit_cost" and is_whole_number(value):
        return yuan(int(value))
    if fact == "expires_on" and value:
        return full_day(date.fromisoformat(value))
    return said(QUALITIES.get(value) or ANSWERS.get(value) or value)
