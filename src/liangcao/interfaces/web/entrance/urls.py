"""Addresses of the entrance, and of one's own account. The names beginning with account_ and mfa_ are allauth's."""

from django.urls import path

from liangcao.interfaces.web.entrance import (
    acceptance,
    account,
    first_start,
    passwords,
    reauthentication,
    second_factor,
    unlocking,
    views,
)

urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("login/", views.log_in, name="account_login"),
    path("login/code/", views.log_in_code, name="mfa_authenticate"),
    path("login/unlocking/", unlocking.unlocking, name="unlocking"),
    path("logout/", views.log_out, name="logout"),
    path("language/", views.switch_language, name="switch_language"),
    path("bureau/", views.switch_bureau, name="switch_bureau"),
    path("first-start/<str:secret>/", first_start.first_start, name="first_start"),
    path("password/<str:secret>/", passwords.password_choice, name="password_choice"),
    path("invitations/<str:secret>/", acceptance.acceptance, name="acceptance"),
    path("account/", account.account, name="account"),
    path("account/proof/", reauthentication.reauthentication, name="reauthentication"),
    path("account/password/", passwords.password_change, name="password_change"),
    path("account/second-factor/", second_factor.second_factor_new, name="second_factor_new"),
    path("account/second-factor/codes/", second_factor.recovery_codes_new, name="recovery_codes_new"),
    path("account/second-factor/removal/", second_factor.second_factor_off, name="second_factor_off"),
    path("account/sessions/ending/", account.sessions_ending, name="sessions_ending"),
    path("account/tokens/new/", account.token_new, name="token_new"),
    path("account/tokens/<int:token_id>/revocation/", account.token_revoke, name="token_revoke"),
]
