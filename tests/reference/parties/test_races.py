"""Two at the desk at once, on real commits: one is done, the others are told; nobody meets a broken constraint."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Conflict, NotFound
from liangcao.reference.parties import actions, queries
from liangcao.reference.parties.models import FactorRemoval, Organisation
from tests.factories.duty import make_colleague
from tests.factories.second_factor import make_protected
from tests.factories.world import NOON, World, make_world
from tests.rig.threads import Outcome

Run = Callable[[list[Callable[[], object]]], list[Outcome]]


def codes(outcomes: list[Outcome]) -> list[str]:
    failed = [outcome.error for outcome in outcomes if outcome.error]
    assert all(isinstance(error, Conflict) for error in failed), failed
    return [error.code for error in failed]  # type: ignore[attr-defined]


def test_two_units_take_one_name(run_together: Run) -> None:
    world = make_world()
    units = (world.hospital, world.second_hospital, world.town)
    taking = [
        lambda unit=unit: actions.edit_organisation(
            organisation_id=unit.pk, name="示例新名", by=world.actor("coordinator"), at=NOON, client_id=uuid4()
        )
        for unit in units
    ]
    adding = lambda: actions.add_organisation(  # noqa: E731
        bureau_id=world.bureau.pk, code="N1", name="示例新名", kind="hospital", by=world.actor("coordinator"), at=NOON
    )
    assert codes(run_together([*taking, adding])) == ["ORGANISATION_TAKEN"] * 3
    assert Organisation.objects.filter(bureau=world.bureau, name="示例新名").count() == 1


def test_two_ask_for_one_removal(run_together: Run) -> None:
    world = make_world()
    who = make_protected(world)
    administrators = [make_colleague(world, f"管理员{name}", "administrator") for name in "甲乙丙"]
    asking = [
        lambda by=by: actions.ask_factor_removal(
            person_id=who.person.pk, bureau_id=world.bureau.pk, reason="手机丢失", by=by.actor, at=NOON,
            client_id=uuid4(),
        )
        for by in administrators
    ]  # fmt: skip
    assert codes(run_together(asking)) == ["REMOVAL_ASKED"] * 2
    assert FactorRemoval.objects.filter(person=who.person, status="asked").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, -1, 2**63, 2**200], ids=["none", "negative", "too-large", "far-too-large"])
def test_a_store_that_no_column_can_hold_is_not_there(world: World, number: int) -> None:
    with pytest.raises(NotFound):
        queries.stores_by_id(world.actor("storekeeper"), [world.store.pk, number])
