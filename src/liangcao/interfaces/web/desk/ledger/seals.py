"""封账: the days of the book and their seals, the day close with its checklist, where seals go."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.foundation.outbox.models import MAIL, WEBHOOK
from liangcao.interfaces.channels.setting import allowed_hosts
from liangcao.interfaces.channels.webhook import check_url
from liangcao.interfaces.web import document, listing, spreadsheet
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Table, table
from liangcao.interfaces.web.desk.accounts import account_name, lot_address
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.listing import Empty, Listing
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import chip_of, full_day, moment, named, quantity, said
from liangcao.ledger import actions
from liangcao.ledger import seals_queries as queries
from liangcao.ledger.seals_rules import check_can_seal
from liangcao.oversight.watch.day_close import Checklist, checklist

OPEN_SHOWN, ROWS_SHOWN = 10, 500

SEALS = Listing(
    name="seals",
    columns=(
        Column("number", gettext_lazy("号"), kind="number", phone="hide"),
        Column(
            "day", gettext_lazy("业务日期"), value=lambda row: full_day(row.day), phone="title",
            link=lambda row: address("seal", row.number), plain=lambda row: row.day,
        ),
        Column(
            "state", gettext_lazy("状态"), kind="mark", value=lambda row: chip_of(_("已封账"), "done"), phone="main"
        ),
        Column("moves", gettext_lazy("单据"), kind="number", value=lambda row: row.content["moves"]["count"]),
        Column("sealed_at", gettext_lazy("封账时间"), kind="moment"),
        Column("digest", gettext_lazy("封条校验值"), kind="code", value=lambda row: f"{row.digest[:16]}…"),
    ),
    order=("-number",),
    empty=Empty(gettext_lazy("还没有封过账。封账后,当天不能再增减,任何人都能用封条核对台账有没有被改过。")),
)  # fmt: skip


@desk_page("seal")
def seal_list(request: Any) -> HttpResponse:
    """Open days on top, then the sealed ones."""
    today = business_date(request.at)
    days = queries.open_days(request.actor, request.bureau.pk, today=today)
    ready = [each for each in days if each < today]
    may_close = bool(ready) and can(request, "close_day", "seal")
    return listing.answer(
        request,
        SEALS,
        queries.seals(request.actor, request.bureau.pk),
        title=_("封账"),
        template="desk/ledger/seals.html",
        open_days=_open_days(days, today),
        more=max(len(days) - OPEN_SHOWN, 0),
        close=reverse("day_close") if may_close else "",
        next_day=ready[0] if ready else None,
        may_send=can(request, "send", "seal"),
        has_seals=queries.last_seal(request.actor, request.bureau.pk) is not None,
    )


def _open_days(days: list[date], today: date) -> Table:
    """The open days, the next to be sealed first."""
    columns = (
        Column("day", _("业务日期"), value=full_day, phone="title"),
        Column("state", _("状态"), kind="mark", value=lambda _day: chip_of(_("开账"), "plain"), phone="main"),
        Column("next", "", value=lambda each: _("今天,24:00 后可封") if each == today else _("可以封账")),
    )
    return table(columns, days[:OPEN_SHOWN], title=_("未封的日子"))


@desk_page("seal")
def seal(request: Any, number: int) -> HttpResponse:
    """One seal: what it signs, its QR, what was left at the end of the day."""
    held = queries.seal(request.actor, request.bureau.pk, number)
    rows = list(queries.closing_balances(request.actor, held)[:ROWS_SHOWN])
    content = held.content
    facts = [
        Fact(_("业务日期"), full_day(held.day)),
        Fact(_("封账时间"), moment(held.sealed_at)),
        Fact(_("单据"), quantity(content["moves"]["count"])),
        Fact(_("台账末尾"), _("第 %(seq)s 单") % {"seq": f"{content['head']['seq']:,}"}),
        Fact(_("附件"), quantity(len(content["files"]))),
        Fact(_("公钥编号"), code(content["key"])),
    ]
    if content["open"]:
        facts.append(Fact(_("封账时未了"), _left_open(content["open"]), is_wide=True))
    facts += [
        Fact(_("封条校验值"), _hash(held.digest), is_wide=True),
        Fact(_("上一封条校验值"), _hash(content["previous_digest"]), is_wide=True),
        Fact(_("当日单据校验值"), _hash(content["moves"]["root"]), is_wide=True),
        Fact(_("台账末尾校验值"), _hash(content["head"]["hash"]), is_wide=True),
        Fact(_("签名"), _hash(held.signature), is_wide=True),
    ]
    return document.answer(
        request,
        Document(
            kind=_("封条"),
            number=f"{held.book.code} {held.number}",
            state=chip_of(_("已封账"), "done"),
            facts=facts,
            acts=[Act(_("下载封条文件"), reverse("seal_file"), in_dialog=False)],
            tables=[table(_closing_columns(), rows, title=_("日终结存(当日有变动的)"), empty=_("当日没有变动。"))],
            links=_neighbours(request, held),
            history=history_of(request, object_kind="seal", object_ref=f"{held.book.code} {held.day}"),
            back=(_("封账"), reverse("seal_list")),
        ),
        template="desk/ledger/seal.html",
        qr=qr(queries.qr_text(held)),
    )


def _hash(value: str) -> SafeString:
    return format_html('<span class="hash">{}</span>', value)


_OPEN_WORDS = {
    "deliveries": gettext_lazy("未签收的配送单"),
    "differences": gettext_lazy("未处理的签收差异"),
    "receipts": gettext_lazy("签字不全的入库单"),
    "papers": gettext_lazy("应急出库待补手续"),
    "releases": gettext_lazy("先行放行待补签字"),
}


def _left_open(counts: dict[str, int]) -> str:
    return _("、").join(f"{_OPEN_WORDS.get(key, key)} {count:,}" for key, count in counts.items())


def _closing_columns() -> tuple[Column, ...]:
    return (
        Column("item", _("物资"), value=lambda row: named(row.lot.item), phone="title"),
        Column("lot", _("批次"), value="lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("account", _("账户"), value=lambda row: account_name(row.account)),
        Column("quantity", _("结存"), kind="quantity", unit="lot__item", phone="main"),
    )


def _neighbours(request: Any, held: Any) -> list[Link]:
    rows = queries.seals(request.actor, request.bureau.pk).filter(number__in=[held.number - 1, held.number + 1])
    return [
        Link(
            _("下一封条") if row.number > held.number else _("上一封条"), full_day(row.day), address("seal", row.number)
        )
        for row in rows.order_by("number")
    ]


@desk_page("seal")
def seal_file(request: Any) -> HttpResponse:
    """All seals with their public keys, as `verify` reads them."""
    content = "".join(queries.seal_lines(request.actor, request.bureau.pk)).encode()
    last = queries.last_seal(request.actor, request.bureau.pk)
    name = f"seals-{request.bureau.code}-{last.day if last else 'none'}.jsonl"
    return spreadsheet.download(content, name=name, content_type="application/jsonl")


class DayCloseForm(ActForm):
    """Through which day, and why with open work."""

    day = forms.DateField(widget=forms.HiddenInput)
    with_earlier = forms.BooleanField(
        label=gettext_lazy("连同之前各天依次封账"), required=False, help_text=gettext_lazy("每天各出一个封条")
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, required=False, widget=forms.TextInput(attrs={"wide": "1"})
    )

    def __init__(self, request: Any, *, open_count: int, earlier: int, **kwargs: Any) -> None:
        self._open_count, self._earlier = open_count, earlier
        super().__init__(request, **kwargs)

    def build(self) -> None:
        """Only what there is to decide."""
        if not self._earlier:
            del self.fields["with_earlier"]
        if self._open_count:
            self.fields["reason"].help_text = _("清单上还有未了事项,照样封账要写明理由")
        else:
            del self.fields["reason"]


@desk_page("seal", "close_day")
@require_recent_login
def day_close(request: Any) -> HttpResponse:
    """The checklist, and the close of a day: the next one unless the address names another."""
    today = business_date(request.at)
    first = queries.first_open_day(request.actor, request.bureau.pk)
    given = request.POST.get("day") or request.GET.get("day")
    wanted = _day_of(given) if given else first
    if request.method == "GET":
        # A day that cannot be closed has no form; what is sent is checked by the action under its lock.
        sealed = queries.sealed_through(request.actor, request.bureau.pk)
        check_can_seal(wanted, first=first, sealed_through=sealed, today=today, with_earlier=True)
    found = checklist(request.actor, request.bureau.pk, day=wanted, at=request.at)

    def close(values: dict[str, Any]) -> Any:
        return actions.seal_day(
            bureau_id=request.bureau.pk, day=values["day"], with_earlier=values.get("with_earlier", False),
            reason=values.get("reason", ""), checklist=found.counts, by=request.actor, at=request.at,
            client_id=values["client_id"],
        )  # fmt: skip

    return act_page(
        request,
        DayCloseForm(request, open_count=found.total, earlier=max((wanted - first).days, 0), initial={"day": wanted}),
        title=_("封账 %(day)s") % {"day": full_day(wanted)},
        button=_("封账"),
        do=close,
        to=lambda made: reverse("seal", args=[made[-1].number]),
        message=_("已封账。请把封条送出楼外保存。"),
        summary=_("封账后 %(day)s 及以前不能再增减,也不能撤销;漏记的只能补记在以后的日子。")
        % {"day": full_day(wanted)},
        danger=True,
        back=reverse("seal_list"),
        template="desk/ledger/day_close.html",
        checklist=_checklist_table(found),
        days=[
            (each, full_day(each))
            for each in queries.open_days(request.actor, request.bureau.pk, today=today)
            if each < today
        ],
        wanted=wanted,
    )


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "DATE_INVALID", "日期不对,要写成 2020-02-03", "Write the date as 2020-02-03", field="day"
        ) from None


def _checklist_table(found: Checklist) -> Table:
    columns = (
        Column("what", _("封账前清单"), value=lambda line: said((line.zh, line.en)), phone="title"),
        Column("count", _("未了"), kind="number", phone="main"),
        Column("first", _("单据"), kind="mark", value=_documents),
    )
    return table(columns, found.lines, tone=lambda line: "wait" if line.count else "")


def _documents(line: Any) -> SafeString:
    shown = [(address(page, pk), number) for number, page, pk in line.first]
    return format_html_join(" ", '<a class="code" href="{}">{}</a>', shown)


class SealAddressForm(ActForm):
    """How, and where to."""

    channel = forms.ChoiceField(
        label=gettext_lazy("方式"), choices=[(MAIL, gettext_lazy("电子邮件")), (WEBHOOK, gettext_lazy("网络回调"))]
    )
    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=400,
        help_text=gettext_lazy("本局以外的单位信箱(如审计局),或 https:// 开头的回调地址"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "wide": "1"}),
    )


_CHANNEL_WORDS = {MAIL: gettext_lazy("电子邮件"), WEBHOOK: gettext_lazy("网络回调")}
SEAL_ADDRESSES = Listing(
    name="seal-addresses",
    columns=(
        Column(
            "address", gettext_lazy("地址"), kind="code", phone="title",
            link=lambda row: address("seal_address_removal", row.pk),
        ),
        Column("channel", gettext_lazy("方式"), value=lambda row: _CHANNEL_WORDS[row.channel], phone="main"),
        Column("added_by", gettext_lazy("登记人")),
        Column("added_at", gettext_lazy("登记时间"), kind="moment"),
    ),
    order=("-pk",),
    empty=Empty(
        gettext_lazy("还没有外送地址:封条不出楼,末尾被截断或换成旧备份时没有凭据可查。"),
        ((gettext_lazy("添加外送地址"), "seal_address_new"),),
    ),
)  # fmt: skip


@desk_page("seal", "send")
def seal_address_list(request: Any) -> HttpResponse:
    """Where each new seal goes by itself."""
    return listing.answer(
        request,
        SEAL_ADDRESSES,
        queries.seal_addresses(request.actor, request.bureau.pk),
        title=_("封条外送地址"),
        template="desk/ledger/seal_addresses.html",
    )


@desk_page("seal", "send")
def seal_address_new(request: Any) -> HttpResponse:
    """Add one."""

    def add(**values: Any) -> Any:
        if values["channel"] == WEBHOOK:
            check_url(values["address"], allowed_hosts())
        return actions.add_seal_address(bureau_id=request.bureau.pk, **values)

    return returning_act(
        request, SealAddressForm(request), add, back=reverse("seal_address_list"), title=_("添加外送地址"),
        button=_("添加"), message=_("已添加,以后每个封条都会送到。"),
    )  # fmt: skip


@desk_page("seal", "send")
def seal_address_removal(request: Any, address_id: int) -> HttpResponse:
    """Send it nothing any more."""

    def remove(**values: Any) -> Any:
        actions.remove_seal_address(address_id=address_id, bureau_id=request.bureau.pk, **values)
        return True

    held = queries.seal_addresses(request.actor, request.bureau.pk).filter(pk=address_id).first()
    if held is None:
        raise NotFound()
    return returning_act(
        request, ActForm(request), remove, back=reverse("seal_address_list"), title=_("停用外送地址"),
        button=_("停用"), message=_("已停用。"), danger=True,
        summary=_("停用后封条不再送往 %(address)s。") % {"address": held.address},
    )  # fmt: skip
