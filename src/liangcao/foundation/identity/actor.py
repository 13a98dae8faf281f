"""The actor: who does this, by which appointments. Made at the door, passed down, never looked up below."""

from __future__ import annotations

from dataclasses import dataclass

from liangcao.foundation.identity.access import desk_roles, portal_roles

DESK_ROLES = desk_roles()
PORTAL_ROLES = portal_roles()


@dataclass(frozen=True)
class Grant:
    """One appointment in force: a role in a bureau (desk), or for an organisation known to a bureau (portal)."""

    role: str
    bureau_id: int
    organisation_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """A person or program at work. `user_id` is None only for the system itself."""

    user_id: int | None
    name: str
    grants: tuple[Grant, ...]
    language: str = "zh-hans"
    is_system: bool = False

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

    @property
    def bureau_ids(self) -> frozenset[int]:
        """Bureaus at whose desk the actor works."""
        return frozenset(grant.bureau_id for grant in self.grants if grant.role in DESK_ROLES)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """Outside organisations the actor speaks for."""
        return frozenset(
            grant.organisation_id for grant in self.grants if grant.role in PORTAL_ROLES and grant.organisation_id
        )

    @property
    def is_outside(self) -> bool:
        """True for a person of the portal only."""
        return not self.bureau_ids

    def roles_for(self, *, bureau_id: int | None, organisation_id: int | None) -> frozenset[str]:
        """Roles that count for an object of this bureau or organisation."""
        return frozenset(
            grant.role
            for grant in self.grants
            if (grant.role in DESK_ROLES and (bureau_id is None or grant.bureau_id == bureau_id))
            or (
                grant.role in PORTAL_ROLES
                and grant.organisation_id is not None
                and (organisation_id is None or grant.organisation_id == organisation_id)
            )
        )


NOBODY = Actor(user_id=None, name="", grants=())
