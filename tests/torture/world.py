"""What stands before the fight: a bureau with goods, people with tokens, and a second bureau that nobody may see."""

from __future__ import annotations

from dataclasses import dataclass

# Of the other bureau: a name and a quantity that nobody here has.
CANARY, STRANGE = "kanari-7351", 977
STORES = ("S1", "S2")


@dataclass(frozen=True)
class Field:
    """What the clients know: codes, lots, tokens by role. `keepers`: one for each writer."""

    book: str
    lots: tuple[str, ...]
    keepers: tuple[str, ...]
    leader: str
    coordinator: str
    allocator: str
    requester: str
    administrator: str
    hospital_id: int


def make_field(*, writers: int, pieces: int = 100_000) -> Field:
    """Fill the connected database through actions."""
    from liangcao.foundation.identity.actions import add_user, make_token
    from liangcao.foundation.kernel.clock import now
    from liangcao.reference.parties.actions import add_person, appoint
    from liangcao.reference.parties.models import Organisation
    from tests.factories.world import TODAY, make_world

    world, at = make_world(), now()
    lots = tuple(str(world.put_in(world.mask, pieces)[0]) for _ in range(3))
    other = make_world("other")
    other.put_in(other.mask, STRANGE)
    Organisation.objects.filter(pk=other.donor.pk).update(name=CANARY)

    def token(name: str, role: str, organisation_id: int | None = None) -> str:
        user = add_user(username=name, display_name=name, password=None, at=at)
        person = add_person(name=name, user=user)
        appoint(
            person=person, role=role, bureau_id=world.bureau.pk, organisation_id=organisation_id, valid_from=TODAY,
            by=world.system, at=at,
        )  # fmt: skip
        return make_token(user=user, at=at)

    return Field(
        book=world.bureau.code,
        lots=lots,
        keepers=tuple(token(f"keeper{number}", "storekeeper") for number in range(writers)),
        leader=token("leader", "leader"),
        coordinator=token("coordinator", "coordinator"),
        allocator=token("allocator", "allocator"),
        requester=token("ward", "requester", world.hospital.pk),
        administrator=token("administrator", "administrator"),
        hospital_id=world.hospital.pk,
    )
