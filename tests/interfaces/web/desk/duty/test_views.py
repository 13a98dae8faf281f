"""Duty through its pages: the frame, tasks, the roster, hand-overs, groups, the contact list."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.urls import reverse
from docx import Document

LATER = timedelta(days=1)


@pytest.fixture
def people(office: Any) -> dict[str, int]:
    """Name → id of the colleagues."""
    from liangcao.operations.duty.queries import colleagues
    from tests.factories.world import TODAY

    return dict(colleagues(office.world.system, office.world.bureau.pk, on=TODAY).values_list("name", "pk"))


def plan(office: Any, person_id: int, *, hours: int = 24) -> Any:
    """A shift that runs now (the office stands on 4 February), and none after it."""
    from liangcao.foundation.kernel.clock import now
    from liangcao.operations.duty import actions
    from liangcao.reference.parties.queries import moment
    from tests.factories.duty import make_duty_post

    at = moment(office.world.bureau.pk, now()).replace(second=0, microsecond=0)
    row = actions.ShiftInput(
        make_duty_post(office.world).pk, person_id, at - timedelta(hours=2), at + timedelta(hours=hours - 2)
    )
    return actions.plan_shifts(
        bureau_id=office.world.bureau.pk, shifts=[row], by=office.world.system, at=at, client_id=uuid4()
    )[0]


def test_every_page_of_the_desk_says_who_is_on_call(office: Any, as_user: Any, people: dict[str, int]) -> None:
    keeper = as_user("storekeeper")
    assert "bar-duty" not in keeper.get(reverse("stock")).content.decode()
    plan(office, people["协调员甲"])
    for name in ("home", "stock", "delivery_list", "briefing", "settings"):
        text = keeper.get(reverse(name)).content.decode()
        assert "值班台</span> <b>协调员甲</b>" in text, name
        assert "0579-0000000" in text


def test_the_portal_says_whom_to_call_and_names_nobody(office: Any, as_user: Any, people: dict[str, int]) -> None:
    plan(office, people["协调员甲"])
    text = as_user("u05").get(reverse("portal_home")).content.decode()
    assert "0579-0000000" in text
    assert "值班台" in text
    assert "协调员甲" not in text
    assert as_user("u05").get(reverse("task_list")).status_code in (302, 403)


def task_form(owner: int, **more: Any) -> dict[str, Any]:
    return {"text": "催货", "owner_id": owner, "due": "evening", "source": "call", "client_id": str(uuid4()), **more}


def test_a_task_is_given_from_any_page_and_goes_back_there(office: Any, as_user: Any, people: dict[str, int]) -> None:
    leader = as_user("leader")
    page = leader.get(reverse("stock")).content.decode()
    assert f"{reverse('task_new')}?page=/stock/" in page
    answer = leader.post(reverse("task_new"), task_form(people["采购员甲"], page="/stock/"))
    assert (answer.status_code, answer["Location"]) == (303, "/stock/")
    elsewhere = task_form(people["采购员甲"], page="//elsewhere.example/")
    assert leader.post(reverse("task_new"), elsewhere)["Location"] == reverse("task_list")
    home = as_user("buyer").get(reverse("home")).content.decode()
    assert "催货" in home
    assert "owner=me" in home


def test_a_task_needs_text_owner_and_a_moment_ahead(office: Any, as_user: Any, people: dict[str, int]) -> None:
    leader, url = as_user("leader"), reverse("task_new")
    assert leader.post(url, task_form(people["采购员甲"], text=" ")).status_code == 400
    assert leader.post(url, task_form(10**9)).status_code == 400
    answer = leader.post(url, task_form(people["采购员甲"], due="other"))
    assert "请填写时间" in answer.content.decode()
    late = leader.post(url, task_form(people["采购员甲"], due="other", due_at="2020-02-03T08:00"))
    assert late.status_code == 400
    assert "已经过了" in late.content.decode()
    assert as_user("auditor").get(url).status_code == 403


def test_tasks_are_filtered_searched_and_exported(office: Any, as_user: Any, people: dict[str, int]) -> None:
    leader, url = as_user("leader"), reverse("task_list")
    for text, owner in (("催口罩", "采购员甲"), ("盘库", "仓管员甲")):
        leader.post(reverse("task_new"), task_form(people[owner], text=text))
    assert "盘库" not in leader.get(url, {"q": "口罩"}).content.decode()
    assert "催口罩" not in leader.get(url, {"owner": people["仓管员甲"]}).content.decode()
    mine = as_user("buyer").get(url, {"owner": "me", "status": "open"}).content.decode()
    assert ("催口罩" in mine, "盘库" in mine) == (True, False)
    assert "没有符合条件" in leader.get(url, {"status": "overdue"}).content.decode()
    assert "催口罩" in leader.get(url, {"format": "csv"}).content.decode("utf-8-sig")
    assert leader.get(url, {"status": "nope"}).status_code == 400


def test_a_task_is_done_and_opened_again_on_its_page(office: Any, as_user: Any, people: dict[str, int]) -> None:
    from liangcao.operations.duty.queries import colleagues
    from tests.factories.duty import Colleague, make_task
    from tests.factories.world import NOON, TODAY

    person = colleagues(office.world.system, office.world.bureau.pk, on=TODAY).get(name="采购员甲")
    task = make_task(office.world, Colleague(person, office.world.system), at=NOON + LATER)
    buyer, page = as_user("buyer"), reverse("task", args=[task.pk])
    keeper = as_user("storekeeper")
    assert reverse("task_completion", args=[task.pk]) not in keeper.get(page).content.decode()
    assert keeper.post(reverse("task_completion", args=[task.pk]), {"client_id": str(uuid4())}).status_code == 403
    done = {"reason": "已联系", "client_id": str(uuid4())}
    assert "已办结" in buyer.post(reverse("task_completion", args=[task.pk]), done, follow=True).content.decode()
    again = {"reason": "数量有变", "due_at": "2020-02-06T09:00", "client_id": str(uuid4())}
    text = buyer.post(reverse("task_reopening", args=[task.pk]), again, follow=True).content.decode()
    assert "重新办理" in text
    assert "数量有变" in text


def test_a_task_is_passed_on_from_its_page(office: Any, as_user: Any, people: dict[str, int]) -> None:
    from liangcao.reference.parties.models import Person
    from tests.factories.duty import Colleague, make_task
    from tests.factories.world import NOON

    task = make_task(
        office.world, Colleague(Person.objects.get(pk=people["采购员甲"]), office.world.system), at=NOON + LATER
    )
    buyer, page = as_user("buyer"), reverse("task", args=[task.pk])
    act = reverse("task_reassignment", args=[task.pk])
    assert act in buyer.get(page).content.decode()
    assert f'value="{people["采购员甲"]}"' not in buyer.get(act).content.decode()
    sent = {"owner_id": people["仓管员甲"], "reason": "", "client_id": str(uuid4())}
    assert buyer.post(act, sent).status_code == 400
    text = buyer.post(act, {**sent, "reason": "到外地提货"}, follow=True).content.decode()
    assert "已转办" in text
    assert "到外地提货" in text
    again = buyer.post(reverse("task_completion", args=[task.pk]), {"client_id": str(uuid4())})
    assert again.status_code == 403


def test_a_roster_of_days_is_planned_and_overlap_is_named(office: Any, as_user: Any, people: dict[str, int]) -> None:
    from liangcao.operations.duty.queries import shifts
    from tests.factories.duty import make_duty_post

    post, leader, url = make_duty_post(office.world), as_user("leader"), reverse("roster_new")
    sent = {
        "post_id": post.pk, "first_day": "2020-02-06", "days": 2, "pattern": "two", "with_deputy": "on",
        "people": [people["协调员甲"], people["仓管员甲"], people["采购员甲"]], "client_id": str(uuid4()),
    }  # fmt: skip
    assert "已排班" in leader.post(url, sent, follow=True).content.decode()
    made = shifts(office.world.system, bureau_id=office.world.bureau.pk).order_by("starts_at")
    assert [(shift.starts_at.hour, shift.person.name) for shift in made] == [
        (0, "仓管员甲"), (12, "协调员甲"), (0, "采购员甲"), (12, "仓管员甲"),
    ]  # fmt: skip
    answer = leader.post(url, {**sent, "client_id": str(uuid4())})
    assert answer.status_code == 400
    assert "重叠" in answer.content.decode()
    assert as_user("storekeeper").get(url).status_code == 403


def test_a_hand_over_is_signed_taken_and_downloaded(office: Any, as_user: Any, people: dict[str, int]) -> None:
    shift = plan(office, people["协调员甲"])
    coordinator, keeper = as_user("coordinator"), as_user("storekeeper")
    page = reverse("hand_over_new", args=[shift.pk])
    assert keeper.get(page).status_code == 403
    text = coordinator.get(page).content.decode()
    assert "下一班未排" in text
    assert f'<li><a href="{reverse("duty")}">值班台无人值守' in text
    done = coordinator.post(page, {"note": "一切正常", "client_id": str(uuid4())}, follow=True)
    assert "待接班" in done.content.decode()
    held = done.redirect_chain[-1][0]
    assert coordinator.get(page)["Location"] == held
    again = coordinator.post(page, {"client_id": str(uuid4())})
    assert again.status_code == 409
    assert "已由" in again.content.decode()
    word = coordinator.get(f"{held}file/")
    assert word.content[:2] == b"PK"
    assert "attachment" in word["Content-Disposition"]
    taken = keeper.post(f"{held}acceptance/", {"client_id": str(uuid4())}, follow=True).content.decode()
    assert "已接班" in taken
    assert "一切正常" in taken


def test_groups_members_and_the_contact_list(office: Any, as_user: Any, people: dict[str, int]) -> None:
    from liangcao.operations.duty.queries import groups

    leader = as_user("leader")
    assert "模板" in leader.get(reverse("group_list")).content.decode()
    sent = {"template": "five_groups", "client_id": str(uuid4())}
    text = leader.post(reverse("group_template"), sent, follow=True).content.decode()
    assert "物资保障组" in text
    group = groups(office.world.system, office.world.bureau.pk)[1]
    member = {
        "person_id": people["仓管员甲"], "position": "head", "valid_from": "2020-02-04", "seconded_from": "市财政局",
        "phone": "0579-0000001", "client_id": str(uuid4()),
    }  # fmt: skip
    text = leader.post(reverse("member_new", args=[group.pk]), member, follow=True).content.decode()
    assert "市财政局借调" in text
    sheet = as_user("buyer").get(reverse("contact_list")).content.decode()
    assert all(word in sheet for word in ("仓管员甲", "0579-0000001", "物资保障组"))
    assert as_user("buyer").get(reverse("contact_list"), {"format": "xlsx"}).content[:2] == b"PK"
    word = as_user("buyer").get(reverse("contact_list"), {"format": "docx"})
    told = [cell.text for row in Document(BytesIO(word.content)).tables[0].rows for cell in row.cells]
    assert told == ["工作组", "职务", "姓名", "借调自", "工作电话",
                    "物资保障组", "组长", "仓管员甲", "市财政局", "0579-0000001"]  # fmt: skip
    assert "应急通讯录" in unquote(word["Content-Disposition"])
    assert as_user("buyer").get(reverse("contact_list"), {"format": "exe"}).status_code == 400


def test_pages_of_another_bureau_are_not_found(office: Any, as_user: Any) -> None:
    from tests.factories.duty import make_colleague, make_duty_shift, make_hand_over, make_task, make_working_group
    from tests.factories.world import make_world

    other = make_world("other")
    who = make_colleague(other, "外局人")
    shift = make_duty_shift(other, who=who)
    held, task, group = make_hand_over(other, shift, who), make_task(other, who), make_working_group(other)
    leader = as_user("leader")
    for name, pk in (
        ("shift", shift.pk), ("swap_new", shift.pk), ("hand_over_new", shift.pk), ("hand_over", held.pk),
        ("hand_over_file", held.pk), ("task", task.pk), ("task_completion", task.pk), ("member_new", group.pk),
    ):  # fmt: skip
        assert leader.get(reverse(name, args=[pk])).status_code == 404, name
    assert "外局人" not in leader.get(reverse("task_list")).content.decode()
