"""Sets up what a bureau works with: regions, catalogue, the bureau itself, organisations, stores, people, the book."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test.utils import override_settings

from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.commands.demo.records import day, moment, own_rows
from liangcao.ledger.actions import open_book
from liangcao.operations.allocation.actions import load_rule_sets
from liangcao.reference.catalog import queries as catalog_queries
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties import queries as parties_queries

LOADER = "演示装入"


class PrintedPasswordHasher(PBKDF2PasswordHasher):
    """Few rounds: these passwords are printed anyway, and full hashes of all accounts would take twenty seconds.

    The log-in replaces such a hash by a full one.
    """

    iterations = 1000


@dataclass(frozen=True)
class Account:
    """A log-in of the demo. The password is printed: it protects nothing but a demo."""

    username: str
    password: str
    role: str
    name: str
    bureau: str


@dataclass
class Desk:
    """A founded bureau as the loader uses it: ids by code, and an actor for each role."""

    name: str
    bureau_id: int
    book_id: int
    items: dict[str, int]
    organisations: dict[str, int]
    kinds: dict[str, str]
    stores: dict[str, int]
    hazards: dict[str, str]
    store_hazards: dict[str, set[str]]
    rule_sets: dict[str, int]
    is_new: bool
    actors: dict[str, Actor] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)

    def store_for(self, item: str) -> int:
        """The first store of the bureau that may hold this item."""
        wanted = self.hazards[item]
        fit = [code for code, held in self.store_hazards.items() if not wanted or wanted in held]
        return self.stores[fit[0]]

    def units(self, *, kinds: Iterable[str] = (), prefix: str = "") -> list[int]:
        """Ids of the organisations of these kinds, or whose code begins with `prefix`, in the order of their codes."""
        return [
            self.organisations[code]
            for code, kind in sorted(self.kinds.items())
            if kind in kinds or (prefix and code.startswith(prefix))
        ]


def found_bureau(plan: dict[str, Any], *, seed: int, now: datetime, say: Callable[[str], None]) -> Desk:
    """Found the bureau of a book with everything it works with; returns it as it is when it is there already.

    The bureau runs on the calendar of its source: `now` becomes this time of day, within a day after the last act.
    """
    at = moment(plan["emergency"]["started_on"] + " 08:00")
    everywhere = Actor.system(LOADER, 0)
    bureau = parties_queries.bureaus(everywhere).filter(code=plan["code"]).first()
    is_new = bureau is None
    if bureau is None:
        say(f"建立 {plan['name']}")
        region = parties_queries.regions(everywhere).get(code=plan["region"])
        bureau = parties.add_bureau(
            code=plan["code"],
            name=plan["name"],
            name_en=plan["name_en"],
            region=region,
            exercise_shift_days=-((now - moment(plan["last_moment"])) // timedelta(days=1)),
            by_name=LOADER,
            at=at,
        )
    by = Actor.system(LOADER, bureau.pk)
    book = open_book(bureau_id=bureau.pk, by=by, at=at)
    _open_emergency(bureau.pk, plan["emergency"], by, at)
    items = list(catalog_queries.items(by))
    desk = Desk(
        name=plan["name"],
        bureau_id=bureau.pk,
        book_id=book.pk,
        items={item.code: item.pk for item in items},
        organisations=_add_organisations(bureau.pk, plan["organisations"], by, at),
        kinds={row["code"]: row["kind"] for row in plan["organisations"]},
        stores=_add_stores(bureau.pk, plan["stores"], by, at),
        hazards={item.code: item.hazard_class for item in items},
        store_hazards={row["code"]: set(row["hazard_classes"].split(",")) for row in plan["stores"]},
        rule_sets={rule_set.code: rule_set.pk for rule_set in load_rule_sets(by=by, at=at)},
        is_new=is_new,
    )
    _add_people(desk, plan, seed=seed, by=by, at=at)
    return desk


def _open_emergency(bureau_id: int, emergency: dict[str, str], by: Actor, at: datetime) -> None:
    try:
        parties_queries.current_emergency(bureau_id)
    except Conflict:
        parties.open_emergency(
            bureau_id=bureau_id,
            name=emergency["name"],
            name_en=emergency["name_en"],
            started_on=day(emergency["started_on"]),
            by=by,
            at=at,
        )


def _add_organisations(bureau_id: int, wanted: list[dict[str, Any]], by: Actor, at: datetime) -> dict[str, int]:
    held = dict(parties_queries.organisations(by, bureau_id=bureau_id).values_list("code", "pk"))
    regions = {row["region"] for row in wanted if row.get("region")}
    by_code = {region.code: region for region in parties_queries.regions(by).filter(code__in=regions)}
    for row in wanted:
        if row["code"] not in held:
            told = {**row, "region": by_code[row["region"]]} if row.get("region") else row
            held[row["code"]] = parties.add_organisation(bureau_id=bureau_id, **told, by=by, at=at).pk
    return held


def _add_stores(bureau_id: int, wanted: list[dict[str, Any]], by: Actor, at: datetime) -> dict[str, int]:
    held = dict(parties_queries.stores(by, bureau_id=bureau_id).values_list("code", "pk"))
    for row in wanted:
        if row["code"] not in held:
            held[row["code"]] = parties.add_store(bureau_id=bureau_id, **row, by=by, at=at).pk
    return held


@override_settings(PASSWORD_HASHERS=[f"{__name__}.PrintedPasswordHasher"])
def _add_people(desk: Desk, plan: dict[str, Any], *, seed: int, by: Actor, at: datetime) -> None:
    """One account for each role, and those that the book has in the portal. A requester speaks for the first 示例 unit
    of the book."""
    names = {row["code"]: row["name"] for row in plan["organisations"]}
    for row in people_of(plan):
        unit = plan.get("requester") if row["role"] == "requester" else None
        unit = row.get("organisation", unit)
        name = f"{names[unit]}{row['name']}" if unit else row["name"]
        account = Account(
            f"{plan['accounts']}-{row['suffix']}", password_of(plan["accounts"], seed), row["role"], name, desk.name
        )
        user = user_by_name(account.username)
        if user is None:
            user = add_user(username=account.username, display_name=name, password=account.password, at=at)
            person = parties.add_person(name=name, user=user)
            parties.appoint(
                person=person,
                role=account.role,
                bureau_id=desk.bureau_id,
                organisation_id=desk.organisations[unit] if unit else None,
                valid_from=day(plan["emergency"]["started_on"]) - timedelta(days=1),
                by=by,
                at=at,
            )
        desk.accounts.append(account)
        desk.actors.setdefault(account.role, parties_queries.actor_for_user(user, at))


def people_of(plan: dict[str, Any]) -> list[dict[str, str]]:
    """The people of a book: its own list, or one for each role and those that it has in the portal."""
    return plan.get("people") or [*own_rows("accounts.csv"), *plan.get("portal", ())]


def password_of(prefix: str, seed: int) -> str:
    """The password of all demo accounts of a book. Twelve characters or more, and printed at the start."""
    return f"liangcao-{prefix}-{2020 + seed}"
