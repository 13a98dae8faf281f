"""What allauth asks of us: where log-in goes on, who may sign up (nobody), how secrets are kept."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac


class EntranceAdapter(DefaultAccountAdapter):
    """Log-in without e-mail, sign-up or messages of its own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come in by invitation or are added by an administrator."""
        return False

    def get_login_stages(self) -> list[str]:
        """After the password only the second factor."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """A closed account is told nothing that an unknown name is not."""
        return redirect("login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages speak for themselves."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing goes by e-mail."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator secrets stand encrypted in the database: a copy of it alone opens no account."""

    def encrypt(self, text: str) -> str:
        """Encrypt with a key that comes from the installation's secret key."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises ValueError when the installation's key has changed."""
        try:
            return _vault().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValueError("the secret does not open with this key") from None


def _vault() -> Fernet:
    key = salted_hmac("liangcao.second_factor", "key", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
