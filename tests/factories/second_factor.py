"""People who log in with a second factor, and administrators who may remove it."""

from __future__ import annotations

from uuid import uuid4

from liangcao.foundation.identity import second_factor
from liangcao.foundation.identity.models import User
from liangcao.reference.parties.actions import ask_factor_removal
from liangcao.reference.parties.models import FactorRemoval
from tests.factories.codes import code_of
from tests.factories.duty import Colleague, make_colleague
from tests.factories.world import NOON, World


def turn_on(user: User) -> None:
    """The user's app is set up, as the page does it."""
    from liangcao.foundation.kernel.clock import now

    secret = second_factor.new_secret()
    second_factor.activate(user=user, secret=secret, code=code_of(secret), at=now())


def make_protected(world: World, name: str = "丢了手机的人", role: str = "storekeeper") -> Colleague:
    """A colleague with a second factor."""
    made = make_colleague(world, name, role)
    assert made.person.user is not None
    turn_on(made.person.user)
    return made


def make_factor_removal(world: World, who: Colleague | None = None, by: Colleague | None = None) -> FactorRemoval:
    """A removal that an administrator has asked for."""
    who, by = who or make_protected(world), by or make_colleague(world, "管理员甲", "administrator")
    return ask_factor_removal(
        person_id=who.person.pk, bureau_id=world.bureau.pk, reason="手机丢失,已当面核实", by=by.actor, at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
