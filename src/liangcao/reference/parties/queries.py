"""Reads of parties, and the making of an Actor from appointments in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import NOBODY, Actor, Grant
from liangcao.foundation.identity.queries import token_held
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.reference.parties.kinds import GOVERNING
from liangcao.reference.parties.models import (
    Appointment,
    Bureau,
    Emergency,
    FactorRemoval,
    Invitation,
    Organisation,
    Person,
    Region,
    Relaxation,
    SeparationTerm,
    Store,
)

if TYPE_CHECKING:
    from liangcao.foundation.identity.models import User


# A removal of a second factor that nobody has confirmed by then is asked for again.
REMOVAL_LIVES = timedelta(hours=24)


def not_over(on: date, *, path: str = "") -> Q:
    """Appointments that have not ended by a day, the coming ones too. `path` leads to them ("appointments__")."""
    open_ended, later = Q(**{f"{path}valid_until": None}), Q(**{f"{path}valid_until__gte": on})
    return Q(**{f"{path}ended_at": None}) & (open_ended | later)


def in_force(on: date, *, path: str = "") -> Q:
    """Appointments that count on a day."""
    return not_over(on, path=path) & Q(**{f"{path}valid_from__lte": on})


def actor_for_user(user: User, at: datetime) -> Actor:
    """The actor that this user is at this moment: one grant for each appointment in force; none → sees nothing."""
    if not user.is_active:
        return NOBODY
    held = Appointment.objects.filter(in_force(business_date(at)), person__user_id=user.pk)
    grants = tuple(_grant(*row) for row in held.order_by("id").values_list(*_GRANT_COLUMNS))
    return Actor(user_id=user.pk, name=user.display_name, grants=grants, language=user.language)


_GRANT_COLUMNS = (
    "role", "bureau_id", "organisation_id", "store_id", "region__code", "region__level", "emergency_id",
    "organisation__kind", "organisation__region__code", "organisation__region__level",
)  # fmt: skip
# How much of a division's code its own divisions share, by level: province, city, county, township, village.
_CODE_LENGTHS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
# A township under whose name only the county's division stands governs nothing: it would read the whole county.
_GOVERNED_FROM = 4


def _grant(
    role: str,
    bureau_id: int,
    organisation_id: int | None,
    store_id: int | None,
    region_code: str | None,
    region_level: int | None,
    emergency_id: int | None,
    kind: str | None,
    home_code: str | None,
    home_level: int | None,
) -> Grant:
    return Grant(
        role,
        bureau_id,
        organisation_id,
        frozenset() if store_id is None else frozenset({store_id}),
        _beginnings(region_code, region_level),
        frozenset() if emergency_id is None else frozenset({emergency_id}),
        _beginnings(home_code, home_level)
        if kind in GOVERNING and (home_level or 0) >= _GOVERNED_FROM
        else frozenset(),
    )


def _beginnings(code: str | None, level: int | None) -> frozenset[str]:
    """How the codes of a division and of all below it begin."""
    return frozenset() if code is None else frozenset({code[: _CODE_LENGTHS.get(level or 5, 12)]})


def actor_for_token(token: str, at: datetime) -> Actor | None:
    """The actor behind an API token, or None."""
    held = token_held(token, at)
    if held is None:
        return None
    actor = actor_for_user(held.user, at)
    return actor if held.scope is None else replace(actor, token_scope=frozenset(held.scope))


def moment(bureau_id: int, now: datetime) -> datetime:
    """What time it is for a bureau: the server's time, or in an exercise the exercise's own calendar.

    Every door (page, API, command) calls this once with the clock and passes the answer down as `at`.
    """
    shift = Bureau.objects.filter(pk=bureau_id).values_list("exercise_shift_days", flat=True).first()
    return now + timedelta(days=shift or 0)


def bureaus(actor: Actor) -> QuerySet[Bureau]:
    """Bureaus in the actor's scope."""
    return Bureau.objects.visible_to(actor)


def bureau(actor: Actor, bureau_id: int) -> Bureau:
    """One bureau in scope. Raises NotFound."""
    found = Bureau.objects.visible_to(actor).filter(pk=bureau_id).first()
    if found is None:
        raise NotFound()
    return found


def organisations(
    actor: Actor, *, bureau_id: int | None = None, kinds: tuple[str, ...] = (), search: str = ""
) -> QuerySet[Organisation]:
    """Organisations in scope by bureau, kind and name or pinyin; no order is set."""
    found = Organisation.objects.visible_to(actor).select_related("region")
    if bureau_id is not None:
        found = found.filter(bureau_id=bureau_id)
    if kinds:
        found = found.filter(kind__in=kinds)
    if search:
        found = found.filter(
            Q(name__icontains=search)
            | Q(code__icontains=search)
            | Q(pinyin__icontains=search.lower())
            | Q(uscc=search.upper())
        )
    return found


def organisation(actor: Actor, organisation_id: int, *, bureau_id: int | None = None) -> Organisation:
    """One organisation in scope. Raises NotFound, also when it belongs to another bureau than `bureau_id`."""
    found = Organisation.objects.visible_to(actor).filter(pk=organisation_id).first()
    if found is None or (bureau_id is not None and found.bureau_id != bureau_id):
        raise NotFound("未找到该单位,或不在您的范围内", "No such organisation within your scope", field="organisation")
    return found


def stores(actor: Actor, *, bureau_id: int | None = None) -> QuerySet[Store]:
    """Active stores in scope."""
    found = Store.objects.visible_to(actor).filter(is_active=True)
    return found if bureau_id is None else found.filter(bureau_id=bureau_id)


def store(actor: Actor, store_id: int, *, bureau_id: int | None = None) -> Store:
    """One store in scope. Raises NotFound, also when it belongs to another bureau than `bureau_id`."""
    return stores_by_id(actor, [store_id], bureau_id=bureau_id)[0]


def stores_by_id(actor: Actor, store_ids: Sequence[int], *, bureau_id: int | None = None) -> list[Store]:
    """Stores in scope, in the order of their ids. Raises NotFound as `store` does, for any of them."""
    # One by one and not `in`: a number that no column holds is then simply not there, on SQLite too.
    wanted = reduce(or_, (Q(pk=key) for key in store_ids))
    found = {row.pk: row for row in Store.objects.visible_to(actor).filter(wanted)}
    if any(key not in found or bureau_id not in (None, found[key].bureau_id) for key in store_ids):
        raise NotFound("未找到该仓库,或不在您的范围内", "No such store within your scope", field="store")
    return [found[key] for key in store_ids]


def clock_time(bureau_id: int, at: datetime) -> datetime:
    """The server's time at a bureau's moment: links live by the clock, not by an exercise's calendar."""
    return at - (moment(bureau_id, at) - at)


def wants_second_factor(actor: Actor, bureau: Bureau) -> bool:
    """Whether the bureau demands a second factor for one of the actor's roles there."""
    wanted = set(filter(None, bureau.second_factor_roles.split(",")))
    return bool(wanted) and any(grant.role in wanted for grant in actor.grants if grant.bureau_id == bureau.pk)


def roles_owing_second_factor(actor: Actor) -> frozenset[str]:
    """The actor's roles for which some bureau demands a second factor."""
    wanted = {bureau.pk: bureau.second_factor_roles.split(",") for bureau in bureaus(actor)}
    return frozenset(grant.role for grant in actor.grants if grant.role in wanted.get(grant.bureau_id, ()))


def person_in_scope(actor: Actor, person_id: int) -> Person:
    """One person in scope. Raises NotFound."""
    found = Person.objects.visible_to(actor).select_related("user").filter(pk=person_id).first()
    if found is None:
        raise NotFound("未找到此人,或不在您的范围内", "No such person within your scope", field="person")
    return found


def appointments(actor: Actor, *, bureau_id: int | None = None) -> QuerySet[Appointment]:
    """Appointments in scope, with person and organisation."""
    found = Appointment.objects.visible_to(actor).select_related("person__user", "organisation")
    return found if bureau_id is None else found.filter(bureau_id=bureau_id)


def programs(
    actor: Actor, *, bureau_id: int | None = None, organisation_id: int | None = None
) -> QuerySet[Appointment]:
    """The appointments of programs of an organisation or of a whole bureau, the closed ones too, by name."""
    found = appointments(actor, bureau_id=bureau_id).filter(ended_at=None, person__user__is_program=True)
    if organisation_id is not None:
        found = found.filter(organisation_id=organisation_id)
    return found.order_by("person__name", "pk")


def program(actor: Actor, person_id: int, *, organisation_id: int | None = None) -> Appointment:
    """One of them. Raises NotFound."""
    found = programs(actor, organisation_id=organisation_id).filter(person_id=person_id).first()
    if found is None:
        raise NotFound("未找到该程序,或不在您的范围内", "No such program within your scope")
    return found


def appointment(actor: Actor, appointment_id: int) -> Appointment:
    """One appointment in scope. Raises NotFound."""
    found = appointments(actor).filter(pk=appointment_id).first()
    if found is None:
        raise NotFound("未找到该任职,或不在您的范围内", "No such appointment within your scope")
    return found


def last_appointment(user_id: int) -> Appointment | None:
    """The latest appointment of somebody who holds none now: it says whom to ask."""
    held = Appointment.objects.filter(person__user_id=user_id).select_related("bureau", "organisation")
    return held.order_by("-pk").first()


def appointments_now(person: Person, today: date) -> list[Appointment]:
    """Every appointment of a person that is not over, wherever it is, the coming ones too."""
    return list(Appointment.objects.filter(not_over(today), person=person).order_by("pk"))


def is_last_administrator(held: Appointment, today: date) -> bool:
    """Whether nobody else administers the bureau of this appointment today."""
    others = Appointment.objects.filter(
        in_force(today), bureau_id=held.bureau_id, role=held.role, person__user__is_active=True
    )
    return not others.exclude(person_id=held.person_id).exists()


def removal_is_live(held: FactorRemoval, at: datetime) -> bool:
    """Whether another administrator may still confirm it, at this moment of its bureau."""
    return held.status == "asked" and at < held.asked_at + REMOVAL_LIVES


def factor_removals(actor: Actor, *, bureau_id: int) -> QuerySet[FactorRemoval]:
    """Removals of a second factor that were asked for, with what became of them."""
    return FactorRemoval.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("person")


def factor_removal(actor: Actor, removal_id: int) -> FactorRemoval:
    """One removal of a second factor in scope. Raises NotFound."""
    found = FactorRemoval.objects.visible_to(actor).select_related("bureau", "person").filter(pk=removal_id).first()
    if found is None:
        raise NotFound()
    return found


def open_factor_removal(actor: Actor, person_id: int, *, at: datetime) -> FactorRemoval | None:
    """The removal that waits for a second administrator, if there is one."""
    found = FactorRemoval.objects.visible_to(actor).filter(person_id=person_id, status="asked").first()
    return found if found and removal_is_live(found, at) else None


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """What waits for an administrator: removals of a second factor that another one has asked for."""
    if bureau_id is None or at is None or not guard.can(actor, "edit", "account", bureau_id=bureau_id):
        return []
    asked = FactorRemoval.objects.visible_to(actor).filter(
        bureau_id=bureau_id, status="asked", asked_at__gt=at - REMOVAL_LIVES
    )
    rows = asked.exclude(person__user_id=actor.user_id).exclude(asked_user_id=actor.user_id).select_related("person")
    return [
        Waiting(
            "factor_removal", f"待确认:去掉{row.person.name}的第二道验证", "removals of a second factor to confirm",
            1, row.asked_at, "person", due_at=row.asked_at + REMOVAL_LIVES, url_args=(row.person_id,),
        )
        for row in rows.order_by("asked_at")
    ]  # fmt: skip


def invitations(actor: Actor, *, bureau_id: int | None = None) -> QuerySet[Invitation]:
    """Invitations in scope, with organisation and person."""
    found = Invitation.objects.visible_to(actor).select_related("organisation", "person")
    return found if bureau_id is None else found.filter(bureau_id=bureau_id)


def invitation(actor: Actor, invitation_id: int) -> Invitation:
    """One invitation in scope. Raises NotFound."""
    found = invitations(actor).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound()
    return found


def invitation_is_live(held: Invitation, at: datetime) -> bool:
    """Whether the link still works, at this moment of its bureau."""
    return held.accepted_at is None and held.revoked_at is None and at < held.expires_at


def live_invitation(secret: str, *, at: datetime) -> Invitation | None:
    """The invitation with this secret part while its link works; None otherwise. `at` is the server's time."""
    found = Invitation.objects.filter(digest=digest(secret.encode())).select_related("organisation", "bureau").first()
    return found if found and invitation_is_live(found, moment(found.bureau_id, at)) else None


def people(actor: Actor) -> QuerySet[Person]:
    """People in scope with their appointments."""
    return Person.objects.visible_to(actor).prefetch_related("appointments")


def people_with_log_in(actor: Actor, *, bureau_id: int, on: date) -> QuerySet[Person]:
    """People who hold a desk appointment in the bureau on a day and can log in."""
    mine = Person.objects.visible_to(actor).filter(
        in_force(on, path="appointments__"),
        appointments__bureau_id=bureau_id,
        appointments__organisation=None,
        user__is_active=True,
    )
    return mine.distinct()


def regions(actor: Actor, *, parent_code: str | None = None) -> QuerySet[Region]:
    """Regions, or the children of one."""
    found = Region.objects.visible_to(actor)
    return found if parent_code is None else found.filter(parent__code=parent_code)


def current_emergency(bureau_id: int) -> Emergency:
    """The open emergency of a bureau. Raises Conflict NO_EMERGENCY when there is none."""
    found = Emergency.objects.filter(bureau_id=bureau_id, ended_on=None).first()
    if found is None:
        raise Conflict(
            "NO_EMERGENCY",
            "本局没有进行中的应急事件,请先在“设置”中启动一个",
            "The bureau has no open emergency; open one under Settings first",
        )
    return found


def users_appointed(actor: Actor, *, bureau_id: int, organisation_id: int | None, at: datetime) -> list[User]:
    """Who can log in and holds an appointment today: at the bureau's desk, or for one of its organisations."""
    held = Appointment.objects.visible_to(actor).filter(
        in_force(business_date(at)),
        bureau_id=bureau_id,
        organisation_id=organisation_id,
        person__user__is_active=True,
    )
    users = {row.person.user_id: row.person.user for row in held.select_related("person__user").order_by("pk")}
    return [user for user in users.values() if user is not None]


def separation_terms(actor: Actor, *, bureau_id: int) -> QuerySet[SeparationTerm]:
    """Terms of the separation of duties of a bureau, latest first."""
    return SeparationTerm.objects.visible_to(actor).filter(bureau_id=bureau_id).order_by("-starts_at", "-pk")


def separation_term(actor: Actor, term_id: int) -> SeparationTerm:
    """One term in scope. Raises NotFound."""
    found = SeparationTerm.objects.visible_to(actor).select_related("bureau").filter(pk=term_id).first()
    if found is None:
        raise NotFound()
    return found


def relaxations(
    actor: Actor, *, bureau_id: int, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Relaxation]:
    """Each time that one person did two steps, oldest first, from `since` (included) to `until` (not included)."""
    found = Relaxation.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("term")
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found.order_by("at", "pk")
