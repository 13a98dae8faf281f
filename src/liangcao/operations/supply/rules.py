"""Who may do what with sources and receipts. One rule for the button and the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.supply.flow import OPENING_FLOW, SIGNATURES, SOURCE_FLOW
from liangcao.operations.supply.models import OpeningStock, Receipt, ReceiptSignature, Source, SourceLine
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.separation import check_apart

# How long a new book takes opening stock: long enough to count, too short to explain a loss away.
OPENING_DAYS = 14


class AlreadyReceived(Conflict):
    """Everything of the source is in; carries what was announced and what arrived."""

    def __init__(self, source: Source, lines: Iterable[SourceLine]) -> None:
        told: list[tuple[Item, int | None, int]] = [
            (line.item, line.quantity_advised, line.quantity_arrived)  # type: ignore[attr-defined]
            for line in lines
        ]
        listed_zh = ";".join(
            f"{item.name} 通知 {'未告知' if advised is None else f'{advised:,}'}、已到 {arrived:,} {item.base_unit}"
            for item, advised, arrived in told[:5]
        )
        listed_en = "; ".join(
            f"{item.english}: advised {'unknown' if advised is None else f'{advised:,}'}, "
            f"received {item.counted(arrived)}"
            for item, advised, arrived in told[:5]
        )
        super().__init__(
            "ALREADY_RECEIVED",
            f"{source.number} 已全部到货({listed_zh}),不能重复收货。另有到货请按“没有通知的到货”登记;收错了请先冲红",
            f"{source.number} is received already ({listed_en}). Book further goods as unannounced; reverse a "
            f"wrong receipt first",
        )


class SamePersonSigned(Forbidden):
    """Who signed for one thing does not sign for the other."""

    def __init__(self, kind: str, earlier: str) -> None:
        super().__init__(
            "SAME_PERSON_SIGNED",
            f"您已为本单签过“{SIGNATURES[earlier][0]}”,“{SIGNATURES[kind][0]}”须由另一人签字;"
            "人手不够时由组长在“设置 › 岗位分离”另行设定",
            f"You signed this receipt for the {SIGNATURES[earlier][1]}; somebody else must sign for "
            f"the {SIGNATURES[kind][1]}, or the leader sets another profile under Settings › Separation of duties",
        )


class AlreadySigned(Conflict):
    """A receipt carries one signature of each kind."""

    def __init__(self, number: str, signature: ReceiptSignature) -> None:
        super().__init__(
            "ALREADY_SIGNED",
            f"{number} 的“{SIGNATURES[signature.kind][0]}”已由{signature.signed_by}签字,不能再签;"
            "写错了请在验收完成前“更正”并说明原因",
            f"{signature.signed_by} has signed {number} for the {SIGNATURES[signature.kind][1]} already; a wrong "
            "finding is corrected with its reason before the goods are released",
        )


class AlreadyReversed(Conflict):
    """Nothing of the receipt is left to reverse."""

    def __init__(self, number: str) -> None:
        super().__init__("ALREADY_REVERSED", f"{number} 已全部冲红", f"{number} is reversed already")


def _check_step(source: Source, target: str) -> None:
    check_step(
        SOURCE_FLOW,
        source.status,
        target,
        what_zh=f"来源 {source.number} ",
        what_en=f"Source {source.number}",
    )


def check_can_announce(actor: Actor, *, bureau_id: int) -> None:
    """Buyer, gift clerk, coordinator, storekeeper."""
    guard.check(actor, "announce", "source", bureau_id=bureau_id)


def can_announce(actor: Actor, *, bureau_id: int) -> bool:
    """Whether `check_can_announce` lets it pass."""
    return guard.can(actor, "announce", "source", bureau_id=bureau_id)


def check_can_receive(actor: Actor, source: Source, lines: Iterable[SourceLine] = ()) -> None:
    """The storekeeper, while something is still expected. `lines` with their sums make the refusal speak in numbers."""
    guard.check(actor, "receive", "source", bureau_id=source.bureau_id)
    if source.status == "received":
        raise AlreadyReceived(source, lines)
    _check_step(source, "received")


def can_receive(actor: Actor, source: Source) -> bool:
    """Whether `check_can_receive` lets it pass."""
    return guard.passes(check_can_receive, actor, source)


def check_can_close(actor: Actor, source: Source) -> None:
    """No more is expected, though something is missing."""
    guard.check(actor, "close", "source", bureau_id=source.bureau_id)
    _check_step(source, "closed")


def can_close(actor: Actor, source: Source) -> bool:
    """Whether `check_can_close` lets it pass."""
    return guard.passes(check_can_close, actor, source)


def check_can_cancel(actor: Actor, source: Source) -> None:
    """It will not come at all: only while nothing has arrived."""
    guard.check(actor, "cancel", "source", bureau_id=source.bureau_id)
    _check_step(source, "cancelled")


def can_cancel(actor: Actor, source: Source) -> bool:
    """Whether `check_can_cancel` lets it pass."""
    return guard.passes(check_can_cancel, actor, source)


def check_can_reverse(actor: Actor, receipt: Receipt) -> None:
    """While something of the receipt is left."""
    guard.check(actor, "reverse", "source", bureau_id=receipt.bureau_id)
    if receipt.status == "reversed":
        raise AlreadyReversed(receipt.number)


def can_reverse(actor: Actor, receipt: Receipt) -> bool:
    """Whether `check_can_reverse` lets it pass."""
    return guard.passes(check_can_reverse, actor, receipt)


def check_waits(receipt: Receipt) -> None:
    """Signatures are still owing. Raises Conflict RECEIPT_REVERSED or SIGNATURES_COMPLETE."""
    if receipt.status == "reversed":
        raise Conflict(
            "RECEIPT_REVERSED",
            f"{receipt.number} 已冲红,不能再办验收",
            f"{receipt.number} was reversed: there is nothing left to sign for",
        )
    if receipt.status != "waiting":
        raise Conflict(
            "SIGNATURES_COMPLETE",
            f"{receipt.number} 不等待验收签字(已入账)。要改数量请冲红后重新收货",
            f"{receipt.number} waits for no signature: its goods are in the store. Reverse it and receive again to "
            "change a quantity",
        )


def check_kind(kind: str) -> None:
    """A kind that is signed by an act of its own. Raises Conflict STORE_SIGNS_FIRST for the store's, Invalid
    SIGNATURE_UNKNOWN."""
    if kind == "store":
        raise Conflict(
            "STORE_SIGNS_FIRST",
            "仓管在收货时已经签字,不再另签;收货数量登记错了请冲红后重收,实物不足由“清点”写明",
            "The store signs with the act of receiving. A wrong amount is reversed and received again; pieces that are "
            "not there are for the count to say",
            field="kind",
        )
    if kind not in SIGNATURES:
        raise Invalid(
            "SIGNATURE_UNKNOWN",
            f"没有“{kind[:20]}”这种签字;可选:quality(质检)、count(清点)",
            f'There is no signature "{kind[:20]}"; choose quality or count',
            field="kind",
        )


def earlier_signers(kind: str, signed: dict[str, ReceiptSignature]) -> list[tuple[str, str, ReceiptSignature]]:
    """(rule of separation, kind, signature) of those whose people do not sign `kind`."""
    return [
        ("receipt.count" if "count" in (kind, other) else "receipt.quality", other, signature)
        for other, signature in signed.items()
        if other != kind
    ]


def check_can_sign(
    actor: Actor, receipt: Receipt, kind: str, signed: dict[str, ReceiptSignature], at: datetime
) -> None:
    """The right role, a receipt that waits for this signature, and another person than signed before.

    Raises as `check_waits`, AlreadySigned, SamePersonSigned. The page asks with this one; the act writes down a pass
    that a profile of separation gives.
    """
    guard.check(actor, f"sign_{kind}", "source", bureau_id=receipt.bureau_id)
    check_waits(receipt)
    if kind in signed:
        raise AlreadySigned(receipt.number, signed[kind])
    for rule, other, signature in earlier_signers(kind, signed):
        check_apart(
            rule=rule, by=actor, earlier=[signature.signed_user_id], bureau_id=receipt.bureau_id, at=at,
            refusal=SamePersonSigned(kind, other),
        )  # fmt: skip


def can_sign(actor: Actor, receipt: Receipt, kind: str, signed: dict[str, ReceiptSignature], at: datetime) -> bool:
    """Whether `check_can_sign` lets it pass."""
    return guard.passes(check_can_sign, actor, receipt, kind, signed, at)


def check_can_correct(actor: Actor, receipt: Receipt, kind: str, signed: dict[str, ReceiptSignature]) -> None:
    """The right role, and a finding that can still be mended. Raises as `check_waits`, Conflict NOT_SIGNED."""
    guard.check(actor, f"sign_{kind}", "source", bureau_id=receipt.bureau_id)
    check_waits(receipt)
    if kind not in signed:
        raise Conflict(
            "NOT_SIGNED",
            f"{receipt.number} 还没有“{SIGNATURES[kind][0]}”签字,不用更正,请直接签字",
            f"{receipt.number} has no signature for the {SIGNATURES[kind][1]} yet: sign it",
        )


def can_correct(actor: Actor, receipt: Receipt, kind: str, signed: dict[str, ReceiptSignature]) -> bool:
    """Whether `check_can_correct` lets it pass."""
    return guard.passes(check_can_correct, actor, receipt, kind, signed)


def check_can_release(actor: Actor, receipt: Receipt) -> None:
    """Leader or coordinator, while signatures are owing."""
    guard.check(actor, "release_early", "source", bureau_id=receipt.bureau_id)
    check_waits(receipt)


def can_release(actor: Actor, receipt: Receipt) -> bool:
    """Whether `check_can_release` lets it pass."""
    return guard.passes(check_can_release, actor, receipt)


def check_can_send_back(actor: Actor, receipt: Receipt) -> None:
    """What lies in quarantine of a receipt that was not taken back."""
    guard.check(actor, "send_back", "source", bureau_id=receipt.bureau_id)
    if receipt.status == "reversed":
        raise AlreadyReversed(receipt.number)


def can_send_back(actor: Actor, receipt: Receipt) -> bool:
    """Whether `check_can_send_back` lets it pass."""
    return guard.passes(check_can_send_back, actor, receipt)


def check_can_enter_opening(actor: Actor, *, bureau_id: int) -> None:
    """Coordinator, storekeeper, administrator; not with an appointment for some stores only, since the list is
    replaced whole (access.toml does not count it)."""
    guard.check(actor, "enter", "opening_stock", bureau_id=bureau_id)


def check_can_sign_opening(actor: Actor, *, bureau_id: int) -> None:
    """Coordinator, storekeeper, leader."""
    guard.check(actor, "sign", "opening_stock", bureau_id=bureau_id)


def check_opening_step(opening: OpeningStock, target: str, *, version: int) -> None:
    """The step leads on from its state, and nobody has changed the list since it was looked at.

    Raises Conflict as `check_step`, or OPENING_CHANGED.
    """
    check_step(OPENING_FLOW, opening.status, target, what_zh="期初库存", what_en="The opening stock")
    if opening.version != version:
        raise Conflict(
            "OPENING_CHANGED",
            f"期初库存已由{opening.entered_by}改动,请重新查看后再签字",
            f"The opening stock was changed by {opening.entered_by}; look at it again before you sign",
            field="version",
        )


def check_opening_editable(opening: OpeningStock, opened_at: datetime, *, at: datetime) -> None:
    """Not live yet, and within the days that a new book has for it. Stock found later is a surplus of a count.

    Raises Conflict OPENING_LIVE or OPENING_LATE.
    """
    if opening.status == "live":
        raise Conflict(
            "OPENING_LIVE",
            f"台账已于 {business_date(opening.confirmed_at or at)} 启用,期初库存不能再改;以后发现的库存按盘盈处理",
            f"The book has been live since {business_date(opening.confirmed_at or at)}: its opening stock is closed. "
            "What is found later is a surplus of a count",
        )
    last = opening_last_day(opened_at)
    if business_date(at) > last:
        raise Conflict(
            "OPENING_LATE",
            f"期初建账限开账后 {OPENING_DAYS} 天,已于 {last} 截止;以后发现的库存按盘盈处理",
            f"Opening stock is entered within {OPENING_DAYS} days of the book's opening, until {last}; "
            "what is found later is a surplus of a count",
        )


def opening_last_day(opened_at: datetime) -> date:
    """The last day on which a book takes opening stock."""
    return business_date(opened_at) + timedelta(days=OPENING_DAYS)


def check_opening_open(opening: OpeningStock) -> None:
    """A list that carries a signature is sent back before it is changed. Raises Conflict OPENING_SIGNED."""
    if opening.status == "signed":
        raise Conflict(
            "OPENING_SIGNED",
            f"期初库存已由{opening.signed_by}签字,要修改请先退回",
            f"The opening stock carries the signature of {opening.signed_by}; send it back before you change it",
        )


def check_file_is_new(opening: OpeningStock, file: StoredFile | None) -> None:
    """The list is not already that of this very file. Raises Conflict FILE_TWICE with who brought it and when."""
    if file is None or opening.file is None or opening.file.digest != file.digest:
        return
    when = opening.entered_at.astimezone(LOCAL)
    raise Conflict(
        "FILE_TWICE",
        f"该文件已由{opening.entered_by}于 {when:%Y-%m-%d %H:%M} 导入(“{opening.file.name}”,{opening.lines.count():,} 行),"
        "内容没有变化,不必再导入;要更正请先改好文件",
        f'{opening.entered_by} imported this very file on {when:%Y-%m-%d %H:%M} ("{opening.file.name}", '
        f"{opening.lines.count():,} rows); nothing in it has changed. Mend the file before you import it again",
        field="file",
    )


def check_second_person(opening: OpeningStock, actor: Actor) -> None:
    """Two signatures are two people, in every profile of separation. Raises Forbidden SECOND_PERSON_NEEDED."""
    same_name = actor.name == opening.signed_by
    same = same_name if actor.user_id is None else actor.user_id == opening.signed_user_id
    if same:
        raise Forbidden(
            "SECOND_PERSON_NEEDED",
            f"第一个签字的是您本人({opening.signed_by}),启用须由另一人签字",
            f"You gave the first signature ({opening.signed_by}); another person must confirm",
        )
