"""The link on the slip that goes with the goods: whoever holds it signs for the unit, without an account.

It is derived and not kept: a signature of the installation's key over the delivery's own random id. Another key is
other links. What it opens is one delivery: to see it, to sign for it once, to dispute it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.core.signing import BadSignature, Signer

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.dispatch.models import Delivery

_SALT = "liangcao delivery receipt"
BY_LINK = "收货人(扫码)"
_SCOPE = frozenset({"delivery.confirm", "delivery.view", "dispute.raise", "dispute.view", "dispute.withdraw"})


def link_secret(delivery: Delivery) -> str:
    """The last part of the link's address: 66 letters."""
    told = urlsafe_b64encode(delivery.client_id.bytes).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(told)


def delivery_of_link(secret: str) -> Delivery:
    """The delivery that a link opens. Raises NotFound for a forged or an old one."""
    try:
        told = Signer(salt=_SALT, sep=".").unsign(secret)
        client_id = UUID(bytes=urlsafe_b64decode(told + "=="))
    except (BadSignature, ValueError):
        raise _unknown() from None
    found: Delivery | None = (
        Delivery.objects.filter(client_id=client_id).select_related("bureau", "organisation", "store").first()
    )
    if found is None:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound(
        "二维码无效或已作废。请核对送货单,或与仓库联系",
        "This QR code is not valid, or not any more. Look at the slip again, or call the store",
        field="secret",
    )


def holder_of_link(delivery: Delivery, *, user_id: int | None = None, language: str, origin: str) -> Actor:
    """Who holds the link, as a hand of the unit with nothing but this in its scope. `user_id`: somebody who is logged
    in on the same browser stays who he is, so that he does not sign for what he handed over."""
    grant = Grant("requester", delivery.bureau_id, delivery.organisation_id)
    return Actor(user_id=user_id, name=BY_LINK, grants=(grant,), language=language, origin=origin, token_scope=_SCOPE)
