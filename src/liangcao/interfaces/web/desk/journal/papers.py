"""One entry as a document: who, when, from where, the object, before and after side by side, its place in the chain."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.foundation.journal.models import JournalEntry
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.journal.lists import result_chip, who_of
from liangcao.interfaces.web.desk.links import cause_link
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Document, Fact
from liangcao.interfaces.web.journal_fields import compared, door_of, object_word, value_words
from liangcao.interfaces.web.journal_words import act_word
from liangcao.interfaces.web.templatetags.words import UNKNOWN, moment
from liangcao.operations.demand import queries as demand
from liangcao.reference.catalog.queries import items

_ORIGIN_PARTS = 3


def entry_document(request: Any, entry: JournalEntry) -> Document:
    """The page of an entry."""
    door, place, request_id = [*entry.origin.split(" "), "", "", ""][:_ORIGIN_PARTS]
    rows = compared(entry.before, entry.after, kind=entry.object_kind)
    columns = (
        Column("field", _("内容"), phone="title"),
        Column("before", _("之前"), value=lambda row: _shown(row["before"])),
        Column("after", _("之后"), value=lambda row: _shown(row["after"])),
    )
    batch = entry.batch
    return Document(
        kind=act_word(entry.action),
        number=entry.object_ref,
        state=result_chip(entry),
        facts=[
            Fact(_("时间"), moment(entry.at)),
            Fact(_("记录时间"), moment(entry.recorded_at)),
            Fact(_("经办人"), who_of(entry)),
            Fact(_("岗位"), value_words(entry.roles, field="roles")),
            Fact(_("来自"), door_of(door)),
            Fact(_("地址"), code(place) if place else UNKNOWN),
            Fact(_("请求编号"), code(request_id) if request_id else UNKNOWN),
            _object(request, entry),
            Fact(_("原因"), entry.reason, is_wide=True),
            Fact(
                _("校验批次"),
                _("第 %(seq)s 批 · %(hash)s") % {"seq": batch.seq, "hash": batch.hash} if batch else _("一分钟内入链"),
                is_wide=True,
            ),
        ],
        tables=[
            table(columns, rows, title=_("前后内容"), tone=lambda row: "wait" if row["differs"] else "")
        ] if rows else [],
        back=(_("操作日志"), address("journal")),
    )  # fmt: skip


def _shown(value: Any) -> Any:
    """A value of the program's own (a code, an address) stands as a code; words stand as words."""
    text = str(value)
    return code(text) if text and text.isascii() else value


def _object(request: Any, entry: JournalEntry) -> Fact:
    """The object in words, with the way to its page where the reader has one."""
    shown = format_html("{} {}", object_word(entry.object_kind), code(entry.object_ref))
    return Fact(_("对象"), shown, url=_address(request, entry.object_kind, entry.object_ref))


def _address(request: Any, kind: str, ref: str) -> str:
    if kind == "requisition":
        found = demand.requisitions(request.actor, bureau_id=request.bureau.pk).filter(number=ref).first()
        return address("requisition", found.pk) if found else ""
    if kind == "item":
        item = items(request.actor).filter(code=ref).first()
        return address("item", item.pk) if item else ""
    link = cause_link(request, kind, ref, "")
    return link.url if link else ""
