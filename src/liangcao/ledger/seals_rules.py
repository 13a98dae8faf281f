"""What a day close asks: an open day of the book that is over, in order, with a reason where something is left open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.outbox.listeners import checked_email
from liangcao.foundation.outbox.models import CHANNELS, MAIL
from liangcao.ledger.refusals import FutureDate, SealedDay


class DayNotOver(Conflict):
    """The day still runs."""

    def __init__(self, day: date) -> None:
        super().__init__(
            "DAY_NOT_OVER",
            f"{day} 还没有结束,过了当日 24:00 才能封账:封了当天就再也收不进、发不出",
            f"{day} is not over; it can be sealed after 24:00, for a sealed day takes and gives nothing any more",
            field="day",
        )


class DaySealed(Conflict):
    """Sealed already; a sealed day is never reopened."""

    def __init__(self, *, day: date, sealed_through: date) -> None:
        super().__init__(
            "DAY_SEALED",
            f"{day} 已经封账(封至 {sealed_through}),不能重封。下一个可封的日子是 {sealed_through + timedelta(days=1)}",
            f"{day} is sealed already (through {sealed_through}). The next day to seal is "
            f"{sealed_through + timedelta(days=1)}",
            field="day",
        )


class EarlierDayOpen(Conflict):
    """An earlier day is not sealed yet."""

    def __init__(self, *, day: date, first: date) -> None:
        self.first = first
        count = (day - first).days
        super().__init__(
            "EARLIER_DAY_OPEN",
            f"{first} 还没有封账(之前共 {count} 天未封)。请先封 {first},或选择“连同之前各天依次封账”",
            f'{first} is not sealed yet ({count} days before {day}). Seal {first} first, or choose "with the earlier '
            'days, in order"',
            field="with_earlier",
        )


class BeforeTheBook(Invalid):
    """The book has nothing on that day."""

    def __init__(self, *, day: date, first: date) -> None:
        super().__init__(
            "DAY_BEFORE_BOOK",
            f"本台账从 {first} 开始,{day} 没有可封的内容",
            f"The book begins on {first}; there is nothing to seal on {day}",
            field="day",
        )


class ChainBroken(Conflict):
    """The book does not verify; nothing is signed that is known to be wrong."""

    def __init__(self, *, seq: int, what: str) -> None:
        super().__init__(
            "CHAIN_BROKEN",
            f"台账第 {seq} 张单据与校验链不符({what}),不能封账。请先核验台账,保留现场,联系审计员",
            f"Document {seq} of the book does not fit its chain ({what}); nothing is sealed. Verify the book first",
        )


class ReasonForOpenWork(Invalid):
    """Something is left open on the checklist, and nobody said why the day is closed all the same."""

    def __init__(self, checklist: Mapping[str, int]) -> None:
        count = sum(checklist.values())
        super().__init__(
            "CLOSE_REASON_MISSING",
            f"清单上还有 {count} 项未了。可以照样封账,但请写明理由",
            f"The checklist still shows {count} open items. The day can be sealed all the same: give the reason",
            field="reason",
        )


class AddressThere(Conflict):
    """The seals go there already."""

    def __init__(self) -> None:
        super().__init__(
            "ADDRESS_THERE", "这个地址已经登记过了", "This address is on the list already", field="address"
        )


def checked_address(channel: str, address: str) -> str:
    """The address without blanks around it. Raises Invalid CHANNEL_UNKNOWN or EMAIL_INVALID."""
    if channel not in CHANNELS:
        raise Invalid("CHANNEL_UNKNOWN", f"没有“{channel}”这种方式", f'There is no way "{channel}"', field="channel")
    return checked_email(address) if channel == MAIL else address.strip()


def check_not_sealed(day: date, sealed_through: date | None) -> None:
    """A sealed day takes nothing any more. Raises SealedDay with the first day that does."""
    if sealed_through is not None and day <= sealed_through:
        raise SealedDay(given=day, sealed_through=sealed_through)


def check_can_seal(
    day: date, *, first: date, sealed_through: date | None, today: date, with_earlier: bool
) -> list[date]:
    """The days that sealing `day` closes, in order; `first` is the first open day. Raises FutureDate, DayNotOver,
    DaySealed, BeforeTheBook, EarlierDayOpen."""
    if day > today:
        raise FutureDate(given=day, today=today)
    if sealed_through is not None and day <= sealed_through:
        raise DaySealed(day=day, sealed_through=sealed_through)
    if day == today:
        raise DayNotOver(day)
    if day < first:
        raise BeforeTheBook(day=day, first=first)
    if day > first and not with_earlier:
        raise EarlierDayOpen(day=day, first=first)
    return [first + timedelta(days=number) for number in range((day - first).days + 1)]


def check_reason(checklist: Mapping[str, int], reason: str) -> None:
    """Open work is a warning: it needs a reason, it does not hold the close up. Raises ReasonForOpenWork, Invalid
    TEXT_TOO_LONG."""
    if sum(checklist.values()) and not reason.strip():
        raise ReasonForOpenWork(checklist)
    if len(reason) > 500:
        raise Invalid("TEXT_TOO_LONG", "理由超过 500 字", "The reason is longer than 500 characters", field="reason")
