"""What somebody shows when he signs: by which door, the drawn name, photos. Checked and written with the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liangcao.foundation.files.actions import store
from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.files.pictures import redrawn_photo, redrawn_signature
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.errors import Conflict, Invalid, Refusal, collected, raise_all
from liangcao.operations.dispatch.models import Delivery, DeliveryDispute, DeliveryPhoto, DeliveryReceipt

PHOTOS_MOST = 5


@dataclass(frozen=True)
class Proof:
    """Pictures as they are kept (see `shown`): a PNG of the drawn name, JPEGs. `door` as in DOORS."""

    door: str = "program"
    signature: bytes | None = None
    photos: tuple[bytes, ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        """What tells this proof from another, for the record of what was sent."""
        return {
            "door": self.door,
            "signature": digest(self.signature) if self.signature else None,
            "photos": [digest(photo) for photo in self.photos],
        }


BY_PROGRAM = Proof()


def shown(*, door: str, signature: bytes = b"", photos: Sequence[bytes] = ()) -> Proof:
    """The proof from pictures as they were sent. Takes time: call it outside of a transaction.

    Raises at once every problem: Invalid PHOTOS_MANY, SIGNATURE_MISSING (a sheet without ink), PHOTO_… as
    `foundation.files.pictures` says; `row` is the place of the photo.
    """
    if len(photos) > PHOTOS_MOST:
        raise Invalid(
            "PHOTOS_MANY",
            f"最多 {PHOTOS_MOST} 张照片,选了 {len(photos)} 张",
            f"At most {PHOTOS_MOST} photos, {len(photos)} were sent",
            field="photos",
        )
    problems: list[Refusal] = []
    drawn: bytes | None = None
    kept: list[bytes] = []
    with collected(problems):
        drawn = redrawn_signature(signature) if signature else None
    for photo in photos:
        with collected(problems):
            kept.append(redrawn_photo(photo, field="photos"))
    raise_all(problems)
    return Proof(door, drawn, tuple(kept))


def check_proof(delivery: Delivery, proof: Proof, name: str) -> None:
    """Who signs without an account shows something, and is not who brought the goods.

    Raises at once Invalid PROOF_MISSING and Conflict SIGNED_BY_BRINGER.
    """
    if proof.door != "link":
        return
    problems: list[Refusal] = []
    if proof.signature is None and not proof.photos:
        problems.append(
            Invalid(
                "PROOF_MISSING",
                "请在方框里手写签名;手机画不了的,请拍下签了字的送货单",
                "Draw your name in the box; if your phone cannot, take a photo of the signed slip",
                field="signature",
            )
        )
    if _plain(name) in {_plain(delivery.handed_over_by), _plain(delivery.carrier)}:
        problems.append(
            Conflict(
                "SIGNED_BY_BRINGER",
                f"“{name}”是出库或送货的人,不能代收货单位签收。请收货单位的人填自己的姓名",
                f'"{name}" handed the goods over or brought them and does not sign for the unit: let somebody of the '
                "unit give his own name",
                field="signed_name",
            )
        )
    raise_all(problems)


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def write_receipt(delivery: Delivery, proof: Proof, name: str, *, at: datetime) -> DeliveryReceipt:
    """The receipt with its pictures, inside the act that signs."""
    signature = _kept(delivery, "signature.png", "image/png", [proof.signature] if proof.signature else [], at=at)
    receipt = DeliveryReceipt.objects.create(
        delivery=delivery, door=proof.door, signed_name=name, signature=next(iter(signature), None),
        photo_count=len(proof.photos), signed_at=at,
    )  # fmt: skip
    write_photos(delivery, proof.photos, at=at)
    return receipt


def write_photos(
    delivery: Delivery, photos: Sequence[bytes], *, dispute: DeliveryDispute | None = None, at: datetime
) -> None:
    """Photos of a receipt, or of a dispute."""
    DeliveryPhoto.objects.bulk_create(
        DeliveryPhoto(delivery=delivery, dispute=dispute, file=file, taken_at=at)
        for file in _kept(delivery, "photo.jpg", "image/jpeg", photos, at=at)
    )


def _kept(
    delivery: Delivery, name: str, content_type: str, pictures: Iterable[bytes], *, at: datetime
) -> list[StoredFile]:
    named = f"{delivery.number}-{name}"
    return [
        store(bureau_id=delivery.bureau_id, name=named, content=content, content_type=content_type, at=at)
        for content in pictures
    ]
