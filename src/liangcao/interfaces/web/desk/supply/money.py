"""Money as people write it: 6,427,000.00 yuan in the form, whole fen inside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.forms import as_written


class YuanField(forms.DecimalField):
    """Yuan with at most two decimals; the cleaned value is in fen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "number"})
        messages = {"invalid": _("请填写金额,如 6,427,000.00"), "max_decimal_places": _("金额最多两位小数")}
        super().__init__(
            min_value=0, max_digits=15, decimal_places=2, widget=widget, error_messages=messages, **options
        )

    def to_python(self, value: Any) -> Decimal | None:
        """Full-width digits and thousands separators are read."""
        if isinstance(value, str):
            value = as_written(value)
            if not value.isascii():
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def clean(self, value: Any) -> Any:
        """Fen, or None when nothing was written."""
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)
