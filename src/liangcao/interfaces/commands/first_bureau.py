"""A bureau for a database that a command has just made: with catalogue, book and an open emergency, so that files can
be imported at once. It has no people; `liangcao user add` adds them."""

from __future__ import annotations

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date, now
from liangcao.interfaces.commands.books import COMMAND_LINE
from liangcao.interfaces.commands.reference import load_reference
from liangcao.ledger.actions import open_book
from liangcao.operations.allocation.actions import load_rule_sets
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties import queries

CODE = "benju"


def found_bureau() -> None:
    """Load divisions, catalogue and rule sets; found the bureau `benju` with one store, `S1`."""
    from django.db import transaction

    at = now()
    with transaction.atomic():
        load_reference(by_name=COMMAND_LINE, at=at)
        load_rule_sets(by=Actor.system(COMMAND_LINE, 0), at=at)
        region = queries.regions(Actor.system(COMMAND_LINE, 0)).order_by("level", "code").first()
        if region is None:
            raise AssertionError("the division list is empty")
        bureau = parties.add_bureau(
            code=CODE, name="本局", name_en="This bureau", region=region, by_name=COMMAND_LINE, at=at
        )
        by = Actor.system(COMMAND_LINE, bureau.pk)
        open_book(bureau_id=bureau.pk, by=by, at=at)
        parties.add_store(bureau_id=bureau.pk, code="S1", name="一号库", by=by, at=at)
        parties.open_emergency(bureau_id=bureau.pk, name="应急保障", started_on=business_date(at), by=by, at=at)
