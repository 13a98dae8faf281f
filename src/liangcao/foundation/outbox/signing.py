"""The key that signs a webhook. It is worked out from the installation's secret: no table and no backup holds it."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def signing_key(*, bureau_id: int | None, url: str) -> str:
    """The key of a bureau's webhook to this address; another secret key of the installation makes another one."""
    told = f"liangcao webhook {bureau_id} {url}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()
