"""分配规则: the program's sets and the bureau's own, their versions, and a draft tried on today's needs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.settings import lists
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.document import Act, Document, Fact, history_of
from liangcao.interfaces.web.forms import ActForm, LineForm, PieceField, ReasonForm, line_forms
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.row_ids import row_id
from liangcao.interfaces.web.templatetags.words import chip_of, is_english, moment, named, said
from liangcao.operations.allocation import actions, rule_set_queries
from liangcao.operations.allocation.models import WEIGH_BY, RuleSet
from liangcao.operations.allocation.queries import rule_sets
from liangcao.operations.allocation.rule_set_checks import STEPS_MOST, RuleSetDraft
from liangcao.operations.allocation.rules import sentence, whom_in_words
from liangcao.operations.allocation.solver import Step
from liangcao.reference.parties.kinds import TIERS

HOW_WORDS = {
    "fill": ("同比例", "the same share of the target"),
    "equal_cover": ("等天数", "equal days of cover"),
    "proportional": ("按权重", "by weight"),
}
TARGET_WORDS = {
    "floor": ("保底", "floor"),
    "days": ("天数", "days of cover"),
    "cap": ("上限", "cap"),
    "request": ("申请", "request"),
}
WIDE = {"wide": "1"}


def _whoms() -> list[tuple[str, str]]:
    """All, each tier, tiers in a row."""
    language = "en" if is_english() else "zh"
    first, last = min(TIERS), max(TIERS)
    rows = [f"{one}-{other}" for one in TIERS for other in range(one + 1, last + 1) if (one, other) != (first, last)]
    return [("", ""), *((whom, whom_in_words(whom, language)) for whom in ["all", *map(str, TIERS), *rows])]


def _targets() -> list[tuple[str, str]]:
    return [(key, said(words)) for key, words in TARGET_WORDS.items()]


def _hows() -> list[tuple[str, str]]:
    return [(key, said(words)) for key, words in HOW_WORDS.items()]


class StepForm(LineForm):
    """One step. A row without “whom” is left out; rows run in the order of their place."""

    place = forms.IntegerField(
        label=gettext_lazy("次序"), required=False, min_value=0, max_value=99,
        widget=forms.NumberInput(attrs={"class": "number-short"}),
    )  # fmt: skip
    whom = forms.ChoiceField(label=gettext_lazy("给谁"), required=False, choices=_whoms)
    target = forms.ChoiceField(label=gettext_lazy("到多少"), choices=_targets, required=False, initial="request")
    days = PieceField(label=gettext_lazy("几天"), required=False, least=0)
    how = forms.ChoiceField(label=gettext_lazy("怎么分"), choices=_hows, required=False, initial="fill")

    def has_changed(self) -> bool:
        """A step is one that says whom."""
        return bool(self.data.get(self.add_prefix("whom"))) if self.is_bound else bool(self.initial.get("whom"))


class RuleSetForm(ActForm):
    """A rule set as a person writes it."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=60, required=False)
    weigh_by = forms.ChoiceField(
        label=gettext_lazy("按什么计权"), choices=lambda: [(k, said(w)) for k, w in WEIGH_BY.items()]
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=200, required=False, widget=forms.TextInput(attrs=WIDE),
        help_text=gettext_lazy("为什么这样定,例如会议纪要的文号"),
    )  # fmt: skip

    def __init__(self, request: Any, *, origin: RuleSet | None, is_copy: bool) -> None:
        self.origin = origin
        self.turns: list[int] = []
        initial: dict[str, Any] = {}
        if origin is not None:
            name, name_en = (
                (_("%(name)s(改)") % {"name": origin.name}, "") if is_copy else (origin.name, origin.name_en)
            )
            initial = {"name": name, "name_en": name_en, "weigh_by": origin.weigh_by}
        super().__init__(request, initial=initial)

    def build(self) -> None:
        """The steps of the set that is changed or copied, and room for one more."""
        steps = list(self.origin.steps.all()) if self.origin else []
        known = [
            {"place": step.order, "whom": step.whom, "target": step.target, "days": step.days, "how": step.how}
            for step in steps
        ]
        self.lines = line_forms(self.request, StepForm, initial=known, rows=max(3, min(len(known) + 1, STEPS_MOST)))

    def refuse(self, refusal: Refusal) -> None:
        """A refusal of a step stands in the row that the step came from, wherever its turn is."""
        rows, self.lines = self.lines, None
        super().refuse(refusal)
        self.lines = rows
        for problem in refusal.problems or (refusal,):
            if problem.row and problem.row <= len(self.turns) and rows is not None:
                rows.filled_forms()[self.turns[problem.row - 1]].refuse(problem)

    def draft(self) -> RuleSetDraft:
        """What is written so far; call it on a form that is valid."""
        values = self.values()
        rows = sorted(enumerate(values["lines"]), key=lambda row: (row[1]["place"] or 99, row[0]))
        self.turns = [place for place, _row in rows]
        steps = tuple(Step(row["whom"], row["target"], row["how"], row["days"]) for _place, row in rows)
        return RuleSetDraft(values["name"], steps, values["weigh_by"], values["name_en"])


@desk_page("plan")
def rule_set_list(request: Any) -> HttpResponse:
    """Rule sets in force, those of the bureau first."""
    rows = rule_sets(request.actor, bureau_id=request.bureau.pk, is_active=None)
    add = reverse("rule_set_new") if can(request, "edit", "rule_set") else ""
    return listing.answer(
        request, lists.RULE_SETS, rows, title=pgettext("list", "分配规则"), template="desk/settings/list.html", add=add
    )


@desk_page("plan")
def rule_set(request: Any, rule_set_id: int) -> HttpResponse:
    """One version with its steps, and what changed from version to version."""
    found = rule_set_queries.rule_set(request.actor, rule_set_id)
    return document.answer(request, _paper(request, found))


def _paper(request: Any, found: RuleSet) -> Document:
    versions = rule_set_queries.versions(request.actor, found)
    before = next((row for row in versions if row.version < found.version), None)
    state = (
        chip_of(_("已停用"), "wait") if not found.is_active else chip_of(_("默认"), "done") if found.is_default else ""
    )
    tables = [table(_step_columns(before), found.steps.all(), title=_("步骤"))]
    if found.bureau_id:
        tables.append(table(_version_columns(), versions, title=_("各版")))
    return Document(
        kind=_("分配规则"),
        number=f"{named(found)} {_('第 %(n)s 版') % {'n': found.version}}",
        state=state,
        facts=_facts(found, versions),
        acts=_acts(request, found, versions),
        tables=tables,
        history=history_of(request, object_kind="rule_set", object_ref=f"{found.code}/{found.version}"),
        back=(_("分配规则"), address("rule_set_list")),
    )


def _facts(found: RuleSet, versions: list[RuleSet]) -> list[Fact]:
    used = sum(row.plan_count for row in versions if row.pk == found.pk)  # type: ignore[attr-defined]
    facts = [
        Fact(_("内容"), found.sentence_en if is_english() else found.sentence, is_wide=True),
        Fact(_("权重"), said(WEIGH_BY[found.weigh_by])),
        Fact(_("来自"), _("本局") if found.bureau_id else _("随程序提供")),
        Fact(_("用过的方案"), str(used)),
    ]
    if found.made_at:
        facts += [Fact(_("制定人"), found.made_by), Fact(_("制定时间"), moment(found.made_at))]
    if found.note:
        facts.append(Fact(_("说明"), found.note, is_wide=True))
    return facts


def _acts(request: Any, found: RuleSet, versions: list[RuleSet]) -> list[Act]:
    if not can(request, "edit", "rule_set"):
        return []
    acts = [Act(_("复制一套"), address("rule_set_new", query=f"from={found.pk}"), in_dialog=False)]
    if found.bureau_id is None or found.pk != versions[0].pk:
        return acts
    if found.is_active:
        acts.insert(0, Act(_("修改"), address("rule_set_version_new", found.pk), is_next=True, in_dialog=False))
        label = _("不再作默认") if found.is_default else _("设为默认")
        acts.append(Act(label, address("rule_set_default", found.pk)))
        acts.append(Act(_("停用"), address("rule_set_retirement", found.pk), danger=True))
    else:
        acts.append(Act(_("恢复使用"), address("rule_set_restoration", found.pk), is_next=True))
    return acts


def _step_columns(before: RuleSet | None) -> tuple[Column, ...]:
    earlier = {} if before is None else {_said(step): step.order for step in before.steps.all()}

    def change(step: Any) -> str:
        order = earlier.get(_said(step))
        if order is None:
            return _("新")
        return "" if order == step.order else _("原第 %(n)s 步") % {"n": order}

    columns = (
        Column("order", _("次序"), phone="main"),
        Column("whom", _("给谁"), lambda row: whom_in_words(row.whom, "en" if is_english() else "zh"), phone="title"),
        Column("target", _("到多少"), _target),
        Column("how", _("怎么分"), lambda row: said(HOW_WORDS.get(row.how, (row.how, row.how)))),
    )
    return columns if before is None else (*columns, Column("change", _("与上一版比"), change))


def _said(step: Any) -> tuple[Any, ...]:
    return step.whom, step.target, step.how, step.days


def _target(step: Any) -> str:
    words = said(TARGET_WORDS.get(step.target, (step.target, step.target)))
    return f"{words} {step.days}" if step.days else words


def _version_columns() -> tuple[Column, ...]:
    return (
        Column("version", _("版本"), link=lambda row: address("rule_set", row.pk), phone="title"),
        Column("sentence", _("内容"), lambda row: row.sentence_en if is_english() else row.sentence),
        Column("note", _("说明")),
        Column("made_by", _("制定人")),
        Column("made_at", _("制定时间"), kind="moment"),
        Column("plan_count", _("用过的方案"), kind="number", phone="main"),
    )


def _form_page(request: Any, form: RuleSetForm, do: Any, *, title: str, back: str) -> HttpResponse:
    if request.method == "POST" and "example" in request.POST:
        known = {"form": form, "title": title, "button": _("保存"), "back": back}
        return render(request, "desk/settings/rule_set_form.html", known | _example(request, form))
    return act_page(
        request,
        form,
        title=title,
        button=_("保存"),
        do=lambda values: do(
            draft=form.draft(), note=values["note"], by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda made: reverse("rule_set", args=[made.pk]),
        message=_("已保存,新方案可以用了。"),
        back=back,
        template="desk/settings/rule_set_form.html",
    )


@desk_page("rule_set", "edit")
def rule_set_new(request: Any) -> HttpResponse:
    """A set of the bureau's own, from nothing or like another."""
    pk = row_id(request.GET.get("from", ""))
    origin = rule_set_queries.rule_set(request.actor, pk) if pk is not None else None
    return _form_page(
        request,
        RuleSetForm(request, origin=origin, is_copy=True),
        partial(actions.make_rule_set, bureau_id=request.bureau.pk),
        title=_("新的分配规则"),
        back=reverse("rule_set", args=[origin.pk]) if origin else reverse("rule_set_list"),
    )


@desk_page("rule_set", "edit")
def rule_set_version_new(request: Any, rule_set_id: int) -> HttpResponse:
    """A new version of it."""
    found = rule_set_queries.rule_set(request.actor, rule_set_id)
    return _form_page(
        request,
        RuleSetForm(request, origin=found, is_copy=False),
        partial(actions.revise_rule_set, rule_set_id=rule_set_id),
        title=titled(_("修改 %(number)s"), named(found)),
        back=reverse("rule_set", args=[rule_set_id]),
    )


@desk_page("rule_set", "edit")
def rule_set_example(request: Any) -> HttpResponse:
    """What the rules as written so far would give today; nothing is written."""
    form = RuleSetForm(request, origin=None, is_copy=False)
    return render(request, "desk/settings/_rule_set_example.html", _example(request, form))


def _example(request: Any, form: RuleSetForm) -> dict[str, Any]:
    """The example with the rules in a sentence, or why there is none yet."""
    guard.check(request.actor, "edit", "rule_set", bureau_id=request.bureau.pk)
    form.is_valid()
    lines: Any = form.lines
    if not lines.is_valid() or "weigh_by" not in form.cleaned_data:
        return {"problems": [_("请先把步骤填完整。")]}
    values = {"name": "", "name_en": "", "note": "", **form.cleaned_data}
    form.cleaned_data = values
    draft = form.draft()
    try:
        found = rule_set_queries.example(request.actor, request.bureau.pk, draft, at=request.at)
    except Refusal as refusal:
        language = request.LANGUAGE_CODE
        return {"problems": [each.message(language) for each in refusal.problems or (refusal,)]}
    language = "en" if is_english() else "zh"
    return {
        "example": found, "sentence": sentence(draft.steps, draft.weigh_by, language), "nothing_asked": found is None,
        "notices": [notice.message(request.LANGUAGE_CODE) for notice in found.notices] if found else [],
    }  # fmt: skip


@desk_page("rule_set", "edit")
def rule_set_default(request: Any, rule_set_id: int) -> HttpResponse:
    """New plans of the bureau begin with it, or not any more."""
    found = rule_set_queries.rule_set(request.actor, rule_set_id)
    act = partial(actions.set_default_rule_set, rule_set_id=rule_set_id, is_default=not found.is_default)
    return returning_act(
        request,
        ActForm(request),
        act,
        title=named(found),
        button=_("不再作默认") if found.is_default else _("设为默认"),
        summary=_("新方案打开时先选中默认的规则;起草人仍可以另选。"),
        message=_("已记下。"),
        back=reverse("rule_set", args=[rule_set_id]),
    )


@desk_page("rule_set", "edit")
def rule_set_retirement(request: Any, rule_set_id: int) -> HttpResponse:
    """Out of use."""
    found = rule_set_queries.rule_set(request.actor, rule_set_id)
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.retire_rule_set, rule_set_id=rule_set_id),
        title=titled(_("停用 %(number)s"), named(found)),
        button=_("停用"),
        danger=True,
        summary=_("停用后新方案不能再选;用它做过的方案不受影响,也可以恢复。"),
        message=_("已停用。"),
        back=reverse("rule_set", args=[rule_set_id]),
    )


@desk_page("rule_set", "edit")
def rule_set_restoration(request: Any, rule_set_id: int) -> HttpResponse:
    """In use again."""
    found = rule_set_queries.rule_set(request.actor, rule_set_id)
    return returning_act(
        request,
        ActForm(request),
        partial(actions.restore_rule_set, rule_set_id=rule_set_id),
        title=named(found),
        button=_("恢复使用"),
        message=_("已恢复。"),
        back=reverse("rule_set", args=[rule_set_id]),
    )
