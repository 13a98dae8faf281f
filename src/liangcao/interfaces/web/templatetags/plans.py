"""Words of plans for templates: `{% load plans %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from liangcao.interfaces.web.desk.allocation.compared import percent
from liangcao.interfaces.web.templatetags.words import days
from liangcao.operations.allocation.rounds import stored_steps
from liangcao.operations.allocation.rules import sentence, whom_in_words

register = template.Library()


@register.simple_tag
def rule_sentence(form: Any, value: Any) -> str:
    """The rule set of a choice in one readable sentence; 0 stands for the rules of the form's plan."""
    rule = form.rules.get(int(str(value)))
    steps, weigh_by = (
        (stored_steps(form.plan.steps), form.plan.weigh_by) if rule is None else (rule.steps.all(), rule.weigh_by)
    )
    return sentence(steps, weigh_by, get_language() or "zh-hans")


@register.simple_tag
def item_need(needs: dict[int, Any], value: Any) -> Any:
    """The open need of the item of a choice."""
    return needs.get(int(str(value)))


register.filter("permille", percent)
register.filter("tenths", days)


@register.simple_tag
def tier_words(tier: int) -> str:
    """What a tier is called."""
    return whom_in_words(str(tier), get_language() or "zh-hans")
