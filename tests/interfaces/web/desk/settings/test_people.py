"""The pages of people and invitations, at the desk and in the portal."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.kernel.ids import new_id
from liangcao.reference.parties import actions
from liangcao.reference.parties.models import Invitation, Organisation, Person
from tests.factories.walking import PASSWORD
from tests.factories.world import NOON

HEADERS = ("单位名称", "统一社会信用代码", "所属区县", "地址", "联系人岗位")


def workbook(*rows: tuple[str, ...], headers: tuple[str, ...] = HEADERS) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("单位")
    for number, row in enumerate((headers, *rows)):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text)
    book.close()
    return target.getvalue()


def upload(client: Any, content: bytes, kind: str = "hospital") -> Any:
    file = SimpleUploadedFile("单位.xlsx", content)
    return client.post(reverse("invitation_file"), {"client_id": str(new_id()), "kind": kind, "file": file})


def path_of(link: str) -> str:
    return link.removeprefix("http://testserver")


def act(client: Any, page: str, *args: int, **given: Any) -> Any:
    return client.post(reverse(page, args=args), {"client_id": str(new_id()), **given})


def test_a_person_is_added_chooses_a_password_and_logs_in(as_user: Any) -> None:
    client = as_user("administrator")
    made = act(client, "person_new", name="新人", username="xin", role="auditor", valid_from="2020-02-04")
    path = path_of(made.context["link"])
    assert "设置密码" in Client().get(path).content.decode()
    assert Client().post(path, {"password": PASSWORD, "repeated": PASSWORD}).status_code == 303
    assert Client().get(path).status_code == 404
    stranger = Client()
    assert stranger.post(reverse("login"), {"username": "xin", "password": PASSWORD})["Location"] == "/"
    assert stranger.get(reverse("stock")).status_code == 200


def test_an_appointment_is_narrowed_to_a_region_and_the_emergency(office: Any, as_user: Any) -> None:
    from liangcao.reference.parties.models import Region

    world, client = office.world, as_user("administrator")
    home = world.bureau.region
    town = Region.objects.create(code="330784001", name="东城街道", level=4, parent=home)
    elsewhere = Region.objects.create(code="330702", name="别处", level=3)
    person = user_by_name("coordinator").person  # type: ignore[union-attr]
    form = client.get(reverse("appointment_new", args=[person.pk])).context["form"]
    assert set(form.fields["region"].queryset) == {home, town}
    given = {"role": "duty_officer", "valid_from": "2020-02-04"}
    assert act(client, "appointment_new", person.pk, region=elsewhere.pk, **given).status_code == 400
    assert act(client, "appointment_new", person.pk, emergency=10**9, **given).status_code == 400
    sent = {"region": town.pk, "emergency": world.emergency.pk, **given}
    assert act(client, "appointment_new", person.pk, **sent).status_code == 303
    made = person.appointments.get(role="duty_officer")
    assert (made.store, made.region, made.emergency) == (None, town, world.emergency)
    shown = client.get(reverse("person", args=[person.pk])).content.decode()
    assert f"东城街道、{world.emergency.name}" in shown


@pytest.mark.parametrize("role", ["leader", "coordinator", "storekeeper"])
def test_only_the_administrator_finds_the_buttons_and_the_acts(as_user: Any, role: str) -> None:
    client, person = as_user(role), user_by_name("leader").person  # type: ignore[union-attr]
    assert "重置密码" not in client.get(reverse("person", args=[person.pk])).content.decode()
    assert client.get(reverse("person_new")).status_code == 403
    for name in ("person_reset", "person_closing", "person_unlocking", "person_second_factor_removal"):
        assert act(client, name, person.pk, reason="x").status_code == 403


def test_a_closed_person_is_out_at_once(as_user: Any) -> None:
    leader, person = as_user("leader"), user_by_name("leader").person  # type: ignore[union-attr]
    administrator = as_user("administrator")
    assert "<dt>上次登录</dt><dd><time " in administrator.get(reverse("person", args=[person.pk])).content.decode()
    assert act(administrator, "person_closing", person.pk, reason="调离").status_code == 303
    assert leader.get(reverse("stock")).status_code == 302
    assert "已停用" in administrator.get(reverse("person", args=[person.pk])).content.decode()
    assert act(administrator, "person_reopening", person.pk).status_code == 303
    assert user_by_name("leader").is_active  # type: ignore[union-attr]


def test_a_second_factor_is_removed_by_two_administrators(office: Any, as_user: Any) -> None:
    from liangcao.foundation.identity import second_factor
    from tests.factories.duty import make_colleague
    from tests.factories.second_factor import turn_on

    lost, page = user_by_name("leader"), reverse("person", args=[user_by_name("leader").person.pk])  # type: ignore[union-attr]
    first = as_user("administrator")
    assert "去掉第二道验证" not in first.get(page).content.decode()
    assert lost is not None
    turn_on(lost)
    assert act(first, "person_second_factor_removal", lost.person.pk, reason="").status_code == 400
    assert act(first, "person_second_factor_removal", lost.person.pk, reason="手机丢失").status_code == 303
    text = first.get(page).content.decode()
    assert "管理员甲提出:手机丢失。等待另一位系统管理员确认" in text
    removal = lost.person.factor_removals.get().pk
    assert reverse("factor_removal_confirmation", args=[removal]) not in text
    refused = act(first, "factor_removal_confirmation", removal)
    assert (refused.status_code, "不得审批本人提交" in refused.content.decode()) == (403, True)
    other = make_colleague(office.world, "管理员乙", "administrator").person.user
    second = Client()
    second.force_login(other)
    assert f"待确认:去掉{lost.person.name}的第二道验证" in second.get(reverse("home")).content.decode()
    assert reverse("factor_removal_confirmation", args=[removal]) in second.get(page).content.decode()
    assert act(second, "factor_removal_confirmation", removal).status_code == 303
    assert not second_factor.is_on(lost.pk)
    assert act(second, "factor_removal_withdrawal", removal, reason="晚了").status_code == 409


def test_roles_apart_are_refused_beside_the_field(as_user: Any) -> None:
    person = user_by_name("auditor").person  # type: ignore[union-attr]
    answer = act(as_user("administrator"), "appointment_new", person.pk, role="administrator", valid_from="2020-02-04")
    assert answer.status_code == 403
    assert "不能由同一人担任" in answer.content.decode()


def test_three_hundred_units_from_a_workbook_and_the_links_to_hand_out(as_user: Any) -> None:
    client = as_user("coordinator")
    content = workbook(*((f"示例单位{number:03d}", "", "", "", "") for number in range(300)))
    done = upload(client, content)
    assert (done.context["invitations"], done.context["organisations"]) == (300, 300)
    again = upload(client, content)
    assert (again.context["invitations"], again.context["unchanged"]) == (0, 300)
    assert Invitation.objects.count() == 300
    file = client.get(reverse("invitation_links"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    links = {row[3] for row in rows if str(row[3]).startswith("http")}
    assert links == {row["link"] for row in done.context["rows"]}
    given = {"name": "联系人", "username": "lianxi", "password": PASSWORD, "repeated": PASSWORD}
    visitor, path = Client(), path_of(done.context["rows"][0]["link"])
    assert "示例单位000" in visitor.get(path).content.decode()
    assert visitor.post(path, given).status_code == 303
    assert visitor.post(path, {**given, "username": "second"}).status_code == 404
    visitor.post(reverse("login"), {"username": "lianxi", "password": PASSWORD})
    assert "示例单位000" in visitor.get(reverse("portal_home")).content.decode()


def test_a_workbook_with_problems_changes_nothing_and_names_each_place(office: Any, as_user: Any) -> None:
    before = Organisation.objects.count()
    content = workbook(
        ("示例甲", "123", "", "", ""), ("示例乙", "", "没有的区", "", ""), ("示例丙", "", "", "", "局长")
    )
    answer = upload(as_user("coordinator"), content)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "联系人岗位" in text and "局长" in text
    answer = upload(as_user("coordinator"), workbook(("示例甲", "123", "", "", ""), ("示例乙", "", "没有的区", "", "")))
    text = answer.content.decode()
    assert "第 2 行“统一社会信用代码”" in text and "第 3 行“所属区县”" in text
    assert Organisation.objects.count() == before


@pytest.mark.parametrize("content", [b"", b"not a workbook", workbook(("示例甲",), headers=("名字",))])
def test_what_is_no_such_workbook_is_refused(as_user: Any, content: bytes) -> None:
    assert upload(as_user("coordinator"), content).status_code == 400


def test_a_revoked_link_and_a_guessed_one_look_alike(office: Any, as_user: Any) -> None:
    client = as_user("coordinator")
    made = act(client, "invitation_new", organisation=office.world.hospital.pk, role="requester")
    path, held = path_of(made.context["link"]), Invitation.objects.get()
    assert made.context["link"] in client.get(reverse("invitation_link", args=[held.pk])).content.decode()
    assert act(client, "invitation_revocation", held.pk).status_code == 303
    dead, guessed = Client().get(path), Client().get(reverse("acceptance", args=["guessed"]))
    assert dead.status_code == guessed.status_code == 404
    assert "已失效" in dead.content.decode() and "已失效" in guessed.content.decode()


@pytest.fixture
def unit_administrator(office: Any, as_user: Any) -> Any:
    """The first hospital's requester, also its administrator."""
    world = office.world
    person = user_by_name(world.hospital.code.lower()).person  # type: ignore[union-attr]
    actions.appoint(
        person=person, role="organisation_administrator", bureau_id=world.bureau.pk,
        organisation_id=world.hospital.pk, valid_from=NOON.date(), by=world.system, at=NOON,
    )  # fmt: skip
    return as_user(world.hospital.code.lower())


def test_a_unit_invites_ends_and_resets_its_own(office: Any, unit_administrator: Any) -> None:
    made = act(unit_administrator, "portal_invitation_new", role="requester")
    given = {"name": "同事", "username": "tongshi", "password": PASSWORD, "repeated": PASSWORD}
    assert Client().post(path_of(made.context["link"]), given).status_code == 303
    held = user_by_name("tongshi").person.appointments.get()  # type: ignore[union-attr]
    assert "tongshi" in unit_administrator.get(reverse("portal_people")).content.decode()
    reset = act(unit_administrator, "portal_reset", held.pk)
    assert Client().get(path_of(reset.context["link"])).status_code == 200
    assert act(unit_administrator, "portal_ending", held.pk).status_code == 303
    assert "tongshi" not in unit_administrator.get(reverse("portal_people")).content.decode()


def test_a_unit_lets_its_own_program_in(office: Any, unit_administrator: Any) -> None:
    world = office.world
    asked = {"name": "示例医院物资系统", "role": "requester", "scope": ["read", "requisition.file"], "days": "30"}
    made = act(unit_administrator, "portal_program_new", **asked)
    token = made.context["link"]
    assert token in made.content.decode()
    by = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/requisitions", headers=by).status_code == 200
    assert Client().get("/api/v1/people", headers=by).status_code == 403
    page = unit_administrator.get(reverse("portal_people")).content.decode()
    assert "示例医院物资系统" in page
    assert "requisition.file" in page
    assert token not in page
    program = Person.objects.get(user__is_program=True)
    renewed = act(unit_administrator, "portal_program_token", program.pk, scope=["read"], days="90").context["link"]
    assert Client().get("/api/v1/requisitions", headers=by).status_code == 401
    assert Client().get("/api/v1/requisitions", headers={"Authorization": f"Bearer {renewed}"}).status_code == 200
    too_wide = act(unit_administrator, "portal_program_token", program.pk, scope=["requisition.approve"], days="90")
    assert too_wide.status_code == 400
    # It is no person of the unit: neither reset nor ended there.
    held = program.appointments.get()
    assert unit_administrator.get(reverse("portal_reset", args=[held.pk])).status_code == 404
    assert act(unit_administrator, "portal_program_closure", program.pk).status_code == 303
    assert Client().get("/api/v1/requisitions", headers={"Authorization": f"Bearer {renewed}"}).status_code == 401
    assert "已停用" in unit_administrator.get(reverse("portal_people")).content.decode()
    other = user_by_name(world.second_hospital.code.lower()).person  # type: ignore[union-attr]
    for name in ("portal_program_token", "portal_program_closure"):
        assert unit_administrator.get(reverse(name, args=[other.pk])).status_code == 404
    desk = unit_administrator.get(reverse("portal_program_new")).content.decode()
    assert "requisition.approve" not in desk


def test_a_unit_sees_and_touches_nobody_elses(office: Any, unit_administrator: Any) -> None:
    world = office.world
    other = user_by_name(world.second_hospital.code.lower()).person.appointments.get()  # type: ignore[union-attr]
    desk = user_by_name("leader").person.appointments.get()  # type: ignore[union-attr]
    page = unit_administrator.get(reverse("portal_people")).content.decode()
    assert world.second_hospital.name not in page and "组长甲" not in page
    for held in (other, desk):
        for name in ("portal_reset", "portal_ending"):
            assert unit_administrator.get(reverse(name, args=[held.pk])).status_code == 404
            assert act(unit_administrator, name, held.pk).status_code == 404
    assert unit_administrator.get(reverse("person", args=[desk.person_id])).status_code == 302


def test_a_requester_has_no_page_of_people(office: Any, as_user: Any) -> None:
    client = as_user(office.world.second_hospital.code.lower())
    assert client.get(reverse("portal_people")).status_code == 403
    assert "本单位人员" not in client.get(reverse("portal_home")).content.decode()
