"""验收签字: which signatures a receipt needs, category by category."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web import listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.supply.acceptance_papers import kind_said
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.listing import Empty, Listing
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import named
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.catalog.actions import set_receipt_signatures
from liangcao.reference.catalog.models import SIGNATURE_RULES


def rule_in_words(kinds: Any) -> str:
    """仓管、质检、清点."""
    return _now("、").join(kind_said(kind) for kind in kinds)


def _own_rule(category: Any) -> str:
    return rule_in_words(category.receipt_signatures.split(",")) if category.receipt_signatures else _now("随上级类别")


CATEGORIES = Listing(
    name="categories",
    columns=(
        Column("code", _("编码"), kind="code", sort="code"),
        Column(
            "name",
            _("类别"),
            value=named,
            link=lambda row: address("category_signatures", row.code),
            phone="title",
        ),
        Column("parent", _("上级类别"), value=lambda row: named(row.parent) if row.parent else ""),
        Column("rule", _("本类规定"), value=_own_rule),
    ),
    order=("code", "pk"),
    empty=Empty(_("目录还是空的。"), ((_("添加物资"), "item_new"),)),
    page_size=100,
)


class SignaturesForm(ActForm):
    """One of the rules."""

    signatures = forms.ChoiceField(label=_("入库要谁签字"), required=False)

    def build(self) -> None:
        """The rules in words."""
        self.fields["signatures"].choices = [
            (rule, rule_in_words(rule.split(",")) if rule else _now("随上级类别(没有上级的只要仓管)"))
            for rule in SIGNATURE_RULES
        ]


@desk_page("item")
def category_list(request: Any) -> HttpResponse:
    """The categories with the signatures that their goods need on arrival."""
    asked = catalog.signatures_by_category(request.actor)
    rows = catalog.categories(request.actor).select_related("parent")
    column = Column("asked", _("入库要谁签字"), value=lambda row: rule_in_words(asked[row.pk]), phone="main")
    shown = replace(CATEGORIES, columns=(*CATEGORIES.columns, column))
    return listing.answer(request, shown, rows, title=_now("验收签字"), template="desk/settings/list.html")


@desk_page("item", "edit")
def category_signatures(request: Any, category_code: str) -> HttpResponse:
    """Change the rule of one category, for receipts from now on."""
    category = catalog.category_by_code(request.actor, category_code)
    form = SignaturesForm(request, initial={"signatures": category.receipt_signatures})
    return act_page(
        request,
        form,
        title=_now("验收签字:%(category)s") % {"category": named(category)},
        button=_now("保存"),
        summary=_now("从下一张入库单起生效;已收的货按收货时的规定签。要质检或清点的,货先放待验收区,签齐才入库。"),
        do=lambda values: set_receipt_signatures(
            category_code=category_code,
            signatures=[kind for kind in values["signatures"].split(",") if kind],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _done: reverse("category_list"),
        message=_now("已保存。"),
        back=reverse("category_list"),
    )
