"""The actor: who does this, by which appointments. Made at the door, passed down, never looked up below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from liangcao.foundation.identity.access import desk_roles, portal_roles

DESK_ROLES = desk_roles()
PORTAL_ROLES = portal_roles()
CARRIER = "carrier"


@dataclass(frozen=True)
class Grant:
    """One appointment in force: a role in a bureau (desk), or for an organisation known to a bureau (portal).

    A desk's appointment may be narrowed to stores, regions (by the beginning of their codes) and emergencies; empty
    means not narrowed. `governed_codes` widens an appointment of the portal: for a township, the beginning of the codes
    of its own division, whose units' needs and deliveries it reads.
    """

    role: str
    bureau_id: int
    organisation_id: int | None = None
    store_ids: frozenset[int] = frozenset()
    region_codes: frozenset[str] = frozenset()
    emergency_ids: frozenset[int] = frozenset()
    governed_codes: frozenset[str] = frozenset()

    @cached_property
    def narrowed_by(self) -> frozenset[str]:
        """Which of "store", "region", "emergency" narrow this appointment."""
        named = {"store": self.store_ids, "region": self.region_codes, "emergency": self.emergency_ids}
        return frozenset(dimension for dimension, chosen in named.items() if chosen)

    def governs(self, bureau_id: int, region_code: str) -> bool:
        """Whether this is an appointment for the township that a division of this bureau lies in."""
        is_inside = any(region_code.startswith(code) for code in self.governed_codes)
        return is_inside and self.bureau_id == bureau_id and self.role != CARRIER


@dataclass(frozen=True)
class Actor:
    """A person or program at work. `user_id` is None only for the system itself."""

    user_id: int | None
    name: str
    grants: tuple[Grant, ...]
    language: str = "zh-hans"
    is_system: bool = False
    origin: str = ""  # where from: the door, the address, the request's id ("page 10.0.0.7 4f2a…"); for the journal

    # What the API token at hand may do ("requisition.file", or "read"); None: not a token, or one as wide as its owner.
    token_scope: frozenset[str] | None = None

    @classmethod
    def system(cls, name: str, bureau_id: int) -> Actor:
        """A loader or command that acts for one bureau with every desk role; the journal names it."""
        grants = tuple(Grant(role, bureau_id) for role in sorted(DESK_ROLES))
        return cls(user_id=None, name=name, grants=grants, is_system=True)

    @property
    def sees_everything(self) -> bool:
        """Only the system (loaders, verify) reads past scope."""
        return self.is_system

    @property
    def roles(self) -> frozenset[str]:
        """All roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    @cached_property
    def bureau_ids(self) -> frozenset[int]:
        """Bureaus at whose desk the actor works, the whole of it or narrowed."""
        return frozenset(grant.bureau_id for grant in self.grants if grant.role in DESK_ROLES)

    @cached_property
    def whole_bureau_ids(self) -> frozenset[int]:
        """Bureaus of which the actor sees everything: an appointment there is not narrowed."""
        return frozenset(g.bureau_id for g in self.grants if g.role in DESK_ROLES and not g.narrowed_by)

    @cached_property
    def narrowed_grants(self) -> tuple[Grant, ...]:
        """The narrowed appointments that no whole one in the same bureau swallows. Empty for nearly everybody."""
        whole = self.whole_bureau_ids
        return tuple(g for g in self.grants if g.narrowed_by and g.role in DESK_ROLES and g.bureau_id not in whole)

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """Outside organisations the actor speaks for."""
        return frozenset(
            grant.organisation_id for grant in self.grants if grant.role in PORTAL_ROLES and grant.organisation_id
        )

    @cached_property
    def carrier_ids(self) -> frozenset[int]:
        """Outside organisations for which the actor carries goods."""
        return frozenset(
            grant.organisation_id for grant in self.grants if grant.role == CARRIER and grant.organisation_id
        )

    @cached_property
    def own_business_ids(self) -> frozenset[int]:
        """Outside organisations whose own needs and deliveries the actor sees: not those that he only carries for."""
        return frozenset(
            grant.organisation_id
            for grant in self.grants
            if grant.role in PORTAL_ROLES and grant.role != CARRIER and grant.organisation_id
        )

    @cached_property
    def governing_grants(self) -> tuple[Grant, ...]:
        """Appointments for a township that has a division of its own."""
        return tuple(grant for grant in self.grants if grant.governed_codes and grant.role != CARRIER)

    def reading(
        self, *, bureau_id: int, organisation_id: int, region_code: str = "", carrier_id: int | None = None
    ) -> Actor:
        """The same person with only the appointments that show a row of this bureau and organisation (compare
        `ScopedQuerySet.visible_to`): what of the row he may read goes by their roles. `region_code` is the division
        that the organisation lies in, `carrier_id` who brings the goods."""
        showing = tuple(
            grant
            for grant in self.grants_for(bureau_id=bureau_id, organisation_id=None)
            if grant.role in DESK_ROLES
            or grant.organisation_id == organisation_id
            or (grant.role == CARRIER and grant.organisation_id == carrier_id)
            or grant.governs(bureau_id, region_code)
        )
        return replace(self, grants=showing)

    @property
    def is_outside(self) -> bool:
        """True for a person of the portal only."""
        return not self.bureau_ids

    def grants_for(self, *, bureau_id: int | None, organisation_id: int | None) -> tuple[Grant, ...]:
        """Grants that count for an object of this bureau or organisation."""
        return tuple(
            grant
            for grant in self.grants
            if (grant.role in DESK_ROLES and (bureau_id is None or grant.bureau_id == bureau_id))
            or (
                grant.role in PORTAL_ROLES
                and grant.organisation_id is not None
                and (organisation_id is None or grant.organisation_id == organisation_id)
            )
        )

    def roles_for(self, *, bureau_id: int | None, organisation_id: int | None) -> frozenset[str]:
        """Roles that count for an object of this bureau or organisation."""
        return frozenset(grant.role for grant in self.grants_for(bureau_id=bureau_id, organisation_id=organisation_id))

    def across(self, bureau_id: int) -> Actor:
        """The same person with the narrowing in this bureau left out: for sums that belong to a document in scope
        ("how much of this source has come") and for what the program itself does as a consequence of an act."""
        if not any(grant.bureau_id == bureau_id for grant in self.narrowed_grants):
            return self
        nothing: frozenset[int] = frozenset()
        wide = tuple(
            replace(grant, store_ids=nothing, region_codes=frozenset(), emergency_ids=nothing)
            if grant.bureau_id == bureau_id
            else grant
            for grant in self.grants
        )
        return replace(self, grants=wide)


NOBODY = Actor(user_id=None, name="", grants=())
