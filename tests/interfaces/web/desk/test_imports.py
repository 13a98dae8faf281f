"""Imports through their pages: a file or a message goes in, is corrected row by row, and is taken over once."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from liangcao.interfaces.intake.importing import correcting
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from liangcao.operations.demand.models import Requisition, RequisitionLine
from tests.factories.imports import NEEDS, begin, rows_of, workbook
from tests.factories.world import NOON, make_world

ODD = (
    ("各单位防疫物资需求表",),
    NEEDS,
    ("示例医院一", "一次性医用口罩", "", "只", 20000, "", "", "急"),
    ("示例二院", "医用防护服", "", "件", 10, "", "", ""),
    ("", "", "", "合计", 20010, "", "", ""),
)


def sent(**more: Any) -> dict[str, Any]:
    """What the form of a new import sends."""
    return {"kind": "requisitions", "sender": "示例来文人", "text": "", "client_id": str(uuid4())} | more


def file_of(content: bytes, name: str = "需求表.xlsx") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def act(run: ImportRun, **more: Any) -> dict[str, Any]:
    """What a form of an act on the import sends."""
    run.refresh_from_db()
    return {"version": run.version, "client_id": str(uuid4())} | more


class TestBeginning:
    def test_one_of_file_and_text(self, office: Any, as_user: Any) -> None:
        coordinator = as_user("coordinator")
        both = coordinator.post(reverse("import_new"), sent(text="口罩20只", file=file_of(workbook(*ODD))))
        assert both.status_code == 400 and "只能用一样" in both.content.decode()
        neither = coordinator.post(reverse("import_new"), sent(text=" \n"))
        assert neither.status_code == 400 and "请选择文件" in neither.content.decode()
        assert ImportRun.objects.count() == 0

    def test_a_message_without_goods_is_answered_as_a_message_and_not_as_a_table(
        self, office: Any, as_user: Any
    ) -> None:
        page = as_user("coordinator").post(reverse("import_new"), sent(text="收到,谢谢。"), follow=True)
        text = page.content.decode()
        assert "这段消息里没有读出物资和数量" in text and "消息里没有可以导入的物资" in text
        assert "列的含义" not in text

    def test_a_file_is_read_while_one_waits_and_known_when_it_comes_again(self, office: Any, as_user: Any) -> None:
        coordinator = as_user("coordinator")
        content = workbook(*ODD)
        answer = coordinator.post(reverse("import_new"), sent(file=file_of(content)), follow=True)
        run = ImportRun.objects.get()
        assert answer.redirect_chain == [(reverse("import", args=[run.pk]), 303)]
        text = answer.content.decode()
        assert all(
            word in text for word in (run.number, "需求表.xlsx", "示例医院一", "20,000<span", "示例二院?", "待核对")
        )
        again = coordinator.post(reverse("import_new"), sent(file=file_of(content)), follow=True)
        assert "没有重复导入" in again.content.decode()
        assert "已完成。" not in again.content.decode()
        assert ImportRun.objects.count() == 1

    def test_a_pasted_message_and_cells_of_a_sheet(self, office: Any, as_user: Any) -> None:
        coordinator = as_user("coordinator")
        coordinator.post(reverse("import_new"), sent(text="口罩2万只,防护服300套,急"))
        cells = "\t物资\t数量\r\n示例医院一\t一次性医用口罩\t500\r\n示例医院一\t医用防护服\t20\r\n"
        coordinator.post(reverse("import_new"), sent(text=cells))
        message, sheet = ImportRun.objects.order_by("pk")
        assert [row.values["quantity"] for row in rows_of(message)] == ["20000", "300"]
        assert [row.values["quantity"] for row in rows_of(sheet)] == ["500", "20"]

    def test_a_large_file_is_read_by_a_worker_with_progress(self, office: Any, as_user: Any, monkeypatch: Any) -> None:
        from liangcao.interfaces.web.desk.imports import beginning

        monkeypatch.setattr(beginning, "READ_AT_ONCE_BYTES", 10)
        coordinator = as_user("coordinator")
        answer = coordinator.post(reverse("import_new"), sent(file=file_of(workbook(*ODD))), follow=True)
        run = ImportRun.objects.get()
        assert run.status == "waiting" and 'hx-trigger="every 2s"' in answer.content.decode()
        asks = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "import-progress"}
        page = reverse("import", args=[run.pk])
        assert "等待读取" in coordinator.get(page, **asks).content.decode()
        coordinator.post(reverse("import_abandonment", args=[run.pk]), act(run))
        assert coordinator.get(page, **asks)["HX-Refresh"] == "true"
        run.refresh_from_db()
        assert run.status == "discarded"

    def test_what_cannot_be_read_is_told_in_words(self, office: Any, as_user: Any) -> None:
        answer = as_user("coordinator").post(
            reverse("import_new"), sent(file=file_of(b"%PDF-1.4 x", "来表.pdf")), follow=True
        )
        assert ImportRun.objects.get().status == "failed"
        assert "没有读成" in answer.content.decode()

    def test_templates_have_the_headers_of_their_kind(self, office: Any, as_user: Any) -> None:
        coordinator = as_user("coordinator")
        for kind, _word in coordinator.get(reverse("import_new")).context["form"].fields["kind"].choices:
            answer = coordinator.get(reverse("import_template"), {"kind": kind})
            assert answer.content[:2] == b"PK" and "attachment" in answer["Content-Disposition"], kind
        assert coordinator.get(reverse("import_template"), {"kind": "x"}).status_code == 400


@pytest.fixture
def run(office: Any) -> ImportRun:
    """The odd workbook, read."""
    return begin(office.world, "requisitions", workbook(*ODD))


class TestCorrecting:
    def test_two_taps_and_the_import_is_a_requisition(self, office: Any, as_user: Any, run: ImportRun) -> None:
        world, coordinator = office.world, as_user("coordinator")
        page = reverse("import", args=[run.pk])
        assert "import_posting" not in page and reverse("import_posting", args=[run.pk]) not in _text(coordinator, page)
        row = rows_of(run)[1]
        form = reverse("import_row_correction", args=[run.pk, row.pk])
        assert "示例医院二" in _text(coordinator, form)
        values = {"quantity": "10", "unit": "件", "alike": "on", "factor": "20"}
        answer = coordinator.post(form, act(run, organisation_tapped=world.second_hospital.pk, **values), follow=True)
        assert "已更正" in answer.content.decode()
        row.refresh_from_db()
        assert (row.organisation, row.status, row.factor) == (world.second_hospital, "good", 20)
        posting = reverse("import_posting", args=[run.pk])
        assert posting in _text(coordinator, page)
        assert "2 行一次导入" in _text(coordinator, posting)
        text = coordinator.post(posting, act(run), follow=True).content.decode()
        made = Requisition.objects.order_by("pk")
        assert all(requisition.number in text for requisition in made)
        assert set(RequisitionLine.objects.values_list("quantity_requested", flat=True)) == {200, 20_000}
        document = _text(coordinator, reverse("requisition", args=[made[0].pk]))
        assert run.number in document and page in document

    def test_the_pieces_are_taken_back_and_nothing_alike_is_offered_for_one_row(
        self, office: Any, as_user: Any
    ) -> None:
        coordinator, world = as_user("coordinator"), office.world
        run = begin(world, "requisitions", workbook(NEEDS, ("示例医院一", "一次性医用口罩", "", "件", 2, "", "", "")))
        form = reverse("import_row_correction", args=[run.pk, rows_of(run)[0].pk])
        assert "写法相同的其他行" not in coordinator.get(form).content.decode()
        values = {"organisation_id": world.hospital.pk, "item_id": world.mask.pk, "quantity": "2", "unit": "件"}
        for factor, kept in (("48", 48), ("", None)):
            coordinator.post(form, act(run, **values, factor=factor))
            assert rows_of(run)[0].factor == kept

    def test_a_stale_page_is_refused(self, office: Any, as_user: Any, run: ImportRun) -> None:
        coordinator, row = as_user("coordinator"), rows_of(run)[1]
        stale = act(run, version=run.version - 1)
        for name, args in (
            ("import_row_correction", [run.pk, row.pk]), ("import_exclusion", [run.pk]), ("import_abandonment", [run.pk]),
            ("import_posting", [run.pk]),
        ):  # fmt: skip
            answer = coordinator.post(reverse(name, args=args), stale | {"client_id": str(uuid4())})
            assert answer.status_code == 409 and "已被他人更正" in answer.content.decode(), name

    def test_ticked_rows_and_never_all_by_mistake(self, office: Any, as_user: Any, run: ImportRun) -> None:
        coordinator = as_user("coordinator")
        first, second = rows_of(run)
        exclusion = reverse("import_exclusion", args=[run.pk])
        nobody = coordinator.post(exclusion, act(run, ticked="1"))
        assert nobody.status_code == 400 and "请先勾选" in nobody.content.decode()
        coordinator.post(exclusion, act(run, ticked="1", rows=[second.pk]))
        assert [row.status for row in rows_of(run)] == ["good", "left_out"]
        coordinator.post(reverse("import_inclusion", args=[run.pk]), act(run, ticked="1", rows=[second.pk]))
        assert [row.status for row in rows_of(run)] == ["good", "confirm"]
        coordinator.post(exclusion + "?reason=ORGANISATION_UNKNOWN", act(run, reason="ORGANISATION_UNKNOWN"))
        assert [row.status for row in rows_of(run)] == ["good", "left_out"]
        assert coordinator.post(exclusion, act(run, ticked="1", rows=["x"])).status_code == 400
        assert first.pk

    def test_all_of_one_reason_are_confirmed_at_once(self, office: Any, as_user: Any) -> None:
        world = office.world
        twice = begin(world, "requisitions", workbook(
            NEEDS, ("示例医院一", "一次性医用口罩", "", "只", 20), ("示例医院一", "一次性医用口罩", "", "只", 30),
        ))  # fmt: skip
        coordinator = as_user("coordinator")
        text = _text(coordinator, reverse("import", args=[twice.pk]))
        confirmation = reverse("import_confirmation", args=[twice.pk]) + "?reason=SAME_ITEM_TWICE"
        assert confirmation in text
        assert "2 行待确认" in _text(coordinator, confirmation)
        coordinator.post(confirmation, act(twice, reason="SAME_ITEM_TWICE"))
        assert [row.status for row in rows_of(twice)] == ["good", "good"]

    def test_a_name_is_corrected_wherever_it_is_written_so(self, office: Any, as_user: Any) -> None:
        world = office.world
        many = begin(world, "requisitions", workbook(
            NEEDS, ("示例二院", "一次性医用口罩", "", "件", 2), ("示例二院", "医用防护服", "", "套", 30),
        ))  # fmt: skip
        coordinator, (first, _) = as_user("coordinator"), rows_of(many)
        form = reverse("import_row_correction", args=[many.pk, first.pk])
        assert "有 1 行写了同样" in _text(coordinator, form)
        values = {"organisation_id": world.second_hospital.pk, "item_id": world.mask.pk, "quantity": "2", "unit": "件"}
        coordinator.post(form, act(many, **values, factor="480", alike="on"))
        assert [row.status for row in rows_of(many)] == ["good", "good"]

    def test_filters_stay_after_a_correction(self, office: Any, as_user: Any, run: ImportRun) -> None:
        coordinator, row = as_user("coordinator"), rows_of(run)[1]
        text = _text(coordinator, reverse("import", args=[run.pk]) + "?status=confirm")
        form = reverse("import_row_correction", args=[run.pk, row.pk]) + "?status=confirm"
        assert form in text and "20,000<span" not in text
        answer = coordinator.post(form, act(run, quantity="10", unit="件"))
        assert answer["Location"] == reverse("import", args=[run.pk]) + "?status=confirm"

    def test_what_is_missing_is_said_first(self, office: Any, as_user: Any) -> None:
        world = office.world
        entering = begin(world, "receipts", workbook(
            ("来源", "物资", "批号", "单位", "数量"), ("示例供应商", "医用防护服", "A1", "套", 20),
        ), by=world.actor("storekeeper"))  # fmt: skip
        keeper = as_user("storekeeper")
        text = _text(keeper, reverse("import", args=[entering.pk]))
        assert "请在“导入说明”里填写:仓库、来源类别" in text
        form = reverse("import_description", args=[entering.pk])
        assert keeper.post(form, act(entering, store="", source_kind="")).status_code == 400
        keeper.post(form, act(entering, store=world.store.pk, source_kind="purchase", sender="示例来文人"))
        entering.refresh_from_db()
        assert (entering.given["store"], entering.given["source_kind"]) == (world.store.pk, "purchase")
        assert "请在“导入说明”里填写" not in _text(keeper, reverse("import", args=[entering.pk]))

    def test_columns_are_explained_and_the_file_read_anew(self, office: Any, as_user: Any, run: ImportRun) -> None:
        coordinator = as_user("coordinator")
        form = reverse("import_columns", args=[run.pk])
        shown = coordinator.get(form)
        assert "示例医院一" in shown.content.decode()
        held = {name: field.initial for name, field in shown.context["form"].fields.items() if name.startswith("table")}
        coordinator.post(form, act(run, **{name: "ignored" if key == "remark" else key for name, key in held.items()}))
        run.refresh_from_db()
        assert run.status == "read"
        assert all(use["key"] != "remark" for table in run.layout["tables"] for use in table["columns"])

    def test_what_came_before_can_be_meant_again(self, office: Any, as_user: Any, run: ImportRun) -> None:
        coordinator = as_user("coordinator")
        correcting.leave_out_rows(run_id=run.pk, by=office.world.actor("coordinator"), at=NOON, client_id=uuid4())
        coordinator.post(reverse("import_posting", args=[run.pk]), act(run))
        anew = begin(office.world, "requisitions", workbook(*ODD, saved=2))
        text = _text(coordinator, reverse("import", args=[anew.pk]))
        assert "全部内容已于" in text and run.number in text
        coordinator.post(reverse("import_resumption", args=[anew.pk]), act(anew))
        anew.refresh_from_db()
        assert anew.status == "read"


class TestReading:
    def test_who_views_sees_no_acts(self, office: Any, as_user: Any, run: ImportRun) -> None:
        for role in ("leader", "auditor"):
            reader = as_user(role)
            text = _text(reader, reverse("import", args=[run.pk]))
            assert "示例二院" in text and reverse("import_abandonment", args=[run.pk]) not in text
            assert 'name="rows"' not in text
            assert reader.post(reverse("import_exclusion", args=[run.pk]), act(run)).status_code == 403
            assert reader.get(reverse("import_new")).status_code == 403
        assert as_user("allocator").get(reverse("import_list")).status_code == 403

    def test_another_bureau_is_not_there(self, office: Any, as_user: Any) -> None:
        foreign = begin(make_world("other"), "requisitions", "口罩2万只")
        coordinator = as_user("coordinator")
        for name in ("import", "import_file", "import_problems", "import_posting", "import_columns"):
            assert coordinator.get(reverse(name, args=[foreign.pk])).status_code == 404, name
        row = foreign.rows.get()
        mine = begin(office.world, "requisitions", "口罩30只")
        for pk in (foreign.pk, mine.pk):
            assert coordinator.get(reverse("import_row_correction", args=[pk, row.pk])).status_code == 404
        assert foreign.number not in _text(coordinator, reverse("import_list")) or foreign.number == mine.number

    def test_the_original_is_kept_and_sent_back_with_its_problems(
        self, office: Any, as_user: Any, run: ImportRun
    ) -> None:
        coordinator = as_user("coordinator")
        answer = coordinator.get(reverse("import_file", args=[run.pk]))
        assert hashlib.sha256(answer.content).hexdigest() == run.digest
        assert answer["Content-Type"] == "application/octet-stream" and answer["X-Content-Type-Options"] == "nosniff"
        assert "attachment" in answer["Content-Disposition"]
        marked = coordinator.get(reverse("import_problems", args=[run.pk]))
        assert marked.content[:2] == b"PK" and "attachment" in marked["Content-Disposition"]

    def test_rows_are_filtered_searched_and_exported(self, office: Any, as_user: Any, run: ImportRun) -> None:
        coordinator, page = as_user("coordinator"), reverse("import", args=[run.pk])
        assert [row.row for row in coordinator.get(page, {"status": "good"}).context["list"].slice.rows] == [3]
        assert [row.row for row in coordinator.get(page, {"q": "示例二院"}).context["list"].slice.rows] == [4]
        assert coordinator.get(page, {"status": "x"}).status_code == 400
        export = coordinator.get(page, {"format": "csv"}).content.decode("utf-8-sig")
        assert "示例二院" in export and "<" not in export

    def test_a_name_with_markup_stays_a_name(self, office: Any, as_user: Any) -> None:
        begin(office.world, "requisitions", "口罩<script>x</script>20只", name="<img src=x>.txt", sender="<b>x</b>")
        run = ImportRun.objects.get()
        text = _text(as_user("coordinator"), reverse("import", args=[run.pk]))
        assert "<script>x" not in text and "<img src=x>" not in text and "<b>x</b>" not in text

    def test_in_english(self, office: Any, as_user: Any, run: ImportRun) -> None:
        coordinator = as_user("coordinator")
        coordinator.post(reverse("switch_language"), {"language": "en", "next": "/"})
        row: ImportRow = rows_of(run)[1]
        for name, args in (
            ("import_list", []), ("import_new", []), ("import", [run.pk]), ("import_columns", [run.pk]),
            ("import_description", [run.pk]), ("import_row_correction", [run.pk, row.pk]),
        ):  # fmt: skip
            text = _text(coordinator, reverse(name, args=args))
            assert not any(word in text for word in ("导入说明", "列的含义", "请核对", "更正", "放弃导入")), name

    def test_the_ways_in(self, office: Any, as_user: Any) -> None:
        coordinator = as_user("coordinator")
        new = reverse("import_new")
        for name, kind in (
            ("requisition_list", "requisitions"),
            ("demand", "requisitions"),
            ("organisation_list", "organisations"),
            ("item_list", "items"),
        ):
            assert (f"{new}?kind={kind}" in _text(coordinator, reverse(name))) == (
                name != "item_list" or "items" in _kinds(coordinator)
            ), name
        assert reverse("import_list") in _text(coordinator, reverse("settings"))
        chosen = coordinator.get(new, {"kind": "organisations"}).context["form"].fields["kind"].initial
        assert chosen == ("organisations" if "organisations" in _kinds(coordinator) else None)


def _kinds(client: Any) -> list[str]:
    return [kind for kind, _ in client.get(reverse("import_new")).context["form"].fields["kind"].choices]


def _text(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.content.decode()[-800:])
    return answer.content.decode()
