"""The form of a task: one line, an owner, a moment; everything else has a sensible default."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web.desk.duty.forms import MomentField, colleague_choices
from liangcao.interfaces.web.forms import ActForm, NamedChoice, ReasonForm
from liangcao.interfaces.web.templatetags.words import said
from liangcao.operations.duty.flow import TASK_SOURCES

OTHER = "other"
# Key → words, days ahead, hour. The hour 24 is the end of the day.
DUES: dict[str, tuple[Any, int, int]] = {
    "today": (_("今天 18:00"), 0, 18),
    "tonight": (_("今天 24:00"), 0, 24),
    "morning": (_("明天 9:00"), 1, 9),
    "evening": (_("明天 18:00"), 1, 18),
}
LEAST_AHEAD = timedelta(hours=1)


def due_of(key: str, at: datetime) -> datetime:
    """The moment that a key means now."""
    _words, days, hour = DUES[key]
    day = datetime.combine(at.astimezone(LOCAL).date(), time.min, tzinfo=LOCAL)
    return day + timedelta(days=days, hours=hour)


def due_choices(at: datetime) -> list[tuple[str, Any]]:
    """The moments that lie at least an hour ahead; the first is the default."""
    ahead = [(key, words) for key, (words, _d, _h) in DUES.items() if due_of(key, at) >= at + LEAST_AHEAD]
    return [*ahead, (OTHER, _("另定时间"))]


class TaskForm(ActForm):
    """交办: typed in ten seconds on any page."""

    text = forms.CharField(
        label=_("事项"), max_length=300, widget=forms.TextInput(attrs={"wide": "1", "autofocus": True})
    )
    owner_id = NamedChoice(None, label=_("承办人"))
    due = forms.ChoiceField(label=_("时限"))
    due_at = MomentField(label=_("另定时间"), required=False)
    source = forms.ChoiceField(label=_("来源"), initial="meeting")
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def build(self) -> None:
        """Colleagues, moments ahead, sources."""
        self.fields["owner_id"].queryset = colleague_choices(self.request)
        self.fields["due"].choices = due_choices(self.request.at)
        self.fields["source"].choices = [(key, said(words)) for key, words in TASK_SOURCES.items()]

    def clean(self) -> dict[str, Any]:
        """One moment: the chosen one, or the one that was typed."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("due") == OTHER and not values.get("due_at"):
            self.add_error("due_at", _("请填写时间。"))
        elif values.get("due") and not values.get("due_at"):
            values["due_at"] = due_of(values["due"], self.request.at)
        return values


class ReopenForm(ReasonForm):
    """Why again, and until when."""

    due_at = MomentField(label=_("新的时限"), required=False, help_text=_("原时限未过可不填。"))


class ReassignForm(ReasonForm):
    """Who does it from now on, and why."""

    owner_id = NamedChoice(None, label=_("转给"))
    field_order = ("owner_id", "reason")

    def __init__(self, request: Any, *, task: Any, **kwargs: Any) -> None:
        self.task = task
        super().__init__(request, **kwargs)

    def build(self) -> None:
        """Colleagues but for the owner."""
        self.fields["owner_id"].queryset = colleague_choices(self.request).exclude(pk=self.task.owner_id)
