"""The one document page: number and state, the next act, facts, lines, links, history; the same page prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from liangcao.foundation.journal.queries import entries_of
from liangcao.interfaces.web.cells import Table
from liangcao.interfaces.web.journal_words import act_word
from liangcao.interfaces.web.reach import links_for, opens, table_for


@dataclass(frozen=True)
class Fact:
    """A key fact of the head: label, value, the address it opens; a wide one has a line of its own."""

    label: Any
    value: Any
    url: str = ""
    is_wide: bool = False


@dataclass(frozen=True)
class Act:
    """A button. The first with `is_next` is the one blue button; `danger` is red text; `in_dialog` opens the act's
    page on top."""

    label: Any
    url: str
    is_next: bool = False
    danger: bool = False
    in_dialog: bool = True


@dataclass(frozen=True)
class Link:
    """Another document: what it is to this one (来自, 去向, 冲红 …), its number, its address."""

    what: Any
    label: Any
    url: str


@dataclass(frozen=True)
class Happened:
    """One line of the history."""

    at: datetime
    who: str
    what: Any
    reason: str = ""


@dataclass(frozen=True)
class Document:
    """Everything that the page shows. `state` is a chip; `notice` is a sentence in a box (amber, or red when
    `is_alarm`)."""

    kind: Any
    number: str
    state: SafeString | str = ""
    facts: Sequence[Fact] = ()
    acts: Sequence[Act] = ()
    tables: Sequence[Table] = ()
    links: Sequence[Link] = ()
    history: Sequence[Happened] = ()
    notice: Any = ""
    is_alarm: bool = False
    back: tuple[Any, str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)  # for `components/_exports.html`
    exports_label: Any = ""


def answer(
    request: HttpRequest, document: Document, *, template: str = "document.html", status: int = 200, **context: Any
) -> HttpResponse:
    """The page of a document."""
    title = f"{document.kind} {document.number}".strip()
    document = replace(
        document,
        facts=links_for(request, document.facts),
        acts=[act for act in document.acts if not act.url or opens(request, act.url)],
        tables=[table_for(request, table) for table in document.tables],
        links=links_for(request, document.links),
        exports={kind: url for kind, url in document.exports.items() if opens(request, url)},
    )
    return render(request, template, {"title": title, "document": document, **context}, status=status)


def history_of(request: Any, *, object_kind: str, object_ref: str) -> list[Happened]:
    """What the journal holds of an object, oldest first."""
    bureau_id = request.bureau.pk
    entries = entries_of(request.actor, object_kind=object_kind, object_ref=object_ref, bureau_id=bureau_id)[:200]
    return [Happened(entry.at, entry.who, act_word(entry.action), entry.reason) for entry in entries]
