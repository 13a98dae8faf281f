"""The list of the journal: newest first, by person, object, act, result, period, origin and text."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from liangcao.foundation.journal.queries import with_text
from liangcao.foundation.kernel.clock import day_end, day_start
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.journal_fields import DOORS, OBJECTS, RESULTS, door_of, object_word, result_word
from liangcao.interfaces.web.journal_words import ACTS, act_word
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip_of
from liangcao.reference.parties.queries import people

REFUSED = "refused"
# Somebody reached for what is not his, or somebody changed the books.
GRAVE = frozenset({"differs", "forbidden", "out_of_scope", "bad", "locked", "unauthenticated", "too_many", "counted"})


def person_options(request: Any) -> list[tuple[str, str]]:
    """People of the bureau who can log in; read once a request."""
    if not hasattr(request, "person_options"):
        found = people(request.actor).exclude(user=None).order_by("name", "pk").distinct()
        request.person_options = [(str(person.user_id), person.name) for person in found]
    return request.person_options


def _result_options(_request: Any) -> list[tuple[str, Any]]:
    return [(REFUSED, _("全部拒绝")), *((name, word) for name, word in RESULTS.items() if name != REFUSED)]


def _by_result(rows: Any, result: str) -> Any:
    return rows.exclude(result="ok") if result == REFUSED else rows.filter(result=result)


def who_of(row: Any) -> str:
    """The name that the user has now, the program, or that nobody was logged in."""
    return row.who or (str(_("未登录")) if row.user_id is None else f"#{row.user_id}")


def result_chip(row: Any) -> Any:
    """Green when done; red when somebody reached for what is not his; amber for other refusals."""
    if row.result == "ok":
        return chip_of(result_word("ok"), "done")
    return chip_of(result_word(row.result), "alarm" if row.result in GRAVE else "wait")


JOURNAL = Listing(
    name="journal",
    columns=(
        Column("at", _("时间"), kind="moment"),
        Column("who", _("经办人"), value=who_of, phone="main"),
        Column(
            "action", _("操作"), value=lambda row: act_word(row.action), phone="title",
            link=lambda row: address("journal_entry", row.pk),
        ),
        Column("object_kind", _("对象类别"), value=lambda row: object_word(row.object_kind), phone="hide"),
        Column("object_ref", _("对象"), kind="code"),
        Column("result", _("结果"), value=result_chip, kind="mark", plain=lambda row: result_word(row.result)),
        Column("reason", _("原因")),
        Column("origin", _("来自"), value=lambda row: door_of(row.origin), phone="hide", plain=lambda row: row.origin),
    ),
    order=("-pk",),
    filters=(
        Filter("person", _("经办人"), lambda rows, key: rows.filter(user_id=key), choices=person_options),
        Filter(
            "action", _("操作"), lambda rows, action: rows.filter(action=action),
            choices=lambda _request: list(ACTS.items()),
        ),
        Filter(
            "object", _("对象类别"), lambda rows, kind: rows.filter(object_kind=kind),
            choices=lambda _request: list(OBJECTS.items()),
        ),
        Filter("result", _("结果"), _by_result, choices=_result_options),
        Filter(
            "door", _("来自"), lambda rows, door: rows.filter(origin__startswith=door),
            choices=lambda _request: list(DOORS.items()),
        ),
        Filter("from", _("自"), lambda rows, day: rows.filter(at__gte=day_start(day)), kind="day"),
        Filter("to", _("至"), lambda rows, day: rows.filter(at__lt=day_end(day)), kind="day"),
    ),
    search=with_text,
    search_hint=_("经办人、对象、原因、地址等"),
    empty=Empty(_("还没有记录。")),
)  # fmt: skip
