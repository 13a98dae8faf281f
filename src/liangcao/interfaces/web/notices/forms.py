"""The form of one's own notices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.forms import ActForm


class NoticeForm(ActForm):
    """An address, and the consent that goes with it."""

    email = forms.CharField(
        label=_("邮箱"), max_length=254, widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"})
    )
    has_consented = forms.BooleanField(
        label=_("同意用这个邮箱接收提醒"),
        help_text=_("只用于提醒,随时可以停用,停用即删除"),
        error_messages={"required": _("要先同意用这个邮箱接收提醒。不同意也能照常使用系统")},
    )
