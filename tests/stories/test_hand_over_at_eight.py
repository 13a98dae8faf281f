"""交接班 at 20:00: what is open prints itself; a task given in a consultation is in its owner's home, in the hand-over
and in the briefing. Through the pages, and through the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.factories.accounts import Office
from tests.factories.walking import Login, Walker
from tests.factories.world import NOON, TODAY, World

HOUR = timedelta(hours=1)
IN_CONSULTATION = datetime(2020, 2, 3, 8, 30, tzinfo=UTC)  # 16:30 in Shanghai
AT_EIGHT = datetime(2020, 2, 3, 12, 0, tzinfo=UTC)  # 20:00
TASK = "明早九点前联系示例口罩厂,落实两万只口罩"


class Clock:
    """The clock of a door, set by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
        self.at = IN_CONSULTATION
        monkeypatch.setattr(f"liangcao.interfaces.{door}.now", lambda: self.at)


def colleague(world: World, name: str) -> int:
    """The id of the person with this name."""
    from liangcao.operations.duty import queries

    return int(queries.colleagues(world.system, world.bureau.pk, on=TODAY).get(name=name).pk)


def plan_night(world: World, day: int, night: int) -> Any:
    """The day shift until 20:00, then the night shift; the shift of the day."""
    from liangcao.operations.duty import actions
    from tests.factories.duty import make_duty_post

    post = make_duty_post(world)
    eight = AT_EIGHT - 12 * HOUR
    shifts = [
        actions.ShiftInput(post.pk, day, eight, AT_EIGHT),
        actions.ShiftInput(post.pk, night, AT_EIGHT, AT_EIGHT + 12 * HOUR),
    ]
    return actions.plan_shifts(bureau_id=world.bureau.pk, shifts=shifts, by=world.system, at=NOON, client_id=uuid4())[0]


def leave_things_open(world: World) -> dict[str, str]:
    """A requisition that nobody has reviewed, goods announced, goods on the way, a count that was begun, a write-off that
    nobody has approved: their numbers."""
    from tests.factories.demand import make_requisition
    from tests.factories.dispatch import make_delivery
    from tests.factories.stocktaking import make_write_off, open_sheet
    from tests.factories.supply import make_source

    return {
        "count": open_sheet(world, item_id=world.n95.pk).number,
        "write_off": make_write_off(world).number,
        "requisition": make_requisition(world, world.second_hospital).number,
        "source": make_source(world, (world.mask, 5_000)).number,
        "delivery": make_delivery(world).number,
    }


def test_a_hand_over_at_eight_lists_what_is_open_through_the_pages(
    office: Office, person: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    type(world.bureau).objects.filter(pk=world.bureau.pk).update(exercise_shift_days=0)
    clock = Clock(monkeypatch, "web.middleware")
    world.put_in(world.mask, 20_000)
    numbers = leave_things_open(world)
    plan_night(world, colleague(world, "协调员甲"), colleague(world, "仓管员甲"))
    leader = person("leader")
    give(leader.go("/demand/"))
    assert leader.path == "/demand/"
    buyer = person("buyer", width=390, height=844).says("交办给我的事项", TASK)
    clock.at = AT_EIGHT
    coordinator = person("coordinator")
    coordinator.go("/duty/").follow("交班").says(TASK, "采购员甲", *numbers.values(), "待审核", "下一班:仓管员甲")
    coordinator.fill(note="厂里答复后告诉采购员").press("签字交班").says(
        "待接班", TASK, *numbers.values(), "厂里答复后"
    )
    paper = coordinator.path
    keeper = person("storekeeper", width=390, height=844).says("待接班")
    buyer.go("/duty/tasks/?owner=me").follow(TASK).act("办结", reason="厂里已答应").says("已办结")
    keeper.go(paper).says(TASK, *numbers.values()).act("接班", button="签字接班").says("已接班", TASK)
    leader.go("/briefing/").says("交办事项", "当日办结1件", "交办未办结")


def give(leader: Walker) -> None:
    """Ctrl+J on any page, one line, the owner, Enter."""
    leader.page.keyboard.press("Control+j")
    form = leader.page.locator("#dialog-body form")
    form.wait_for()
    leader.page.keyboard.type(TASK)
    box = form.locator(".chooser:has(+ select[name='owner_id']) input")
    box.fill("采购员甲")
    box.press("Enter")
    with leader.page.expect_navigation():
        form.get_by_role("button", name="交办", exact=True).click()
    leader.page.locator(".message", has_text="已交办").wait_for()


@dataclass(frozen=True)
class Told:
    """An answer that must be a success."""

    answer: Any

    @property
    def body(self) -> Any:
        """Its body."""
        assert self.answer.status_code in (200, 201), self.answer.json()
        return self.answer.json()


@pytest.mark.django_db
def test_a_hand_over_at_eight_lists_what_is_open_through_the_api(
    world: World, caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from liangcao.operations.duty import queries

    clock = Clock(monkeypatch, "api.v1.doors")
    world.put_in(world.mask, 20_000)
    numbers = leave_things_open(world)
    leader, buyer, keeper = (caller(world, role) for role in ("leader", "buyer", "storekeeper"))
    names = Told(leader.get("/colleagues")).body["results"]
    ids = {row["name"].split()[0]: row["id"] for row in names}
    shift = plan_night(world, ids["buyer"], ids["storekeeper"])
    given = Told(
        leader.post(
            "/tasks",
            {"text": TASK, "owner": ids["buyer"], "due_at": "2020-02-04T09:00:00+08:00", "source": "meeting"},
        )
    ).body
    waiting = queries.waiting(actor_of(world, ids["buyer"]), bureau_id=world.bureau.pk, at=IN_CONSULTATION)
    assert [group.kind for group in waiting] == ["task"]
    clock.at = AT_EIGHT
    assert Told(keeper.get("/duty-shifts/now")).body["results"][0]["person"].startswith("storekeeper")
    made = Told(buyer.post(f"/duty-shifts/{shift.pk}/hand-over", {"note": ""})).body
    open_now = {row["number"]: row for part in made["content"]["sections"] for row in part["rows"]}
    assert {*numbers.values(), given["number"]} <= set(open_now)
    assert open_now[given["number"]]["who"].startswith("buyer")
    word = buyer.get(f"/hand-overs/{made['id']}/file")
    assert all(text in words_of(word.content) for text in (TASK, *numbers.values(), "2月3日 20:00"))
    assert Told(keeper.post(f"/hand-overs/{made['id']}/acceptance", {})).body["status"] == "taken"
    assert Told(keeper.get(f"/hand-overs/{made['id']}")).body["content_digest"] == made["content_digest"]
    Told(buyer.post(f"/tasks/{given['id']}/completion", {"reason": "厂里已答应"}))
    figures = {row["key"]: row["value"] for row in Told(leader.get("/figures")).body["figures"]}
    assert (figures["tasks_open"], figures["tasks_done.day"]) == (0, 1)
    rows = Told(leader.get("/figures/entries", key="tasks_done.day")).body["entries"]
    assert [(row["document"], row["note"]) for row in rows] == [(given["number"], TASK)]


def actor_of(world: World, person_id: int) -> Any:
    """The actor that a colleague is now."""
    from liangcao.operations.duty import queries
    from liangcao.reference.parties.queries import actor_for_user

    person = queries.colleagues(world.system, world.bureau.pk, on=TODAY).get(pk=person_id)
    return actor_for_user(person.user, IN_CONSULTATION)


def words_of(content: bytes) -> str:
    """All paragraphs of a Word file."""
    import io

    from docx import Document

    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)
