"""岗位分离: which profile is in force and until when, what it lets pass, each time that it did; the head sets a term."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.interfaces.web import document
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Table, table
from liangcao.interfaces.web.desk.duty.forms import MomentField
from liangcao.interfaces.web.document import Act, Document, Fact
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, is_english, moment, said
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties import separation as rules

SHOWN = 100
TONES = {"full": "done", "small": "wait", "night": "alarm"}


class SeparationForm(ActForm):
    """A profile for a term, with its reason."""

    profile = forms.ChoiceField(label=gettext_lazy("改为"), widget=forms.RadioSelect)
    ends_at = MomentField(label=gettext_lazy("到什么时候"), help_text=gettext_lazy("到时自动恢复完整分离。"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)

    def build(self) -> None:
        """The profiles that have a term."""
        self.fields["profile"].choices = [
            (name, f"{profile_name(name)}:{_meaning(profile)}")
            for name, profile in rules.profiles().items()
            if profile.longest
        ]


def profile_name(name: str) -> str:
    """The profile in the reader's language."""
    return said(rules.profiles()[name])


def rule_words(rule: str) -> str:
    """What a rule says, in the reader's language; one of an older release by its code."""
    return said(rules.rules().get(rule, rule))


def _meaning(profile: Any) -> str:
    return str(profile.meaning_en if is_english() else profile.meaning_zh)


@desk_page("separation")
def separation(request: Any) -> HttpResponse:
    """The profile in force, its rules, its terms, and what it let pass."""
    term = rules.term_in_force(request.bureau.pk, request.at)
    name = term.profile if term else rules.FULL
    facts = [Fact(_("含义"), _meaning(rules.profiles()[name]), is_wide=True)]
    if term:
        facts = [
            Fact(_("到"), moment(term.ends_at)),
            Fact(_("设定人"), term.set_by),
            Fact(_("原因"), term.reason, is_wide=True),
            *facts,
        ]
    acts = []
    if can(request, "set", "separation"):
        if term:
            acts.append(Act(_("提前结束"), address("separation_ending", term.pk), is_next=True))
        else:
            acts.append(Act(_("调整"), address("separation_new"), is_next=True, in_dialog=False))
    shown = Document(
        kind=_("岗位分离"),
        number="",
        state=chip_of(profile_name(name), TONES[name]),
        facts=facts,
        acts=acts,
        tables=[_rules_table(name), _relaxations_table(request), _terms_table(request)],
        back=(_("设置"), address("settings")),
    )
    return document.answer(request, shown)


def _rules_table(name: str) -> Table:
    columns = (
        Column("rule", _("规则"), lambda row: rule_words(row[0]), phone="title"),
        Column(
            "now", _("现在"), phone="main", kind="mark",
            value=lambda row: chip_of(_("须两个人"), "done") if name in row[1].apart else chip_of(_("可一个人"), "wait"),
        ),
        *(
            Column(key, capfirst(profile_name(key)), phone="hide", value=_asks(key))
            for key in rules.profiles()
        ),
    )  # fmt: skip
    return table(columns, list(rules.rules().items()), title=_("哪些步骤须两个人"), empty="")


def _asks(profile: str) -> Any:
    return lambda row: _("两个人") if profile in row[1].apart else _("可一个人")


def _relaxations_table(request: Any) -> Table:
    columns = (
        Column("at", _("时间"), lambda row: row.at, kind="moment", phone="main"),
        Column("actor_name", _("经办人"), lambda row: row.actor_name, phone="title"),
        Column("rule", _("规则"), lambda row: rule_words(row.rule)),
        Column("object_ref", _("单据"), lambda row: row.object_ref, kind="code"),
    )
    rows = parties.relaxations(request.actor, bureau_id=request.bureau.pk).order_by("-at", "-pk")[:SHOWN]
    return table(columns, rows, title=_("一个人办完的"), empty=_("还没有。"))


def _terms_table(request: Any) -> Table:
    columns = (
        Column("profile", _("档"), lambda row: profile_name(row.profile), phone="title"),
        Column("starts_at", _("从"), lambda row: row.starts_at, kind="moment", phone="main"),
        Column("ends_at", _("到"), lambda row: row.ends_at, kind="moment", phone="main"),
        Column("set_by", _("设定人"), lambda row: row.set_by),
        Column("reason", _("原因"), lambda row: row.reason),
        Column(
            "state", _("状态"), lambda row: _("已撤销") if row.status == "cancelled" else row.ended_by and _("提前结束")
        ),
    )
    rows = parties.separation_terms(request.actor, bureau_id=request.bureau.pk)[:SHOWN]
    return table(columns, rows, title=_("历次设定"), empty=_("从未放宽过。"))


@desk_page("separation", "set")
@require_recent_login
def separation_new(request: Any) -> HttpResponse:
    """The head relaxes for a term."""
    return act_page(
        request,
        SeparationForm(request),
        title=_("调整岗位分离"),
        button=_("设定"),
        summary=_("放宽期间,一个人办完的每一步都会记下,并印在通报上。"),
        back=reverse("separation"),
        do=lambda values: actions.set_separation(
            bureau_id=request.bureau.pk, **values, by=request.actor, at=request.at
        ),
        to=lambda _made: reverse("separation"),
        message=_("已设定,到期自动恢复。"),
    )


@desk_page("separation", "set")
@require_recent_login
def separation_ending(request: Any, term_id: int) -> HttpResponse:
    """Full separation is back before the term ends."""
    parties.separation_term(request.actor, term_id)
    return act_page(
        request,
        ActForm(request),
        title=_("提前结束"),
        button=_("恢复完整分离"),
        back=reverse("separation"),
        do=lambda values: actions.end_separation(
            term_id=term_id, client_id=values["client_id"], by=request.actor, at=request.at
        ),
        to=lambda _made: reverse("separation"),
        message=_("已恢复完整分离。"),
    )
