"""What people call an item: the list of aliases, recording one, ending one that was wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.choices import item_choices
from liangcao.interfaces.web.forms import ActForm, NamedChoice, ReasonForm
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.row_ids import row_id
from liangcao.interfaces.web.templatetags.words import named
from liangcao.reference.catalog import actions
from liangcao.reference.catalog import queries as catalog


def _state(row: Any) -> str:
    if row.ended_at is None:
        return _("在用")
    return _("已停用(%(who)s:%(why)s)") % {"who": row.ended_by, "why": row.ended_reason}


def alias_columns(*, with_item: bool = False, may_end: bool = False) -> tuple[Column, ...]:
    """The columns of aliases: of one item, or of all with the item that each means. Who may end one gets there."""
    item = Column(
        "item", gettext_lazy("物资"), value=lambda row: named(row.item), link=lambda row: address("item", row.item_id),
        sort="item__pinyin", phone="main",
    )  # fmt: skip
    return (
        Column("alias", gettext_lazy("别名"), sort="alias" if with_item else "", phone="title"),
        *((item,) if with_item else ()),
        Column("note", gettext_lazy("备注"), phone="rest"),
        Column("added_by", gettext_lazy("登记人")),
        Column("added_at", gettext_lazy("登记时间"), kind="moment", sort="added_at" if with_item else "", phone="hide"),
        Column(
            "state", gettext_lazy("状态"), plain=_state,
            value=lambda row: _("在用 · 停用") if may_end and row.ended_at is None else _state(row),
            link=lambda row: address("item_alias_ending", row.pk) if may_end and row.ended_at is None else "",
        ),
    )  # fmt: skip


ALIASES = Listing(
    name="item-aliases",
    columns=alias_columns(with_item=True),
    order=("alias", "pk"),
    filters=(
        Filter(
            "state",
            gettext_lazy("状态"),
            lambda rows, state: rows.filter(ended_at__isnull=state == "in_force"),
            choices=lambda _request: [("in_force", _("在用")), ("ended", _("已停用"))],
        ),
    ),
    search=lambda rows, text: catalog.called_so(rows, text, with_items=True),
    search_hint=gettext_lazy("别名,或物资的名称、编码、拼音"),
    empty=Empty(gettext_lazy("还没有登记别名。"), ((gettext_lazy("登记别名"), "item_alias_new"),)),
    page_size=100,
)


class AliasForm(ActForm):
    """The words that people write, and the item they mean."""

    alias = forms.CharField(
        label=gettext_lazy("别名"), max_length=80,
        help_text=gettext_lazy("照来文里的叫法填写;全半角、空格、括号、大小写不用管"),
    )  # fmt: skip
    item = NamedChoice(None, label=gettext_lazy("物资"))
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def build(self) -> None:
        """Items of the catalogue."""
        self.fields["item"].queryset = item_choices(self.request)  # type: ignore[attr-defined]


@desk_page("item")
def item_alias_list(request: Any) -> HttpResponse:
    """All aliases."""
    add = reverse("item_alias_new") if can(request, "alias", "item") else ""
    rows = catalog.item_aliases(request.actor)
    shown = replace(ALIASES, columns=alias_columns(with_item=True, may_end=can(request, "edit", "item")))
    return listing.answer(request, shown, rows, title=_("物资别名"), template="desk/settings/list.html", add=add)


@desk_page("item", "alias")
def item_alias_new(request: Any) -> HttpResponse:
    """Record what people call an item."""
    item_id = row_id(request.GET.get("item", ""))
    initial = {"alias": request.GET.get("alias", "")[:80], "item": item_id}
    return act_page(
        request,
        AliasForm(request, initial=initial),
        title=_("登记别名"),
        button=_("登记别名"),
        summary=_("以后来文里这样写,就认作这种物资,不再询问。说不清种类或等级的叫法请不要登记。"),
        do=lambda values: actions.add_alias(
            item_id=values["item"].pk,
            alias=values["alias"],
            note=values["note"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda held: reverse("item", args=[held.item_id]),
        message=_("已记住,以后这样写就认得。"),
        back=reverse("item", args=[item_id]) if item_id else reverse("item_alias_list"),
    )


@desk_page("item", "edit")
def item_alias_ending(request: Any, alias_id: int) -> HttpResponse:
    """It was wrong: the words may be recorded anew."""
    held = catalog.item_alias(request.actor, alias_id)
    if held is None:
        raise NotFound()
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.end_alias, alias_id=alias_id),
        title=_("停用别名"),
        button=_("停用别名"),
        summary=_("停用后,来文里写“%(alias)s”会重新询问是哪种物资;已登记的单据不受影响。") % {"alias": held.alias},
        message=_("已停用。"),
        danger=True,
        back=reverse("item", args=[held.item_id]),
    )
