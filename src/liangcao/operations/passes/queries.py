"""Reads of passes, and the verdict over a scanned code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.passes.code import read_pass
from liangcao.operations.passes.models import Pass, PassKey


@dataclass(frozen=True)
class Verdict:
    """What a code is worth: a word of `flow.VERDICTS`, and the pass where it is in scope."""

    word: str
    held: Pass | None = None


def passes(actor: Actor, bureau_id: int) -> QuerySet[Pass]:
    """Passes in scope; no order is set."""
    rows: QuerySet[Pass] = Pass.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return rows.select_related("organisation")


def pass_by_id(actor: Actor, pass_id: int) -> Pass:
    """One pass in scope. Raises NotFound."""
    rows = Pass.objects.visible_to(actor).select_related("bureau", "organisation", "follows")
    found: Pass | None = rows.filter(pk=pass_id).first()
    if found is None:
        raise NotFound("未找到该通行证,或不在您的范围内", "No such pass within your scope", field="pass")
    return found


def in_state(rows: QuerySet[Pass], state: str, *, on: date) -> QuerySet[Pass]:
    """Those that are "valid", "not_yet", "expired" or "revoked" on a day."""
    if state == "revoked":
        return rows.filter(status="revoked")
    standing = rows.filter(status="issued")
    if state == "expired":
        return standing.filter(valid_until__lt=on)
    if state == "not_yet":
        return standing.filter(valid_from__gt=on)
    return standing.filter(valid_from__lte=on, valid_until__gte=on)


def overlapping(actor: Actor, held: Pass) -> list[Pass]:
    """Other passes that stand, of the same plate and route on some of the same days, oldest first."""
    rows = passes(actor, held.bureau_id).filter(
        plate=held.plate, route=held.route, status="issued",
        valid_from__lte=held.valid_until, valid_until__gte=held.valid_from,
    )  # fmt: skip
    return list(rows.exclude(pk=held.pk).order_by("pk")) if held.status == "issued" else []


def public_keys(actor: Actor) -> dict[str, str]:
    """All keys that ever signed passes, name → public half."""
    return dict(PassKey.objects.visible_to(actor).order_by("pk").values_list("key_id", "public_key"))


def verdict(actor: Actor, text: str, *, on: date) -> Verdict:
    """What a scanned code is worth on a day, by the book: the signature first, then the pass as it stands now."""
    read = read_pass(text, public_keys(actor))
    if read is None:
        return Verdict("forged")
    held = passes(actor, read[0]).filter(number=read[1]).first()
    return Verdict(held.state_on(on), held) if held else Verdict("unknown")
