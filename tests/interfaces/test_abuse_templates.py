"""Somebody writes template language and format places where a name belongs: pages, papers, files and letters show the
characters; nothing is filled in, worked out or looked up."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.jobs import running
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.outbox.listeners import set_notice_address
from liangcao.foundation.outbox.models import Message
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Bureau, Organisation, Store
from liangcao.reference.parties.queries import actor_for_user
from tests.access.world import readable
from tests.factories.accounts import Office, make_office
from tests.factories.demand import make_requisition
from tests.factories.dispatch import hand_over, make_delivery
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db
# No quotes and no angle brackets, so that what is shown is the same in HTML, in Office files and in plain text.
TYPED = "{{7*7}}{%now%}%(x)s%s{0.__class__}{x!r}${7*7}"


def rename(world: World) -> None:
    """The name in everything that people name: unit, store, goods, bureau."""
    rows = ((Organisation, world.hospital), (Store, world.store), (Item, world.mask), (Bureau, world.bureau))
    for model, row in rows:
        model.objects.filter(pk=row.pk).update(name=f"{row.name}{TYPED}")


@pytest.fixture
def office() -> Office:
    made = make_office()
    rename(made.world)
    return made


def signed_in(name: str) -> Client:
    client, user = Client(), user_by_name(name)
    assert user is not None
    client.force_login(user)
    return client


def test_pages_papers_and_files_show_it_as_it_was_typed(office: Office) -> None:
    world = office.world
    requisition = make_requisition(world, note=f"备注{TYPED}")
    delivery = hand_over(world, make_delivery(world), carrier=f"车{TYPED}"[:40])
    leader, unit = signed_in("leader"), signed_in(world.hospital.code.lower())
    frozen = leader.post(reverse("briefing_freezing"), {"client_id": str(uuid4()), "note": f"说明{TYPED}"})["Location"]
    at_the_desk = [
        reverse("requisition", args=[requisition.pk]), reverse("delivery", args=[delivery.pk]), reverse("delivery_list"),
        f"{reverse('delivery_list')}?format=xlsx", f"{reverse('delivery_list')}?format=csv", reverse("demand_lines"),
        f"{reverse('requisition_list')}?format=xlsx", reverse("stock"), reverse("lot_list"), reverse("briefing"),
        *(reverse("briefing_file", args=[ending]) for ending in ("docx", "pdf", "xlsx", "txt")), frozen, f"{frozen}docx/",
        f"{frozen}xlsx/", reverse("organisation_list"), f"{reverse('organisation_list')}?format=csv",
    ]  # fmt: skip
    outside = [reverse("portal_home"), reverse("portal_delivery", args=[delivery.pk])]
    wrong = []
    for language in ("zh-hans", "en"):
        for client, addresses in ((leader, at_the_desk), (unit, outside)):
            client.post(reverse("switch_language"), {"language": language})
            for address in addresses:
                answer = client.get(address)
                text = readable(answer)
                if answer.status_code != 200 or TYPED not in text:
                    wrong.append(f"{language} {address}: {answer.status_code}, {'49' in text}")
                elif "class &#x27;" in text or "<class" in text:
                    wrong.append(f"{language} {address}: looked up")
    assert wrong == []


def test_letters_hold_it_as_it_was_typed() -> None:
    world = make_world()
    rename(world)
    user = add_user(username="reviewer", display_name="审核员", password=None, at=NOON)
    parties.appoint(
        person=parties.add_person(name="审核员", user=user), role="allocator", bureau_id=world.bureau.pk,
        valid_from=TODAY, by=world.system, at=NOON,
    )  # fmt: skip
    reader: Any = actor_for_user(user, NOON)
    set_notice_address(email="a@example.cn", has_consented=True, by=reader, at=NOON, client_id=uuid4())
    world.hospital.refresh_from_db()
    make_requisition(world, world.hospital)
    while running.leases.is_anything_due(NOON) and Job.objects.filter(kind="spread_notice", state="waiting").exists():
        running.run_one(worker="one", clock=lambda: NOON)
    (message,) = Message.objects.all()
    assert TYPED in message.subject and TYPED in message.body
