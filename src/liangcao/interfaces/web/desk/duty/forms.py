"""Forms of the roster, of groups and of hand-overs."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.interfaces.web.forms import ActForm, DayField, NamedChoice, ReasonForm
from liangcao.interfaces.web.templatetags.words import named, said, short_day
from liangcao.operations.duty import queries
from liangcao.operations.duty.flow import GROUP_KINDS, POSITIONS
from liangcao.operations.duty.inputs import ShiftInput
from liangcao.operations.duty.templates import templates

# Hours at which the shifts of a day begin.
PATTERNS: dict[str, tuple[tuple[int, ...], Any]] = {
    "two": ((8, 20), _("两班:8—20 时、20—8 时")),
    "three": ((8, 16, 0), _("三班:8—16 时、16—24 时、0—8 时")),
    "one": ((8,), _("一班:8 时到次日 8 时")),
}
MOST_DAYS = 31


class MomentField(forms.DateTimeField):
    """A moment in the bureau's time, with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        super().__init__(**options)


def colleague_choices(request: Any, *, may: tuple[str, str] | None = None) -> Any:
    """People with an appointment at the desk today, or only those whose role allows an act."""
    return queries.colleagues(request.actor, request.bureau.pk, on=business_date(request.at), may=may)


class RemarkForm(ActForm):
    """An act that may say something."""

    reason = forms.CharField(
        label=_("说明"), max_length=200, required=False, widget=forms.TextInput(attrs={"wide": "1"})
    )


class PostForm(ActForm):
    """A duty post."""

    name = forms.CharField(label=_("名称"), max_length=40)
    code = forms.CharField(label=_("编码"), max_length=20)
    name_en = forms.CharField(label=_("英文名称"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("值班电话"), max_length=40, required=False, help_text=_("填办公电话,不填个人手机。")
    )
    is_public = forms.BooleanField(label=_("对外公布:各单位在门户上看到岗位和电话"), required=False)
    is_always_staffed = forms.BooleanField(label=_("全天 24 小时有人:排班有空档时提醒"), required=False, initial=True)


class ShiftForm(ActForm):
    """One shift."""

    post_id = NamedChoice(None, label=_("岗位"), widget=forms.Select(), empty_label=None)
    person_id = NamedChoice(None, label=_("值班人"))
    starts_at = MomentField(label=_("开始"))
    ends_at = MomentField(label=_("结束"))
    deputy_id = NamedChoice(None, label=_("副班"), required=False)

    def build(self) -> None:
        """Posts and colleagues of the bureau."""
        self.fields["post_id"].queryset = queries.posts(self.request.actor, self.request.bureau.pk)
        for name in ("person_id", "deputy_id"):
            self.fields[name].queryset = colleague_choices(self.request, may=queries.ON_DUTY)

    def shifts(self, values: dict[str, Any]) -> list[ShiftInput]:
        """The one shift."""
        deputy = values["deputy_id"]
        return [
            ShiftInput(
                values["post_id"].pk, values["person_id"].pk, values["starts_at"], values["ends_at"],
                deputy.pk if deputy else None,
            )
        ]  # fmt: skip


class RosterForm(ActForm):
    """A roster of several days by a pattern: the people take turns in the order chosen."""

    post_id = NamedChoice(None, label=_("岗位"), widget=forms.Select(), empty_label=None)
    first_day = DayField(label=_("从"))
    days = forms.IntegerField(label=_("天数"), min_value=1, max_value=MOST_DAYS, initial=7)
    pattern = forms.ChoiceField(
        label=_("班次"), choices=lambda: [(key, words) for key, (_h, words) in PATTERNS.items()]
    )
    people: Any = forms.ModelMultipleChoiceField(
        None,
        label=_("轮流值班的人"),
        widget=forms.CheckboxSelectMultiple(attrs={"wide": "1"}),
        help_text=_("按姓名顺序轮流;同一班的副班是下一位。"),
    )
    with_deputy = forms.BooleanField(label=_("每班配副班"), required=False, initial=True)

    def build(self) -> None:
        """Posts and colleagues of the bureau."""
        self.fields["post_id"].queryset = queries.posts(self.request.actor, self.request.bureau.pk)
        self.fields["people"].queryset = colleague_choices(self.request, may=queries.ON_DUTY)
        self.fields["people"].label_from_instance = named
        self.fields["first_day"].initial = business_date(self.request.at)

    def shifts(self, values: dict[str, Any]) -> list[ShiftInput]:
        """All shifts that are not over yet; each takes the next person."""
        people = [person.pk for person in values["people"]]
        made: list[ShiftInput] = []
        for starts_at, ends_at in spans(values["first_day"], values["days"], PATTERNS[values["pattern"]][0]):
            if ends_at <= self.request.at:
                continue
            turn = len(made)
            deputy = people[(turn + 1) % len(people)] if values["with_deputy"] and len(people) > 1 else None
            made.append(ShiftInput(values["post_id"].pk, people[turn % len(people)], starts_at, ends_at, deputy))
        return made


def spans(first_day: Any, days: int, hours: tuple[int, ...]) -> list[tuple[datetime, datetime]]:
    """Start and end of each shift: a day's shifts begin at these hours, the last one ends when the next day begins."""
    starts = []
    for number in range(days + 1):
        day = datetime.combine(first_day + timedelta(days=number), time.min, tzinfo=LOCAL)
        # An hour before the first one of the day belongs to the night that follows.
        starts += [day + timedelta(hours=hour if hour >= hours[0] else hour + 24) for hour in hours]
    count = days * len(hours)
    return list(pairwise(starts))[:count]


class SwapForm(ActForm):
    """To whom, and for which of his shifts."""

    to_person_id = NamedChoice(None, label=_("请谁来值"))
    exchange_for_id: Any = forms.ModelChoiceField(
        None, label=_("换对方哪一班"), required=False, empty_label=_("不换回,只请顶班"), widget=forms.Select()
    )
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}))

    def __init__(self, request: Any, *, shift: Any, **kwargs: Any) -> None:
        self.shift = shift
        super().__init__(request, **kwargs)

    def build(self) -> None:
        """Colleagues but for the person of the shift, and their shifts to come."""
        others = colleague_choices(self.request, may=queries.ON_DUTY).exclude(pk=self.shift.person_id)
        self.fields["to_person_id"].queryset = others
        later = queries.shifts(self.request.actor, bureau_id=self.request.bureau.pk, from_at=self.request.at)
        later = later.filter(status="planned", starts_at__gt=self.request.at).exclude(person_id=self.shift.person_id)
        self.fields["exchange_for_id"].queryset = later.order_by("starts_at", "pk")[:60]
        self.fields["exchange_for_id"].label_from_instance = shift_words


def hours_of(shift: Any) -> str:
    """20:00—次日 08:00."""
    start, end = shift.starts_at.astimezone(LOCAL), shift.ends_at.astimezone(LOCAL)
    if start.date() == end.date():
        return f"{start:%H:%M}—{end:%H:%M}"
    return _("%(start)s—次日 %(end)s") % {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}


def shift_words(shift: Any) -> str:
    """2月3日 20:00—次日 08:00 值班台 甲."""
    return f"{short_day(shift.starts_at.astimezone(LOCAL))} {hours_of(shift)} {named(shift.post)} {shift.person.name}"


class HandOverForm(ActForm):
    """What is left to say; the rest lists itself."""

    note = forms.CharField(
        label=_("交班说明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "wide": "1"}),
        help_text=_("未办事项已自动列出,不用抄写;这里只写要当面交代的话。"),
    )


class TemplateForm(ActForm):
    """A shipped structure to begin with."""

    template = forms.ChoiceField(label=_("模板"), widget=forms.RadioSelect(attrs={"wide": "1"}))

    def build(self) -> None:
        """The shipped templates."""
        self.fields["template"].choices = [(each.code, named(each)) for each in templates()]


class GroupForm(ActForm):
    """One group."""

    name = forms.CharField(label=_("名称"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), initial="working")
    name_en = forms.CharField(label=_("英文名称"), max_length=80, required=False)
    departments = forms.CharField(
        label=_("组成部门"), max_length=300, required=False, widget=forms.TextInput(attrs={"wide": "1"})
    )
    duties = forms.CharField(
        label=_("职责"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3, "wide": "1"}),
        help_text=_("一行一条。"),
    )  # fmt: skip

    def build(self) -> None:
        """Kinds of groups."""
        self.fields["kind"].choices = [(key, said(words)) for key, words in GROUP_KINDS.items()]


class MemberForm(ActForm):
    """A member of a group."""

    person_id = NamedChoice(None, label=_("人员"))
    position = forms.ChoiceField(label=_("职务"), initial="member")
    valid_from = DayField(label=_("从"))
    valid_until = DayField(label=_("到"), required=False)
    seconded_from = forms.CharField(
        label=_("借调自"), max_length=60, required=False, help_text=_("外部门借调的人填原部门,如“市财政局”。")
    )
    phone = forms.CharField(
        label=_("工作电话"), max_length=40, required=False, help_text=_("印在通讯录上;门户和外单位看不到。")
    )

    def build(self) -> None:
        """Colleagues, positions, from today."""
        self.fields["person_id"].queryset = colleague_choices(self.request)
        self.fields["position"].choices = [(key, said(words)) for key, words in POSITIONS.items()]
        self.fields["valid_from"].initial = business_date(self.request.at)


class EndForm(ReasonForm):
    """The last day of a membership."""

    last_day = DayField(label=_("最后一天"))
    field_order = ("last_day", "reason")

    def build(self) -> None:
        """Today."""
        self.fields["last_day"].initial = business_date(self.request.at)
