"""Two ask for the last place of a slot at the same moment, on real commits: one of them gets it."""

from __future__ import annotations

from collections.abc import Callable

from liangcao.foundation.kernel.errors import Conflict
from liangcao.operations.pickup import queries
from liangcao.operations.pickup.models import PickUpTurn
from tests.factories.pickup import add_units, announce, arrange, make_deliveries, move
from tests.factories.world import make_world
from tests.rig.threads import Outcome

Run = Callable[[list[Callable[[], object]]], list[Outcome]]


def test_the_last_place_is_given_once(run_together: Run) -> None:
    world = make_world()
    make_deliveries(world, {unit.pk: 10 for unit in add_units(world, 5)})
    held = announce(world, arrange(world, capacity=1))
    slots = queries.slots(world.system, held.pk)
    turns = list(PickUpTurn.objects.filter(pick_up=held).order_by("slot__number"))
    outcomes = run_together([lambda turn=turn: move(world, turn, slots[5]) for turn in turns])
    won = [outcome for outcome in outcomes if outcome.error is None]
    assert len(won) == 1
    assert all(isinstance(o.error, Conflict) and o.error.code == "SLOT_FULL" for o in outcomes if o.error)
    after = queries.slots(world.system, held.pk)
    assert after[5].taken == 1
    assert sum(slot.taken for slot in after) == 5
