"""Imports: a file or text goes in, is read, corrected and imported whole; by the same actions as the pages."""

from __future__ import annotations

import base64
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_id, store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.interfaces.intake.importing import actions, correcting, queries
from liangcao.interfaces.intake.importing.columns import ColumnChange, change_columns
from liangcao.interfaces.intake.importing.correcting import Correction
from liangcao.interfaces.intake.importing.jobs import read_now
from liangcao.interfaces.intake.importing.reasons import is_hard, reason_text
from liangcao.interfaces.intake.importing.taking_over import import_rows
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from liangcao.reference.catalog import queries as catalog

router = Router(tags=["imports"])
KINDS = Literal[
    "requisitions", "gifts", "receipts", "issues", "opening-stock", "organisations", "items", "population"
]  # fmt: skip


class GivenIn(Body):
    """What is true of the whole file; which of it a kind needs, a refusal says."""

    organisation: str | None = Field(None, max_length=30, description="Code of the unit of rows that name none")
    store: str | None = Field(None, max_length=30, description="Code of the store; for receipts and issues")
    source_kind: Literal["purchase", "gift", "allotment", "output"] | None = None
    no_lot_reason: str | None = Field(None, max_length=100)
    leader: str | None = Field(None, max_length=60)
    reason: str | None = Field(None, max_length=200)
    limit_note: str | None = Field(None, max_length=200)
    organisation_kind: str | None = Field(None, max_length=30)
    category: str | None = Field(None, max_length=30, description="Code of the category of items that name none")
    measure: Literal["headcount", "population"] | None = None
    urgency: Literal["normal", "urgent", "critical"] | None = None


class ImportIn(Body):
    """A file (base64 in `content`) or a pasted text (`text`), of one kind."""

    kind: KINDS = Field(examples=["requisitions"])
    name: str = Field("", max_length=200, examples=["需求.csv"])
    text: str | None = Field(None, examples=["示例医院一 口罩2万只,防护服300套,急"])
    content: str | None = Field(None, description="The file's bytes in base64; instead of `text`")
    sender: str = Field("", max_length=60, examples=["示例来文人"])
    given: GivenIn = Field(default_factory=lambda: GivenIn.model_validate({}))
    again: StrictBool = Field(False, description="The same content is meant once more")
    bureau: str | None = Field(None, max_length=30)


class VersionIn(Body):
    """The version of the import that was looked at."""

    version: StrictInt | None = Field(None, examples=[2])


class DescriptionIn(VersionIn):
    """What is true of the whole; null leaves a field as it is."""

    given: GivenIn
    sender: str | None = Field(None, max_length=60)


class RowsIn(VersionIn):
    """Which rows: those named, else all that the act fits; with `reason` only those that have it."""

    rows: list[RowId] = Field([], max_length=5000)
    reason: str = Field("", max_length=40, examples=["QUANTITY_APPROXIMATE"])


class CorrectionIn(VersionIn):
    """What a person makes of a row. `alike`: other rows that write the same names are corrected too."""

    values: dict[str, str] = Field({}, examples=[{"quantity": "300"}])
    organisation: str | None = Field(None, max_length=30, description="Code")
    item: str | None = Field(None, max_length=30, description="Code")
    store: str | None = Field(None, max_length=30, description="Code")
    factor: StrictInt | None = Field(None, description="Base units in the unit as written", examples=[480])
    alike: StrictBool = False
    as_alias: StrictBool = Field(False, description="Record the item's name as written as an alias")


class ColumnIn(Body):
    """A column of a table, both from 0, and what it means."""

    table: StrictInt = Field(ge=0)
    column: StrictInt = Field(ge=0)
    key: str = Field(max_length=40, examples=["quantity"])


class ColumnsIn(VersionIn):
    """Columns that mean something else than they were taken for."""

    changes: list[ColumnIn] = Field(min_length=1, max_length=700)


class ImportFilters(PageFilters):
    """Imports by kind and state."""

    kind: KINDS | None = None
    status: Literal["waiting", "read", "importing", "imported", "known", "failed", "discarded"] | None = None


class RowFilters(PageFilters):
    """Rows by state and reason."""

    status: Literal["", "good", "confirm", "wrong", "left_out", "done"] = ""
    reason: str = Field("", max_length=40)


def show(run: ImportRun) -> dict[str, Any]:
    """An import without its rows."""
    return {
        "id": run.pk,
        "number": run.number,
        "kind": run.kind,
        "file": run.file.name,
        "sha256": run.digest,
        "sender": run.sender,
        "status": run.status,
        "version": run.version,
        "started_by": run.started_by,
        "started_at": run.started_at.isoformat(),
        "ended_by": run.ended_by,
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "same_as": run.same_as.number if run.same_as else None,
        "rows_read": run.rows_read,
        "rows_expected": run.rows_expected,
    }


def show_whole(door: Door, run: ImportRun) -> dict[str, Any]:
    """An import with its figures, what was said of it, and what it made."""
    found = queries.summary(door.actor, run.pk)
    at = 1 if door.actor.language.startswith("en") else 0
    return show(run) | {
        "rows": found.rows,
        "accepted": found.accepted,
        "asked": found.asked,
        "refused": found.refused,
        "left_out": found.left_out,
        "reasons": [
            {"code": code, "count": count, "message": reason_text(code)[at]}
            for code, count in queries.reason_counts(door.actor, run.pk).items()
        ],
        "told": run.told,
        "refusal": run.refusal,
        "layout": run.layout,
        "made": [
            {"kind": made["made_kind"], "id": made["made_id"], "ref": made["made_ref"], "rows": made["rows"]}
            for made in queries.made_of(door.actor, run.pk)
        ],
    }


def show_row(row: ImportRow) -> dict[str, Any]:
    """One row: as written, as understood, and what is the matter with it."""
    return {
        "id": row.pk,
        "number": row.number,
        "sheet": row.sheet,
        "row": row.row,
        "written": row.written,
        "values": row.values,
        "organisation": row.organisation.code if row.organisation else None,
        "item": row.item.code if row.item else None,
        "store": row.store.code if row.store else None,
        "factor": row.factor,
        "candidates": row.candidates,
        "status": row.status,
        "reasons": [
            {"code": code, "zh": reason_text(code)[0], "en": reason_text(code)[1], "must_be_corrected": is_hard(code)}
            for code in row.reasons
        ],
        "made": {"kind": row.made_kind, "id": row.made_id, "ref": row.made_ref} if row.made_kind else None,
    }


def _given(door: Door, given: GivenIn) -> dict[str, Any]:
    """Names by code as ids."""
    told = given.model_dump(exclude_none=True)
    if given.store is not None:
        told["store"] = store_id(door, given.store)
    if given.organisation is not None:
        told["organisation"] = organisation_id(door, given.organisation)
    if given.category is not None:
        told["category"] = catalog.category_by_code(door.actor, given.category).pk
    return told


def _content(body: ImportIn) -> bytes:
    if (body.text is None) == (body.content is None):
        raise Invalid(
            "CONTENT_MISSING",
            "text 与 content 必须给出其中一个",
            "Give one of text and content",
            field="content",
        )
    if body.text is not None:
        return body.text.encode()
    try:
        return base64.b64decode(body.content or "", validate=True)
    except ValueError:
        raise Invalid("BASE64_INVALID", "content 不是 base64", "content is not base64", field="content") from None


@router.post("/imports", response={201: dict}, openapi_extra=KEYED)
def begin_import(request: HttpRequest, body: ImportIn) -> Status:
    """Send a file or a text. Small ones are read at once; larger ones are "waiting" until a worker has read them. What
    came before gives the import of then, and nothing is imported twice."""
    door = enter(request, body.bureau)
    content = _content(body)
    run = actions.begin_import(
        bureau_id=door.bureau_id,
        kind=body.kind,
        name=body.name or ("消息.txt" if body.text is not None else "file"),
        content=content,
        sender=body.sender,
        given=_given(door, body.given),
        again=body.again,
        is_queued=len(content) > actions.READ_AT_ONCE_BYTES,
        client_id=key_of(request),
        **door.who_and_when,
    )
    if len(content) <= actions.READ_AT_ONCE_BYTES:
        run = read_now(run, at=door.at)
    return Status(201, show_whole(door, run))


@router.get("/imports", response=Page)
def list_imports(request: HttpRequest, filters: Query[ImportFilters]) -> dict[str, Any]:
    """The bureau's imports, newest first."""
    door = entered(request, filters.bureau, "import")
    rows = queries.runs(door.actor, bureau_id=door.bureau_id)
    wanted = {key: value for key in ("kind", "status") if (value := getattr(filters, key))}
    return page(rows.filter(**wanted), filters, show, newest_first=True)


def _door_of(request: HttpRequest, import_id: int) -> tuple[Door, ImportRun]:
    run = queries.run(request.auth, import_id)  # type: ignore[attr-defined]
    door = enter(request, run.bureau.code)
    guard.check(door.actor, "view", "import", bureau_id=door.bureau_id)
    return door, run


@router.get("/imports/{int:import_id}", response=dict)
def get_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """One import: accepted + asked + refused = rows of the file."""
    return show_whole(*_door_of(request, import_id))


@router.get("/imports/{int:import_id}/rows", response=Page)
def list_import_rows(request: HttpRequest, import_id: int, filters: Query[RowFilters]) -> dict[str, Any]:
    """The rows as written and as understood."""
    door, run = _door_of(request, import_id)
    rows = queries.rows_of(door.actor, run.pk, status=filters.status, reason=filters.reason)
    return page(rows, filters, show_row, key="number")


@router.post("/imports/{int:import_id}/description", response={201: dict}, openapi_extra=KEYED)
def describe_import(request: HttpRequest, import_id: int, body: DescriptionIn) -> Status:
    """Say what is true of the whole file."""
    door, _run = _door_of(request, import_id)
    run = actions.describe_import(
        run_id=import_id, given=_given(door, body.given), sender=body.sender, version=body.version,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_whole(door, run))


@router.post("/imports/{int:import_id}/columns", response={201: dict}, openapi_extra=KEYED)
def change_import_columns(request: HttpRequest, import_id: int, body: ColumnsIn) -> Status:
    """Say what columns mean (see `layout` of the import); the file is read anew."""
    door, run = _door_of(request, import_id)
    is_small = run.file.size_bytes <= actions.READ_AT_ONCE_BYTES
    run = change_columns(
        run_id=import_id, changes=[ColumnChange(**change.model_dump()) for change in body.changes],
        version=body.version, is_queued=not is_small, client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    if is_small:
        run = read_now(run, at=door.at)
    return Status(201, show_whole(door, run))


@router.post("/imports/{int:import_id}/rows/{int:row_id}/correction", response={201: dict}, openapi_extra=KEYED)
def correct_import_row(request: HttpRequest, import_id: int, row_id: int, body: CorrectionIn) -> Status:
    """Correct a row; what cannot be imported at all stays wrong and says why."""
    door, _run = _door_of(request, import_id)
    row = correcting.correct_row(
        run_id=import_id,
        row_id=row_id,
        correction=Correction(
            body.values,
            organisation_id(door, body.organisation) if body.organisation else None,
            items_by_code(door, [body.item])[body.item].pk if body.item else None,
            store_id(door, body.store) if body.store else None,
            body.factor,
            body.alike,
            body.as_alias,
        ),
        version=body.version,
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, show_row(queries.row(door.actor, import_id, row.pk)))


def _in_bulk(request: HttpRequest, import_id: int, body: RowsIn, act: Any) -> Status:
    door, _run = _door_of(request, import_id)
    changed = act(
        run_id=import_id, row_ids=body.rows, reason=body.reason, version=body.version, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, {"changed": changed} | show_whole(door, queries.run(door.actor, import_id)))


@router.post("/imports/{int:import_id}/confirmation", response={201: dict}, openapi_extra=KEYED)
def confirm_import_rows(request: HttpRequest, import_id: int, body: RowsIn) -> Status:
    """Rows that wait are right as they stand."""
    return _in_bulk(request, import_id, body, correcting.confirm_rows)


@router.post("/imports/{int:import_id}/exclusion", response={201: dict}, openapi_extra=KEYED)
def leave_out_import_rows(request: HttpRequest, import_id: int, body: RowsIn) -> Status:
    """Rows are not imported; without `rows` and `reason`, all that are not good."""
    return _in_bulk(request, import_id, body, correcting.leave_out_rows)


@router.post("/imports/{int:import_id}/inclusion", response={201: dict}, openapi_extra=KEYED)
def take_in_import_rows(request: HttpRequest, import_id: int, body: RowsIn) -> Status:
    """Rows that were left out are imported after all."""
    return _in_bulk(request, import_id, body, correcting.take_in_rows)


def _act(request: HttpRequest, import_id: int, body: VersionIn, act: Any) -> Status:
    door, _run = _door_of(request, import_id)
    run = act(run_id=import_id, version=body.version, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_whole(door, run))


@router.post("/imports/{int:import_id}/posting", response={201: dict}, openapi_extra=KEYED)
def post_import(request: HttpRequest, import_id: int, body: VersionIn) -> Status:
    """Import every row that is not left out: all or none. Many rows are "importing" until a worker has done them."""
    return _act(request, import_id, body, import_rows)


@router.post("/imports/{int:import_id}/abandonment", response={201: dict}, openapi_extra=KEYED)
def discard_import(request: HttpRequest, import_id: int, body: VersionIn) -> Status:
    """Give the import up; nothing of it was imported."""
    return _act(request, import_id, body, actions.discard_import)


@router.post("/imports/{int:import_id}/resumption", response={201: dict}, openapi_extra=KEYED)
def reopen_import(request: HttpRequest, import_id: int, body: VersionIn) -> Status:
    """What came before is meant once more."""
    return _act(request, import_id, body, actions.reopen_import)
