"""Reads of imports. All start from what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.intake.importing.kinds import importers
from liangcao.interfaces.intake.models import ImportRow, ImportRun, SenderLayout


@dataclass(frozen=True)
class Summary:
    """Rows of the file, each counted once by its worst line: accepted + asked + refused = rows. `left_out` of the
    accepted ones will not be imported."""

    rows: int = 0
    accepted: int = 0
    asked: int = 0
    refused: int = 0
    left_out: int = 0


def runs(actor: Actor, *, bureau_id: int) -> QuerySet[ImportRun]:
    """The bureau's imports; no order is set."""
    return ImportRun.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("file", "same_as")


def run(actor: Actor, run_id: int) -> ImportRun:
    """One import in scope. Raises NotFound."""
    found = ImportRun.objects.visible_to(actor).select_related("file", "same_as", "bureau").filter(pk=run_id).first()
    if found is None:
        raise NotFound("未找到这次导入,或不在您的范围内", "No such import within your scope", field="import")
    return found


def rows_of(actor: Actor, run_id: int, *, status: str = "", reason: str = "") -> QuerySet[ImportRow]:
    """The rows of an import in the order of the file, with what they name."""
    found = ImportRow.objects.visible_to(actor).filter(run_id=run_id).order_by("number")
    found = found.select_related("organisation", "item", "store").prefetch_related("item__packs")
    if status:
        found = found.filter(status=status)
    if reason:
        # Lists are kept as JSON texts; a code in quotation marks is found in them on every engine.
        found = found.filter(reasons__icontains=f'"{reason}"')
    return found


def row(actor: Actor, run_id: int, row_id: int) -> ImportRow:
    """One row of an import in scope. Raises NotFound."""
    found = rows_of(actor, run_id).filter(pk=row_id).first()
    if found is None:
        raise NotFound("未找到这一行,或不在您的范围内", "No such row within your scope", field="row")
    return found


def summary(actor: Actor, run_id: int) -> Summary:
    """How the rows of the file stand."""
    held = ImportRow.objects.visible_to(actor).filter(run_id=run_id)
    per_row = held.values("sheet", "row").annotate(
        wrong=Count("pk", filter=Q(status="wrong")),
        confirm=Count("pk", filter=Q(status="confirm")),
        taken=Count("pk", filter=~Q(status="left_out")),
    )
    counts = {"refused": 0, "asked": 0, "accepted": 0, "left_out": 0}
    for each in per_row.values_list("wrong", "confirm", "taken"):
        wrong, confirm, taken = each
        counts["refused" if wrong else "asked" if confirm else "accepted"] += 1
        counts["left_out"] += not taken
    return Summary(rows=counts["refused"] + counts["asked"] + counts["accepted"], **counts)


def reason_counts(actor: Actor, run_id: int) -> dict[str, int]:
    """How many rows that wait have each reason."""
    held = ImportRow.objects.visible_to(actor).filter(run_id=run_id, status__in=("wrong", "confirm"))
    counted: dict[str, int] = {}
    for codes in held.values_list("reasons", flat=True).iterator(chunk_size=2000):
        for code in codes:
            counted[code] = counted.get(code, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def kinds_for(actor: Actor, *, bureau_id: int) -> list[str]:
    """The kinds that this actor may import."""
    return [
        kind
        for kind, importer in importers().items()
        if guard.can(actor, importer.act[1], importer.act[0], bureau_id=bureau_id)
    ]


def origins(actor: Actor, *, kind: str, ids: Iterable[int]) -> QuerySet[ImportRow]:
    """The rows of files that documents were made of."""
    found = ImportRow.objects.visible_to(actor).filter(status="done", made_kind=kind, made_id__in=list(ids))
    return found.select_related("run__file").order_by("run_id", "number")


def made_of(actor: Actor, run_id: int) -> list[dict[str, Any]]:
    """The documents that an import made, with the number of its rows in each."""
    held = ImportRow.objects.visible_to(actor).filter(run_id=run_id, status="done")
    made = held.values("made_kind", "made_id", "made_ref").annotate(rows=Count("pk"))
    return list(made.order_by("made_kind", "made_id"))


def layouts(actor: Actor, *, bureau_id: int, kind: str) -> QuerySet[SenderLayout]:
    """What columns meant before, the newest first."""
    return SenderLayout.objects.visible_to(actor).filter(bureau_id=bureau_id, kind=kind).order_by("-saved_at", "-pk")


def is_message(run: ImportRun) -> bool:
    """Whether what was read is a message, which has no table with columns."""
    return not run.layout
