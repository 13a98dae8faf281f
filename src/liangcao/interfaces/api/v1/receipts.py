"""What follows an arrival: signatures for quality and count, releases before inspection, returns to the source; and
which signatures a category asks for."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, PlaceFilters, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.supply import show_receipt_whole
from liangcao.operations.supply import actions, queries
from liangcao.operations.supply.inputs import FindingInput, PieceInput
from liangcao.reference.catalog import actions as catalog_actions
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.catalog.models import Category

router = Router(tags=["supply"])


class FindingIn(Body):
    """What a signature says of one receipt line, in base units."""

    receipt_line: RowId
    quantity_counted: StrictInt | None = Field(None, ge=0, description="For the count: good pieces that are there")
    quantity_passed: StrictInt | None = Field(None, ge=0, description="For quality: how many pass")
    quantity_rejected: StrictInt | None = Field(None, ge=0, description="For quality: how many do not; with a reason")
    reason: str = Field("", max_length=200)


class SignatureIn(Body):
    """A signature with its findings. The store's is given with the receipt itself."""

    kind: str = Field(max_length=20, examples=["quality", "count"])
    findings: list[FindingIn] = Field(min_length=1, max_length=2000)
    remark: str = Field("", max_length=200)


class CorrectionIn(Body):
    """What takes the place of an earlier signature, while the goods still wait."""

    findings: list[FindingIn] = Field(min_length=1, max_length=2000)
    reason: str = Field(max_length=200)
    remark: str = Field("", max_length=200)


class PieceIn(Body):
    """So many base units of one receipt line."""

    receipt_line: RowId
    quantity: StrictInt = Field(ge=1)


class ReleaseIn(Body):
    """先行放行: on whose word, why, how far it goes."""

    lines: list[PieceIn] = Field(min_length=1, max_length=2000)
    leader: str = Field(max_length=60)
    reason: str = Field(max_length=200)
    limit_note: str = Field(max_length=200)


class ReturnIn(Body):
    """What goes back to the source, and why."""

    lines: list[PieceIn] = Field(min_length=1, max_length=2000)
    reason: str = Field(max_length=200)


class RuleIn(Body):
    """The signatures of a category; none at all: as its parent says."""

    signatures: list[Literal["store", "quality", "count"]] = Field(max_length=3)


def _door(request: HttpRequest, receipt_id: int) -> Door:
    return enter(request, queries.receipt(request.auth, receipt_id).bureau.code)  # type: ignore[attr-defined]


def _findings(given: list[FindingIn]) -> list[FindingInput]:
    return [
        FindingInput(row.receipt_line, row.quantity_counted, row.quantity_passed, row.quantity_rejected, row.reason)
        for row in given
    ]


def _pieces(given: list[PieceIn]) -> list[PieceInput]:
    return [PieceInput(row.receipt_line, row.quantity) for row in given]


@router.post("/receipts/{int:receipt_id}/signatures", response={201: dict}, openapi_extra=KEYED)
def sign_receipt(request: HttpRequest, receipt_id: int, body: SignatureIn) -> Status:
    """Sign for quality or for the count; with the last signature the accepted pieces go into the store."""
    door = _door(request, receipt_id)
    actions.sign_receipt(
        receipt_id=receipt_id, kind=body.kind, findings=_findings(body.findings), remark=body.remark,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_receipt_whole(door.actor, receipt_id))


@router.post("/receipts/{int:receipt_id}/signatures/{kind}/correction", response={201: dict}, openapi_extra=KEYED)
def correct_signature(request: HttpRequest, receipt_id: int, kind: str, body: CorrectionIn) -> Status:
    """Mend a finding before the goods are released; both signatures stay on record."""
    door = _door(request, receipt_id)
    actions.correct_signature(
        receipt_id=receipt_id, kind=kind, findings=_findings(body.findings), reason=body.reason, remark=body.remark,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_receipt_whole(door.actor, receipt_id))


@router.post("/receipts/{int:receipt_id}/release", response={201: dict}, openapi_extra=KEYED)
def release_early(request: HttpRequest, receipt_id: int, body: ReleaseIn) -> Status:
    """先行放行: goods go into the store on a leader's word; the signatures are due within 24 hours."""
    door = _door(request, receipt_id)
    actions.release_early(
        receipt_id=receipt_id, lines=_pieces(body.lines), client_id=key_of(request), **door.who_and_when,
        **body.model_dump(exclude={"lines"}),
    )  # fmt: skip
    return Status(201, show_receipt_whole(door.actor, receipt_id))


@router.post("/receipts/{int:receipt_id}/returns", response={201: dict}, openapi_extra=KEYED)
def send_back(request: HttpRequest, receipt_id: int, body: ReturnIn) -> Status:
    """退回来源: rejected and damaged pieces go back to where they came from."""
    door = _door(request, receipt_id)
    actions.send_back(
        receipt_id=receipt_id, lines=_pieces(body.lines), reason=body.reason, client_id=key_of(request),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_receipt_whole(door.actor, receipt_id))


def _show_category(category: Category, asked: tuple[str, ...]) -> dict[str, Any]:
    return {
        "code": category.code,
        "name": category.name,
        "parent": category.parent.code if category.parent else None,
        "rule": category.receipt_signatures.split(",") if category.receipt_signatures else [],
        "signatures": list(asked),
    }


@router.get("/categories", response=dict, tags=["reference"])
def list_categories(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """The category tree with its signatures: `rule` is the category's own, `signatures` what counts for its goods."""
    door = entered(request, filters.bureau, "item")
    asked = catalog.signatures_by_category(door.actor)
    rows = catalog.categories(door.actor).select_related("parent").order_by("code")
    return {"items": [_show_category(row, asked[row.pk]) for row in rows]}


@router.post(
    "/categories/{category_code}/receipt-signatures", response={201: dict}, openapi_extra=KEYED, tags=["reference"]
)
def set_receipt_signatures(request: HttpRequest, category_code: str, body: RuleIn) -> Status:
    """Say which signatures a receipt of goods of this category needs from now on."""
    door = enter(request)
    category = catalog_actions.set_receipt_signatures(
        category_code=category_code, signatures=body.signatures, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _show_category(category, catalog.signatures_by_category(door.actor)[category.pk]))
