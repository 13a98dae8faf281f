"""What stands over a register: its title, what it covers, and what was known."""

from __future__ import annotations

from datetime import datetime

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.wording import day_en, day_zh

SIGNATURES = (("制表", "made by"), ("审核", "checked by"), ("仓管", "store"))


def heading(register: Register) -> str:
    """The bureau and the register's name."""
    bureau = register.scope.names.bureau
    if register.scope.is_english:
        return f"{bureau.name_en or bureau.name}: {register.en}"
    return f"{bureau.name}{register.zh}"


def covered(register: Register) -> str:
    """Period, store, item and unit that were chosen."""
    scope, names = register.scope, register.scope.names
    english = scope.is_english
    store = names.store(scope.store_id) if scope.store_id is not None else ("all stores" if english else "全部仓库")
    parts = [store]
    if scope.item_id is not None:
        parts.append(scope.item_cells(names.items[scope.item_id])[1])
    if scope.party_id is not None:
        parts.append(names.party(scope.party_id))
    if english:
        period = f"Period: {day_en(scope.from_)} to {day_en(scope.to)}"
        return "; ".join([period, *parts, "quantities in base units"])
    period = f"期间:{day_zh(scope.from_, year=True)}至{day_zh(scope.to, year=True)}"
    return ";".join([period, *parts, "数量按基本单位"])


def known_words(register: Register) -> str:
    """What the paper knows: the book at a moment and up to a document; "" when all that is known now."""
    known = register.scope.known
    if known is None:
        return ""
    moment = _moment(known.at, is_english=register.scope.is_english)
    if register.scope.is_english:
        return f"As known at {moment}: documents up to no. {known.seq} of the book"
    return f"按{moment}当时所知:记到台账第 {known.seq} 号单据为止"


def made_words(register: Register, made_at: datetime) -> str:
    """What the paper knows, or when it was made."""
    if register.scope.known is not None:
        return known_words(register)
    moment = _moment(made_at, is_english=register.scope.is_english)
    return f"made on {moment}" if register.scope.is_english else f"制表时间:{moment}"


def _moment(at: datetime, *, is_english: bool) -> str:
    local = at.astimezone(LOCAL)
    day = day_en(local.date()) if is_english else day_zh(local.date(), year=True)
    return f"{day} {local:%H:%M:%S}" if local.second else f"{day} {local:%H:%M}"
