"""The page of an import, put together: its head, what it waits for, what it made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liangcao.foundation.identity import guard
from liangcao.interfaces.intake.flow import IMPORT_FLOW, IMPORT_ROW_FLOW
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.kinds import importers
from liangcao.interfaces.intake.importing.reasons import is_hard
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.imports.lists import made_address
from liangcao.interfaces.web.desk.imports.words import given_name, given_shown, kind_word, moment_words, reason_word
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import chip, moment, quantity, said

MOST_LINKS = 100


@dataclass(frozen=True)
class Standing:
    """How the rows of an import stand: lines by state, rows that wait by reason, what is still to be said."""

    by_status: dict[str, int]
    by_reason: dict[str, int]
    missing: list[str]
    may_enter: bool
    may_import: bool

    @property
    def is_ready(self) -> bool:
        """Whether everything can be imported now."""
        waits = self.by_status.get("wrong", 0) + self.by_status.get("confirm", 0)
        return not waits and not self.missing and bool(self.by_status.get("good"))


def standing_of(request: Any, run: Any) -> Standing:
    """What the page must know of the rows."""
    importer = importers()[run.kind]
    counted = queries.rows_of(request.actor, run.pk).order_by().values("status").annotate(lines=Count("pk"))
    missing = [key for key in importer.needs if not (run.sender if key == "sender" else run.given.get(key))]
    may_enter = can(request, "enter", "import")
    return Standing(
        {row["status"]: row["lines"] for row in counted},
        queries.reason_counts(request.actor, run.pk) if run.status == "read" else {},
        missing if run.status == "read" else [],
        may_enter,
        may_enter and guard.can(request.actor, importer.act[1], importer.act[0], bureau_id=run.bureau_id),
    )


def import_paper(request: Any, run: Any, standing: Standing) -> Document:
    """The head of the page: what came, from whom, what can be done now."""
    return Document(
        kind=_("导入"),
        number=run.number,
        state=chip(run.status, IMPORT_FLOW),
        facts=_facts(request, run),
        acts=_acts(run, standing),
        links=_links(request, run),
        history=history_of(request, object_kind="import", object_ref=run.number),
        back=(_("导入"), address("import_list")),
    )


def _facts(request: Any, run: Any) -> list[Fact]:
    facts = [
        Fact(_("类别"), kind_word(run.kind)),
        Fact(_("原件"), run.file.name, address("import_file", run.pk)),
        Fact(_("来文单位或联系人"), run.sender),
        Fact(_("经办人"), run.started_by),
        Fact(_("开始时间"), moment(run.started_at)),
        Fact(_("版本"), str(run.version)),
    ]
    facts += [
        Fact(given_name(key), given_shown(request, key, value))
        for key, value in run.given.items()
        if key != "again" and value not in (None, "")
    ]
    if run.given.get("again"):
        facts.append(Fact(_("重复"), _("同样的内容以前导入过,仍要导入")))
    return facts


def _acts(run: Any, standing: Standing) -> list[Act]:
    if not standing.may_enter:
        return []
    acts, pk = [], run.pk
    if run.status == "read":
        if standing.is_ready and standing.may_import:
            good = standing.by_status["good"]
            label = ngettext("导入 %(count)s 行", "导入 %(count)s 行", good) % {"count": quantity(good)}
            acts.append(Act(label, address("import_posting", pk), is_next=True))
        acts.append(Act(_("导入说明"), address("import_description", pk)))
        if run.layout.get("tables"):
            acts.append(Act(_("列的含义"), address("import_columns", pk), in_dialog=False))
    if run.status == "known":
        acts.append(Act(_("仍要导入"), address("import_resumption", pk)))
    if run.status in ("read", "imported"):
        acts.append(Act(_("下载标出问题的原表"), address("import_problems", pk), in_dialog=False))
    if run.status in ("waiting", "read", "failed"):
        acts.append(Act(_("放弃导入"), address("import_abandonment", pk), danger=True))
    return acts


def _links(request: Any, run: Any) -> list[Link]:
    if run.status != "imported":
        return []
    links = []
    for made in queries.made_of(request.actor, run.pk)[:MOST_LINKS]:
        rows = _("%(count)s 行") % {"count": quantity(made["rows"])}
        links.append(Link(rows, made["made_ref"], made_address(_Made(**made))))
    return links


@dataclass(frozen=True)
class _Made:
    made_kind: str
    made_id: int | None
    made_ref: str
    rows: int


def waits_for(standing: Standing, *, is_message: bool) -> list[str]:
    """Why the import cannot be done yet, one sentence each."""
    told = []
    wrong, confirm = standing.by_status.get("wrong", 0), standing.by_status.get("confirm", 0)
    if wrong or confirm:
        told.append(
            _("还有 %(wrong)s 行有误、%(confirm)s 行待确认;逐行更正、确认,或选“不导入”,然后才能导入。")
            % {"wrong": quantity(wrong), "confirm": quantity(confirm)}
        )
    elif not standing.by_status.get("good"):
        told.append(
            _("没有可以导入的行。") if standing.by_status or not is_message else _("消息里没有可以导入的物资。")
        )
    if standing.missing:
        names = _("、").join(given_name(key) for key in standing.missing)
        told.append(_("请在“导入说明”里填写:%(names)s。") % {"names": names})
    if standing.may_enter and not standing.may_import:
        told.append(_("您可以核对和更正;导入由有权办理这类单据的人点。"))
    return told


def tabs(run: Any, standing: Standing, chosen: str) -> list[dict[str, Any]]:
    """Lines by state, each with its count."""
    whole = sum(standing.by_status.values())
    shown = [{"label": _("全部"), "count": whole, "url": address("import", run.pk), "is_current": not chosen}]
    for status, state in IMPORT_ROW_FLOW.items():
        count = standing.by_status.get(status, 0)
        if count:
            url = address("import", run.pk, query=f"status={status}")
            shown.append({"label": said(state), "count": count, "url": url, "is_current": chosen == status})
    return shown


def reasons(run: Any, standing: Standing) -> list[dict[str, Any]]:
    """Why rows wait, with how many, and what can be done for all of a kind at once."""
    return [
        {
            "words": reason_word(code),
            "count": count,
            "url": address("import", run.pk, query=f"reason={code}"),
            "confirm": "" if is_hard(code) else address("import_confirmation", run.pk, query=f"reason={code}"),
            "leave_out": address("import_exclusion", run.pk, query=f"reason={code}"),
        }
        for code, count in standing.by_reason.items()
    ]


def told(run: Any) -> dict[str, Any]:
    """What the reader said of the file: notices, problems of tables, rows that were not read."""
    held = run.told or {}
    problems = [_place(each) for each in held.get("problems", ()) if not each.get("row")]
    return {
        "notices": [said((each["zh"], each["en"])) for each in held.get("notices", ())],
        "problems": problems[:MOST_LINKS],
        "skipped": [_place(each) | {"text": each.get("text", "")} for each in held.get("skipped", ())][:MOST_LINKS],
        "skipped_count": held.get("skipped_count", 0),
    }


def _place(each: dict[str, Any]) -> dict[str, Any]:
    row = _("第 %(row)s 行") % {"row": each["row"]} if each.get("row") else ""
    return {"place": f"{each.get('sheet') or ''} {row}".strip(), "words": said((each["zh"], each["en"]))}


def known_words(run: Any) -> str:
    """That all of it came before, and when."""
    if run.status != "known":
        return ""
    when = moment_words(run.same_as.ended_at or run.same_as.started_at)
    words = _("全部内容已于 %(when)s 导入(单号 %(number)s),没有重复导入。")
    return words % {"when": when, "number": run.same_as.number}


def refusal_of(run: Any) -> dict[str, Any] | None:
    """Why the last reading or import was refused, for `components/_refusal.html`."""
    held = run.refusal
    if not held:
        return None
    return {
        "message": said((held["zh"], held["en"])),
        "problems": [
            f"{place}:{words}" if (place := _place(each)["place"]) else words
            for each in held.get("problems", ())
            for words in [_place(each)["words"]]
        ],
    }
