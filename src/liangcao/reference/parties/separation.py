"""岗位分离: which two steps need two people, and which two roles two holders, under the profile in force.

separation.toml is the rule; a `SeparationTerm` says which profile is in force from when to when; each time that a
relaxed rule was used is a `Relaxation`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from liangcao.foundation.identity.access import role_name
from liangcao.foundation.identity.actor import DESK_ROLES, Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Forbidden, Refusal
from liangcao.reference.parties.models import Appointment, Person, Relaxation, SeparationTerm
from liangcao.reference.parties.queries import not_over

SEPARATION_FILE = Path(__file__).with_name("separation.toml")
FULL = "full"


@dataclass(frozen=True)
class Profile:
    """How strictly duties are apart; `longest` is None for the one that needs no term."""

    zh: str
    en: str
    meaning_zh: str
    meaning_en: str
    longest_hours: int | None = None

    @property
    def longest(self) -> timedelta | None:
        """How long a term of this profile may last."""
        return None if self.longest_hours is None else timedelta(hours=self.longest_hours)


@dataclass(frozen=True)
class Rule:
    """Two steps by two people: what it says, and under which profiles it holds."""

    zh: str
    en: str
    apart: tuple[str, ...]


@dataclass(frozen=True)
class RolesApart:
    """Roles that one person may not hold together."""

    alone: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]

    def clash(self, role: str, held: Iterable[str]) -> str | None:
        """The role among those held that does not go with `role`, or None."""
        for other in sorted(set(held) - {role}):
            if role in self.alone or other in self.alone or tuple(sorted((role, other))) in self.pairs:
                return other
        return None


@cache
def profiles() -> dict[str, Profile]:
    """The profiles of separation.toml, strictest first."""
    return {name: Profile(**row) for name, row in _table()["profiles"].items()}


@cache
def rules() -> dict[str, Rule]:
    """The rules of separation.toml."""
    return {name: Rule(row["zh"], row["en"], tuple(row["apart"])) for name, row in _table()["rules"].items()}


@cache
def roles_apart(profile: str) -> RolesApart:
    """The roles that do not go together under a profile."""
    row = _table()["roles"][profile]
    return RolesApart(tuple(row["alone"]), tuple((min(pair), max(pair)) for pair in row["pairs"]))


@cache
def consulted(profile: str) -> tuple[str, ...]:
    """The roles that must agree to a plan before it can be published, under a profile."""
    return tuple(_table()["consultation"][profile])


@cache
def _table() -> dict[str, dict]:  # type: ignore[type-arg]
    with SEPARATION_FILE.open("rb") as file:
        return tomllib.load(file)


def term_in_force(bureau_id: int, at: datetime) -> SeparationTerm | None:
    """The term that holds at a moment; None: the full profile."""
    found: SeparationTerm | None = SeparationTerm.objects.filter(
        bureau_id=bureau_id, status="set", starts_at__lte=at, ends_at__gt=at
    ).first()
    return found


def profile_in_force(bureau_id: int, at: datetime) -> str:
    """The profile that holds at a moment."""
    term = term_in_force(bureau_id, at)
    return term.profile if term else FULL


def is_apart(rule: str, bureau_id: int, at: datetime) -> bool:
    """Whether the rule holds at a moment, for lists of what waits."""
    return profile_in_force(bureau_id, at) in rules()[rule].apart


def check_apart(
    *,
    rule: str,
    by: Actor,
    earlier: Iterable[int | None],
    bureau_id: int,
    at: datetime,
    refusal: Refusal | None = None,
) -> SeparationTerm | None:
    """Raise Forbidden (or `refusal`) when the actor did one of the earlier steps and the rule holds now.

    Returns the term that lets it pass, None when two people are at work anyway. Programs (without a user) are not
    told apart here. Buttons ask with this one; acts with `check_two_people`, which also writes it down.
    """
    if by.user_id is None or by.user_id not in set(earlier):
        return None
    term = term_in_force(bureau_id, at)
    if (term.profile if term else FULL) in rules()[rule].apart:
        raise refusal or Forbidden(
            "OWN_DOCUMENT",
            f"不得审批本人提交的单据:{rules()[rule].zh}。请由另一位同事办理,或由组长在“设置 › 岗位分离”中另行设定",
            f"Not by the same person: {rules()[rule].en}. Ask a colleague, or the leader to set another profile under "
            "Settings › Separation of duties",
        )
    return term


def check_two_people(
    *,
    rule: str,
    by: Actor,
    earlier: Iterable[int | None],
    bureau_id: int,
    at: datetime,
    ref: str = "",
    refusal: Refusal | None = None,
) -> None:
    """Inside an act: raise as `check_apart`; a relaxed pass is written down with its term, and journalled.

    `earlier` are the users who did the earlier steps, `ref` the number of the document.
    """
    term = check_apart(rule=rule, by=by, earlier=earlier, bureau_id=bureau_id, at=at, refusal=refusal)
    if term is None:
        return
    Relaxation.objects.create(
        bureau_id=bureau_id, term=term, rule=rule, object_ref=ref, user_id=by.user_id, actor_name=by.name, at=at
    )
    record(
        by=by, at=at, action="separation_relaxed", object_kind="separation", object_ref=ref, bureau_id=bureau_id,
        after={"rule": rule, "profile": term.profile, "until": term.ends_at.isoformat()}, reason=term.reason,
    )  # fmt: skip


def check_roles_apart(
    *, person: Person, role: str, bureau_id: int, valid_from: date, valid_until: date | None, at: datetime
) -> None:
    """Raise Forbidden ROLES_APART when the person holds, in this bureau and at the same time, a role that does not go
    with the new one under the profile in force."""
    if role not in DESK_ROLES:
        return
    since = max(valid_from, business_date(at))
    held = Appointment.objects.filter(not_over(since), person=person, bureau_id=bureau_id)
    if valid_until is not None:
        held = held.filter(valid_from__lte=valid_until)
    other = roles_apart(profile_in_force(bureau_id, at)).clash(
        role, set(held.values_list("role", flat=True)) & DESK_ROLES
    )
    if other is not None:
        raise Forbidden(
            "ROLES_APART",
            f"“{role_name(role, 'zh')}”和“{role_name(other, 'zh')}”不能由同一人担任:{person.name} 已是"
            f"{role_name(other, 'zh')}。请另派一人,或先结束原任职",
            f"One person may not be {role_name(role, 'en')} and {role_name(other, 'en')}: {person.name} is the latter. "
            "Appoint somebody else, or end the other appointment first",
            field="role",
        )
