"""The form of the briefing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.forms import ActForm


class FreezeForm(ActForm):
    """What the consultation decided, printed as the last paragraph."""

    note = forms.CharField(
        label=_("会商意见"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4, "wide": True})
    )
