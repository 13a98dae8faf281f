"""Two bureaus with everything in them, and people of every kind in the first.

Rows carry a canary, a string that no stranger's answer may contain: `OWN` on all that is the second hospital's, which
only the desk sees; `OTHER` on everything of the other bureau, which nobody here sees. The supplier brings what goes to
the first hospital, and a township governs where that one lies; what goes to the second hospital is another's matter.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from liangcao.foundation.identity.actions import add_user, make_token
from liangcao.foundation.identity.actor import PORTAL_ROLES
from liangcao.foundation.jobs.models import DEAD, Job
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.clock import business_date, now
from liangcao.foundation.outbox.models import Webhook
from liangcao.ledger.seals_models import SealAddress
from liangcao.operations.allocation.actions import load_rule_sets
from liangcao.operations.allocation.models import RuleSet
from liangcao.operations.dispatch.links import link_secret
from liangcao.oversight.briefing.actions import freeze_edition
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Appointment, Bureau, FactorRemoval, Organisation, Region, Store
from tests.factories.allocation import make_scenario
from tests.factories.custody import ask_return, give_on
from tests.factories.demand import make_requisition
from tests.factories.dispatch import dispute, hand_over, make_delivery, make_delivery_receipt, make_emergency
from tests.factories.duty import (
    make_colleague,
    make_duty_post,
    make_duty_shift,
    make_group_member,
    make_hand_over,
    make_shift_swap,
    make_task,
    make_working_group,
)
from tests.factories.forecast import make_need_event, make_norm
from tests.factories.imports import begin
from tests.factories.labels import label_of
from tests.factories.outbound import make_waiting, plan_out, propose_out
from tests.factories.passes import make_pass
from tests.factories.pickup import announce, arrange, make_deliveries
from tests.factories.recall import give, recall
from tests.factories.stocktaking import make_write_off, open_sheet
from tests.factories.supply import make_receipt, make_source
from tests.factories.trips import make_vehicle, plan
from tests.factories.world import NOON, TODAY, World, make_world

OWN, OTHER = "KANARIA5", "KANARIB5"  # the second organisation of one's own bureau; the other bureau
SOUGHT = "KANARI"  # what a search asks for: its echo is no canary
# Desk and outside roles that meet every rule, one that does no business, and three of the portal.
# Whole pages, with their frame, are read by these; the others read what changes in a page.
ROLES = (
    "administrator", "allocator", "auditor", "buyer", "carrier", "coordinator", "duty_officer", "leader",
    "organisation_administrator", "requester", "security_administrator", "storekeeper",
)  # fmt: skip

WHOLE = ("coordinator", "requester")


@dataclass(frozen=True)
class Side:
    """One bureau with an object for each place in an address."""

    world: World
    places: dict[str, Any]


def make_side(code: str, canary: str, *, everywhere: bool) -> Side:
    """A bureau with one object of each kind. The canary stands in every name and text, or only in what is the second
    hospital's."""
    world = make_world(code)
    shift = (TODAY + timedelta(days=1) - business_date(now())).days
    Bureau.objects.filter(pk=world.bureau.pk).update(exercise_shift_days=shift)
    marked = Organisation.objects.filter(bureau=world.bureau)
    for row in marked if everywhere else marked.filter(pk=world.second_hospital.pk):
        Organisation.objects.filter(pk=row.pk).update(name=f"{canary} {row.name}", pinyin="kanari")
    if everywhere:
        Bureau.objects.filter(pk=world.bureau.pk).update(name=f"{canary} 局")
        for store in Store.objects.filter(bureau=world.bureau):
            Store.objects.filter(pk=store.pk).update(name=f"{canary} {store.name}")
    return Side(world, _objects(world, canary, canary if everywhere else "示例"))


def _objects(world: World, canary: str, words: str) -> dict[str, Any]:
    signed = _signed_objects(world, words)
    requisition = make_requisition(world, world.second_hospital, note=f"{canary} 说明")
    delivery = make_delivery(world)
    hand_over(world, delivery, carrier=f"{words} 车", carrier_organisation_id=world.supplier.pk)
    make_emergency(world, 50, organisation_id=world.second_hospital.pk, carrier=f"{canary} 车")
    _place(world)
    fetched = _fetched(world, words)
    receipt = make_receipt(world)
    source = make_source(world)
    plan_line = delivery.plan.lines.get()  # type: ignore[union-attr]
    edition = freeze_edition(bureau_id=world.bureau.pk, day=TODAY, by=world.actor("leader"), at=NOON, client_id=uuid4())
    appointment = _appointment(world, words)
    invitation = parties.invite(
        organisation_id=world.hospital.pk, role="requester", by=world.actor("administrator"), at=NOON, client_id=uuid4()
    )
    term = parties.set_separation(
        bureau_id=world.bureau.pk, profile="small", starts_at=NOON + timedelta(days=400), reason=f"{words} 小局",
        ends_at=NOON + timedelta(days=410), by=world.actor("leader"), at=NOON, client_id=uuid4(),
    )  # fmt: skip
    shift = make_duty_shift(world)
    return {
        "requisition_id": requisition.pk, "line_id": requisition.lines.get().pk, "plan_line_id": plan_line.pk, "plan_pick_id": plan_line.picks.get().pk,
        "delivery_line_id": delivery.lines.get().pk,
        "delivery_id": delivery.pk, "plan_id": delivery.plan_id, "receipt_id": receipt.pk, "source_id": source.pk,
        "organisation_id": world.second_hospital.pk, "lot_id": delivery.lines.get().lot_id,
        "move_id": receipt.move_id, "key": receipt.move_id, "number": receipt.move.number, "edition_id": edition.pk,
        "day": TODAY.isoformat(), "person_id": appointment.person_id, "appointment_id": appointment.pk,
        "invitation_id": invitation.pk, "term_id": term.pk, "task_id": make_task(world).pk, "shift_id": shift.pk,
        "entry_id": JournalEntry.objects.filter(bureau_id=world.bureau.pk).order_by("-pk").values_list("pk", flat=True)[0],
        "scenario_id": make_scenario(world, delivery.plan, name=f"{words} 情景").pk,
        "norm_id": make_norm(world, source=f"{words} 文件").pk,
        "need_event_id": make_need_event(world, reason=f"{words} 复工").pk, "store_id": world.store.pk, "pass_id": make_pass(world, route=f"{words} 线路").pk,
        "sheet_id": open_sheet(world).pk, "write_off_id": make_write_off(world, reason=f"{words} 破损").pk,
        "label": label_of("lot", delivery.lines.get().lot).partition("/Q/")[2],
        **signed, **fetched, **_import_objects(world, words), **_held_objects(world, words), **_duty_objects(world, words), **_settings_objects(world, words, appointment),
    }  # fmt: skip


def _signed_objects(world: World, words: str) -> dict[str, Any]:
    """A hospital signed with a drawn name and a photo, and disputes it."""
    receipt = make_delivery_receipt(world)
    disputed = dispute(world, receipt.delivery, short=3, reason=f"{words} 清点")
    secret = link_secret(receipt.delivery)
    return {
        "dispute_id": disputed.pk,
        "delivery_photo_id": receipt.delivery.photos.get().pk,
        "secret": secret,
        "delivery_receipt_id": receipt.pk,
    }


def _fetched(world: World, words: str) -> dict[str, Any]:
    """The second hospital fetches its goods itself."""
    make_deliveries(world, {world.second_hospital.pk: 30})
    held = announce(world, arrange(world, safety_text=f"{words} 须知"))
    vehicle = make_vehicle(world, driver=f"{words} 驾驶员", note=f"{words} 车")
    trip = plan(world, vehicle, place=f"{words} 工业路", note=words)
    return {
        "pick_up_id": held.pk, "turn_id": held.turns.order_by("pk")[0].pk, "vehicle_id": vehicle.pk, "trip_id": trip.pk,
        **_brought(world, words),
    }  # fmt: skip


def _brought(world: World, words: str) -> dict[str, Any]:
    """Another vehicle brings goods to the town; the solver is asked for more."""
    brought = make_waiting(world, {world.town.pk: 20, world.hospital.pk: 10})
    van = make_vehicle(world, "浙G00077", driver=f"{words} 送货员", driver_phone="")
    trip = plan_out(world, brought[:1], van)
    return {
        "outbound_trip_id": trip.pk, "outbound_stop_id": trip.stops.get().pk,
        "trip_proposal_id": propose_out(world).pk,
    }  # fmt: skip


def _import_objects(world: World, words: str) -> dict[str, Any]:
    """A file that was sent, with a row that names who nobody knows."""
    run = begin(world, "requisitions", f"{words} 口罩约300只", sender=words)
    return {"import_id": run.pk, "row_id": run.rows.order_by("pk")[0].pk}


def _held_objects(world: World, words: str) -> dict[str, Any]:
    """What the second hospital holds: given on, announced to come back, recalled."""
    lot, _ = world.put_in(world.mask, 20)
    give(world, lot, 10, world.second_hospital)
    [given] = give_on(world, lot, (f"{words} 病区", 2), unit=world.second_hospital)
    asked = ask_return(world, lot, 3, world.second_hospital, reason=f"{words} 退回")
    return {
        "sub_issue_id": given.pk, "return_id": asked.pk,
        "recall_id": recall(world, lot, reason=f"{words} 召回").pk,
    }  # fmt: skip


def _duty_objects(world: World, words: str) -> dict[str, Any]:
    """A shift that is handed over, one that another is asked to take, and a group with a member."""
    asker, other = (make_colleague(world, f"{words} 值班员{n}") for n in "乙丙")
    night = make_duty_post(world, "night", name=f"{words} 夜班")
    over, later = (make_duty_shift(world, night, asker, starts_at=NOON + timedelta(hours=hours)) for hours in (0, 24))
    group = make_working_group(world)
    return {
        "hand_over_id": make_hand_over(world, over, asker).pk, "group_id": group.pk,
        "swap_id": make_shift_swap(world, later, asker, other, reason=f"{words} 有事").pk,
        "member_id": make_group_member(world, group, other).pk,
    }  # fmt: skip


def _settings_objects(world: World, words: str, appointment: Appointment) -> dict[str, Any]:
    """What only administrators see: written as rows, the ways to make them are tested elsewhere."""
    bureau_id = world.bureau.pk
    job = Job.objects.create(
        kind="canary", bureau_id=bureau_id, state=DEAD, error=words, due_at=NOON, enqueued_at=NOON, ended_at=NOON
    )
    hook = Webhook.objects.create(
        bureau_id=bureau_id, url=f"https://example.org/{words}", added_by=words, added_at=NOON
    )
    removal = FactorRemoval.objects.create(
        bureau_id=bureau_id,
        person_id=appointment.person_id,
        reason=words,
        asked_user_id=1,
        asked_by=words,
        asked_at=NOON,
    )
    rules = RuleSet.objects.create(
        bureau_id=bureau_id, code="canary", name=words, name_en=words, sentence=words, sentence_en=words
    )
    send_to = SealAddress.objects.create(
        book=world.book, channel="mail", address=f"{words}@example.org", added_by=words, added_at=NOON
    )
    return {
        "job_id": job.pk, "webhook_id": hook.pk, "removal_id": removal.pk, "rule_set_id": rules.pk,
        "address_id": send_to.pk,
    }  # fmt: skip


def _place(world: World) -> None:
    """The first hospital lies in the first town's division, the second one in another. Both bureaus have the same."""
    units = {"330784001": (world.town, world.hospital), "330784002": (world.second_town, world.second_hospital)}
    for code, placed in units.items():
        region, _ = Region.objects.get_or_create(code=code, defaults={"name": f"示例街道 {code[-1]}", "level": 4})
        Organisation.objects.filter(pk__in=[unit.pk for unit in placed]).update(region=region)


def _appointment(world: World, words: str) -> Appointment:
    user = add_user(username=f"{world.bureau.code}-x", display_name=f"{words} 某", password=None, at=NOON)
    return parties.appoint(
        person=parties.add_person(name=f"{words} 某", user=user), role="counter", bureau_id=world.bureau.pk,
        valid_from=TODAY, by=world.system, at=NOON,
    )  # fmt: skip


@dataclass
class Somebody:
    """A person of the first bureau at both doors; the nameless one stands outside."""

    role: str
    page: Client
    token: str = ""

    def get(self, address: str, *, whole: bool = False, **query: Any) -> Any:
        """GET an address of either door; of a page only what changes in it, unless `whole`."""
        headers = self._headers(address)
        return self.page.get(address, query, headers=headers if whole else {**headers, "HX-Request": "true"})

    def post(self, address: str) -> Any:
        """POST nothing but a key to an address of either door."""
        headers = {**self._headers(address), "Idempotency-Key": str(uuid4())}
        if address.startswith("/api/"):
            return self.page.post(address, "{}", content_type="application/json", headers=headers)
        headers["HX-Request"] = "true"
        return self.page.post(address, {"client_id": str(uuid4()), "reason": "x"}, headers=headers)

    def _headers(self, address: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token and address.startswith("/api/") else {}

    @property
    def is_outside(self) -> bool:
        """Whether the role speaks for an organisation."""
        return self.role in PORTAL_ROLES


@dataclass
class Scene:
    """Both bureaus and everybody of the first."""

    own: Side
    other: Side
    people: dict[str, Somebody]
    anonymous: Somebody


def make_scene() -> Scene:
    """Build it all."""
    own, other = make_side("own", OWN, everywhere=False), make_side("other", OTHER, everywhere=True)
    load_rule_sets(by=own.world.actor("coordinator"), at=NOON)
    world = own.world
    units = {role: world.supplier if role == "carrier" else world.hospital for role in ROLES}
    people = {role: _somebody(world, role, role, units[role]) for role in ROLES}
    people["township"] = _somebody(world, "township", "requester", world.town)
    return Scene(own, other, people, Somebody("", Client(raise_request_exception=False)))


def _somebody(world: World, name: str, role: str, unit: Organisation) -> Somebody:
    user = add_user(username=f"own-{name}", display_name=name, password=None, at=NOON)
    parties.appoint(
        person=parties.add_person(name=name, user=user), role=role, bureau_id=world.bureau.pk,
        organisation_id=unit.pk if role in PORTAL_ROLES else None, valid_from=TODAY, by=world.system, at=NOON,
    )  # fmt: skip
    client = Client(raise_request_exception=False)
    client.force_login(user)
    session = client.session
    session["proved_at"] = int(now().timestamp())
    session.save()
    return Somebody(role, client, make_token(user=user, at=NOON))


def readable(answer: Any) -> str:
    """The answer as text; an Office file is opened first, so that a canary inside it is seen."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = b"\n".join(file.read(name) for name in file.namelist())
    return content.decode("utf-8", "replace")


__all__ = ["OTHER", "OWN", "ROLES", "SOUGHT", "WHOLE", "Scene", "Side", "Somebody", "make_scene", "readable"]
