"""Where a code leads, and what a page's script is told of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from liangcao.foundation.kernel.codes import ISSUERS, MakerCode
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.intake.paper_numbers import read_number
from liangcao.interfaces.intake.photos import read_photo, the_one
from liangcao.interfaces.intake.scanning import Scanned, resolve
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import full_day, named, quantity, said, unit_of
from liangcao.operations.stocktaking import rules as counting


def scanned(request: Any, text: str) -> Scanned:
    """What the code is to the reader. Raises as `resolve`."""
    bureau_id = request.bureau.pk if request.bureau else None
    return resolve(request.actor, text, bureau_id=bureau_id, at=request.at)


def place_of(request: Any, found: Scanned) -> str:
    """The page that the code leads to, "" where there is none."""
    if found.delivery is not None:
        name = "delivery" if can(request, "view", "ledger") else "portal_delivery"
        return address(name, found.delivery.pk)
    if found.sheet is not None:
        may_count = counting.can_count(request.actor, found.sheet, request.at)
        return address("count_entry" if may_count else "count", found.sheet.pk)
    if found.permit is not None:
        return address("pass", found.permit.pk)
    if len(found.lots) == 1:
        return address("lot", found.lots[0].pk)
    return address("item", found.item.pk) if found.item is not None else ""


def teaching_address(request: Any, text: str) -> str:
    """Where an unknown code is said to mean an item; "" for those who may not."""
    return address("identifier_new", query=urlencode({"code": text})) if can(request, "identify", "item") else ""


def in_words(found: Scanned) -> str:
    """What the code says, in a line."""
    if found.delivery is not None:
        return _("配送单 %(number)s · %(unit)s") % {
            "number": found.delivery.number, "unit": named(found.delivery.organisation),
        }  # fmt: skip
    if found.sheet is not None:
        return _("盘点表 %(number)s · %(store)s") % {"number": found.sheet.number, "store": named(found.sheet.store)}
    if found.permit is not None:
        return _("通行证 %(number)s · %(plate)s") % {"number": found.permit.number, "plate": found.permit.plate}
    if found.kind == "lot":
        return _("%(item)s · 批次 %(lot)s") % {"item": named(found.item), "lot": found.lots[0].code}
    if found.kind == "unknown" and found.code is not None:
        return _unknown_in_words(found.code)
    parts = [named(found.item)] if found.item is not None else []
    if found.quantity is not None and found.quantity > 1:
        count = {"count": quantity(found.quantity), "unit": unit_of(found.item, found.quantity)}
        parts.append(_("每包 %(count)s %(unit)s") % count)
    return " · ".join([*parts, *(_told(found.code) if found.code else ())])


def _told(code: MakerCode) -> list[str]:
    parts = []
    if code.maker_lot:
        parts.append(_("批号 %(lot)s") % {"lot": code.maker_lot})
    if code.expires_on:
        parts.append(_("%(day)s失效") % {"day": full_day(code.expires_on)})
    return parts


def _unknown_in_words(code: MakerCode) -> str:
    """That nobody has said yet what the code means."""
    words = {"issuer": said(ISSUERS[code.issuer]), "identifier": code.identifier}
    return _("第一次见到这个 %(issuer)s 码 %(identifier)s:请说明是哪种物资,以后就认得") % words


def paper_in(request: Any, text: str) -> str:
    """The number of a blank paper form, where the code is the address or the number of one and its page is for the
    reader; "" otherwise."""
    if not can(request, "enter", "import"):
        return ""
    try:
        return read_number(text.strip().rstrip("/").rpartition("/")[2])[0]
    except Invalid:
        return ""


def for_script(request: Any, text: str) -> dict[str, Any]:
    """What a page's script needs to fill in its fields."""
    paper = paper_in(request, text)
    if paper:
        words = _("纸单 %(number)s") % {"number": paper}
        return {"kind": "paper", "message": words, "url": address("paper_form", paper), "item": None, "lots": []}
    found = scanned(request, text)
    code = found.code
    return {
        "kind": found.kind,
        "message": in_words(found),
        "url": place_of(request, found),
        "teaching": teaching_address(request, text) if found.kind == "unknown" else "",
        "item": found.item.pk if found.item is not None else None,
        "quantity": found.quantity,
        "count": code.quantity if code else None,
        "maker_lot": code.maker_lot if code else "",
        "expires_on": code.expires_on.isoformat() if code and code.expires_on else "",
        "produced_on": code.produced_on.isoformat() if code and code.produced_on else "",
        "lots": [str(lot.pk) for lot in found.lots],
    }


def in_photo(request: Any, content: bytes) -> dict[str, Any]:
    """In `code` the text of the code in a photo that is meant; "" where a person must choose among `codes`, those that
    are understood. Raises as `read_photo`."""
    bureau_id = request.bureau.pk if request.bureau else None
    read = read_photo(request.actor, content, bureau_id=bureau_id, at=request.at)
    meant = the_one(read)
    return {
        "kind": "photo",
        "code": meant.text if meant else "",
        "codes": [{"text": each.text, "message": in_words(each.found)} for each in read if each.found is not None],
    }
