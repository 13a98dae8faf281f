"""The log-in form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.interfaces.web.forms import RefusableForm


class LogInForm(RefusableForm):
    """Name and password."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def refuse_password(self) -> None:
        """One sentence for a wrong name and a wrong password: which of the two it was is nobody's business."""
        self.add_error(None, _("用户名或密码不对,或账号已停用。忘记密码请联系系统管理员。"))
