"""Words of goods and documents for templates of the operations' pages: `{% load goods %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from liangcao.interfaces.web.desk.demand.bars import cut_words, need_bar
from liangcao.interfaces.web.desk.demand.marks import over_marks
from liangcao.interfaces.web.desk.supply.lists import goods_in_words
from liangcao.interfaces.web.templatetags.words import chip, said
from liangcao.ledger.kinds import ACCOUNT_NAMES
from liangcao.operations.demand.flow import REQUISITION_FLOW
from liangcao.operations.supply.flow import KINDS

register = template.Library()
register.filter("goods", goods_in_words)
register.filter("need_bar", need_bar)
register.filter("cut_words", cut_words)
register.filter("over_marks", over_marks)


@register.filter
def kind_word(source: Any) -> str:
    """采购, 捐赠, 上级下拨, 本地生产收储."""
    return said(KINDS[source.kind])


@register.filter
def place_word(kind: str) -> str:
    """在库, 待检, 待验收."""
    return said(ACCOUNT_NAMES[kind])


@register.filter
def refusal_text(refusal: Any) -> str:
    """The sentence of a refusal in the reader's language."""
    return refusal.message(get_language() or "zh-hans")


@register.filter
def packs_of(item: Any) -> str:
    """The packs of an item for the script that adds up: 箱=480|盒=50."""
    return "|".join(f"{pack.name}={pack.factor}" for pack in item.packs.all())


@register.simple_tag
def requisition_chip(requisition: Any) -> SafeString:
    """The state of a requisition."""
    return chip(requisition.status, REQUISITION_FLOW)
