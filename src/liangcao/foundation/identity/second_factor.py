"""The second factor: codes of an authenticator app (TOTP), and recovery codes. allauth keeps and computes them; here
they are taken under a lock, so that no code counts twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.crypto import constant_time_compare

from liangcao.foundation.identity.models import User
from liangcao.foundation.kernel.errors import Conflict, Invalid

# For a name that has no authenticator: the same work is done, so that the answer takes as long.
_NOBODYS_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105


class CodeWrong(Invalid):
    """The code is wrong, too old, or was used before."""

    def __init__(self) -> None:
        super().__init__(
            "CODE_WRONG",
            "验证码不对,或已用过。请等应用里换出新的一组数字再试",
            "The code is wrong or was used before. Wait for the app's next number and try again",
            field="code",
        )


def new_secret() -> str:
    """A secret for an authenticator app, in base 32."""
    return generate_totp_secret()


def is_on(user_id: int) -> bool:
    """Whether the user logs in with a second factor."""
    return Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()


@transaction.atomic
def activate(*, user: User, secret: str, code: str, at: datetime) -> list[str]:
    """Turn the second factor on after a first right code; returns the recovery codes, shown once. Raises CodeWrong,
    Conflict."""
    User.objects.select_for_update().get(pk=user.pk)
    if is_on(user.pk):
        raise Conflict("SECOND_FACTOR_ON", "已经开启了第二道验证", "The second factor is on already", field="code")
    counter = _matching_counter(secret, code, at)
    if counter is None:
        raise CodeWrong()
    made = TOTP.activate(user, secret).instance
    _remember(made, counter)
    return new_recovery_codes(user=user)


@transaction.atomic
def new_recovery_codes(*, user: User) -> list[str]:
    """Fresh recovery codes; the earlier ones stop working."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return RecoveryCodes.activate(user).generate_codes()


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    try:
        return len(RecoveryCodes(held).get_unused_codes()) if held else 0
    except ValueError:  # The key of this installation has changed.
        return 0


@transaction.atomic
def deactivate(*, user: User) -> bool:
    """Turn the second factor off; the recovery codes go with it. Returns whether it was on."""
    removed, _by_model = Authenticator.objects.filter(user=user).delete()
    return bool(removed)


@transaction.atomic
def take_code(*, user: User | None, code: str, at: datetime, recovery: bool = True) -> str:
    """Take a code of the app, or a recovery code: "totp", "recovery", or "" when it is neither. Every code counts
    once, in all processes. For an unknown user or one without a second factor the same is computed in vain. `at` is
    the server's own time, never an exercise's."""
    held = {each.type: each for each in Authenticator.objects.select_for_update().filter(user=user)} if user else {}
    totp = held.get(Authenticator.Type.TOTP)
    secret = _secret_of(totp) if totp else None
    counter = _matching_counter(secret or _NOBODYS_SECRET, code, at)
    if totp and secret and counter is not None and counter > int(totp.data.get("last_counter", 0)):
        _remember(totp, counter)
        return "totp"
    codes = held.get(Authenticator.Type.RECOVERY_CODES)
    if secret and codes and recovery and RecoveryCodes(codes).validate_code(_plain(code)):
        return "recovery"
    return ""


def _secret_of(authenticator: Any) -> str | None:
    """The kept secret; None when the key of this installation does not open it."""
    try:
        return decrypt(authenticator.data["secret"])
    except ValueError:
        return None


def _matching_counter(secret: str, code: str, at: datetime) -> int | None:
    """The period whose code this is, among those around `at`."""
    present = int(at.timestamp()) // app_settings.TOTP_PERIOD
    found = None
    for counter in range(present - app_settings.TOTP_TOLERANCE, present + app_settings.TOTP_TOLERANCE + 1):
        if constant_time_compare(format_hotp_value(hotp_value(secret, counter)), _plain(code)):
            found = counter
    return found


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "")


def _remember(authenticator: Any, counter: int) -> None:
    authenticator.data["last_counter"] = counter
    authenticator.save(update_fields=["data"])
