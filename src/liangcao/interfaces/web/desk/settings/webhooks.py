"""回调地址: programs that are told when something waits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.outbox.listeners import add_webhook, remove_webhook
from liangcao.foundation.outbox.queries import webhooks
from liangcao.foundation.outbox.signing import signing_key
from liangcao.interfaces.channels.setting import allowed_hosts
from liangcao.interfaces.channels.webhook import check_url
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.document import Act, Document, Fact
from liangcao.interfaces.web.forms import ActForm, NamedChoice
from liangcao.interfaces.web.listing import Empty, Listing
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import moment, named
from liangcao.reference.parties import queries as parties

WEBHOOKS = Listing(
    name="webhooks",
    columns=(
        Column("url", gettext_lazy("地址"), kind="code", phone="title", link=lambda row: address("webhook", row.pk)),
        Column("organisation_id", gettext_lazy("告知"), value=lambda row: row.unit_name, phone="main"),
        Column("added_by", gettext_lazy("登记人")),
        Column("added_at", gettext_lazy("登记时间"), kind="moment"),
    ),
    order=("-pk",),
    empty=Empty(
        gettext_lazy("还没有回调地址:有事时没有程序会得到通知。"), ((gettext_lazy("添加回调地址"), "webhook_new"),)
    ),
)


class WebhookForm(ActForm):
    """Where to, and of whose affairs."""

    url = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=400,
        help_text=gettext_lazy("以 https:// 开头;主机要在本系统允许的名单里"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "wide": "1"}),
    )
    organisation = NamedChoice(
        None, label=gettext_lazy("告知哪个单位的事"), required=False, empty_label=gettext_lazy("本局的待办")
    )

    def build(self) -> None:
        """Organisations of the bureau."""
        found = parties.organisations(self.request.actor, bureau_id=self.request.bureau.pk)
        self.fields["organisation"].queryset = found.order_by("pinyin", "pk")


@desk_page("webhook")
def webhook_list(request: Any) -> HttpResponse:
    """Programs that the bureau tells."""
    rows = _with_units(request, webhooks(request.actor, bureau_id=request.bureau.pk))
    add = reverse("webhook_new") if can(request, "edit", "webhook") else ""
    return listing.answer(request, WEBHOOKS, rows, title=_("回调地址"), template="desk/settings/list.html", add=add)


def _with_units(request: Any, rows: Any) -> list[Any]:
    held = list(rows)
    wanted = {row.organisation_id for row in held if row.organisation_id}
    units = {
        unit.pk: named(unit)
        for unit in parties.organisations(request.actor, bureau_id=request.bureau.pk).filter(pk__in=wanted)
    }
    for row in held:
        row.unit_name = units.get(row.organisation_id, "") if row.organisation_id else named(request.bureau)
    return held


@desk_page("webhook", "edit")
def webhook_new(request: Any) -> HttpResponse:
    """Add one."""

    def add(values: dict[str, Any]) -> Any:
        check_url(values["url"], allowed_hosts())
        unit = values["organisation"]
        return add_webhook(
            bureau_id=request.bureau.pk, organisation_id=unit.pk if unit else None, url=values["url"],
            by=request.actor, at=request.at, client_id=values["client_id"],
        )  # fmt: skip

    return act_page(
        request,
        WebhookForm(request),
        title=_("添加回调地址"),
        button=_("添加"),
        do=add,
        to=lambda made: reverse("webhook", args=[made.pk]),
        message=_("已添加。请把签名密钥交给对方程序的维护人。"),
        back=reverse("webhook_list"),
    )


@desk_page("webhook", "edit")
def webhook(request: Any, webhook_id: int) -> HttpResponse:
    """One address with the key that signs what goes there. The key is worked out, no table holds it."""
    found = _webhook(request, webhook_id)
    return document.answer(
        request,
        Document(
            kind=_("回调地址"),
            number=str(found.pk),
            facts=[
                Fact(_("地址"), found.url, is_wide=True),
                Fact(_("告知"), found.unit_name),
                Fact(_("登记时间"), moment(found.added_at)),
                Fact(_("签名密钥"), signing_key(bureau_id=found.bureau_id, url=found.url), is_wide=True),
            ],
            acts=[Act(_("停用"), reverse("webhook_removal", args=[found.pk]), danger=True)],
            history=document.history_of(request, object_kind="webhook", object_ref=str(found.pk)),
            notice=_("对方收到后用密钥核对签名,凭消息编号识别重复投递;格式见使用说明“后台任务与提醒”。"),
            back=(_("回调地址"), reverse("webhook_list")),
        ),
    )


def _webhook(request: Any, webhook_id: int) -> Any:
    rows = _with_units(request, webhooks(request.actor, bureau_id=request.bureau.pk).filter(pk=webhook_id))
    if not rows:
        raise NotFound()
    return rows[0]


@desk_page("webhook", "edit")
def webhook_removal(request: Any, webhook_id: int) -> HttpResponse:
    """Tell it nothing any more."""
    found = _webhook(request, webhook_id)
    return act_page(
        request,
        ActForm(request),
        title=_("停用回调地址"),
        button=_("停用"),
        do=lambda values: remove_webhook(
            webhook_id=webhook_id, bureau_id=request.bureau.pk, by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _done: reverse("webhook_list"),
        message=_("已停用。"),
        summary=_("停用后不再向 %(url)s 发送;已经排队的消息仍会发出。") % {"url": found.url},
        danger=True,
        back=reverse("webhook", args=[webhook_id]),
    )  # fmt: skip
