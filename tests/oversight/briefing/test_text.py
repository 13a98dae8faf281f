"""The day's text: the trade's phrases, and no number that is not a figure."""

from __future__ import annotations

import re

import pytest

from liangcao.oversight.briefing import queries
from liangcao.oversight.briefing.wording import count_zh, yuan_zh
from tests.factories.world import TODAY, World, make_world
from tests.oversight.briefing.day import EVENING, play

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def made(world: World, **more: str) -> queries.Briefing:
    return queries.briefing(world.actor("leader"), world.bureau.pk, TODAY, at=EVENING, **more)


def test_an_empty_day_has_a_text(world: World) -> None:
    text = made(world).text("zh-hans").plain
    assert "2月3日,无入库。" in text
    assert "无发放。" in text
    assert "Nothing came in on the day." in made(world).text("en").plain


def test_the_phrases_of_the_trade(world: World) -> None:
    play(world)
    text = made(world).text("zh-hans").plain
    for said in (
        "示例市经信局 shili应急物资保障情况通报",
        "2020年2月3日(数字截至2月3日18时00分)",
        "累计采购一次性医用口罩4.65万只。",
        "累计收到社会各界捐赠人民币64.27005万元、",
        "上级累计下拨2批、共计75%酒精2.24万升。",
        "组织协调本地企业累计生产医用防护服2000套。",
        "先发后补待补手续2张,其中逾期1张。",
        "另有申请未写明数量:医用防护口罩 N95。",
    ):
        assert said in text, said


def test_every_number_in_the_text_is_a_figure(world: World) -> None:
    play(world)
    found = made(world)
    text = found.text("zh-hans")
    known = {re.sub(r"[^\d.万]", "", count_zh(f.value or 0, f.unit)) for f in found.figures.figures}
    known |= {re.sub(r"[^\d.万]", "", yuan_zh(f.value or 0)) for f in found.figures.figures if f.unit == "分"}
    body = "\n".join(line for section in text.sections for line in section.paragraphs)
    for name in ("75%酒精", "N95", "2月3日", "30天"):
        body = body.replace(name, "")
    assert set(re.findall(r"\d[\d.]*万?", body)) <= known


def test_the_chat_text_is_short_and_plain(world: World) -> None:
    play(world)
    text = made(world).chat("zh-hans")
    assert text.startswith("【示例市经信局 shili 2月3日物资通报】\n")
    assert "待补手续:2张" in text
    assert "数字截至2月3日18时00分" in text
    assert len(text.splitlines()) <= 10


def test_english(world: World) -> None:
    play(world)
    text = made(world).text("en").plain
    assert "Bought to date: 46,500" in text
    assert "Emergency issues and early releases without papers: 2, of these overdue: 1." in text
    assert "briefing on emergency supplies" in text
    # Only names that the catalogue has in Chinese alone, and what people typed, may be Chinese: no phrase of ours is.
    typed = text.replace("联系示例口罩厂 (承办人甲", "(")
    ours = re.sub(r"(示例|一次性|医用|防护|口罩|酒精|服|只|套|升|市经信局)", "", typed)
    assert not re.search(r"[一-鿿]", ours)


def test_the_note_is_part_of_the_text(world: World) -> None:
    text = made(world, note="明日优先保障发热门诊。\n卡点按减半执行。").text("zh-hans").plain
    assert "六、会商意见\n明日优先保障发热门诊。\n卡点按减半执行。" in text


def test_tasks_have_a_section_with_what_is_open(world: World) -> None:
    assert "交办事项" not in made(world).text("zh-hans").plain
    play(world)
    text = made(world, note="各组按分工落实").text("zh-hans").plain
    assert "六、交办事项\n未办结1件,其中到期1件;当日办结1件。\n联系示例口罩厂(承办人甲,限2月3日)" in text
    assert "七、会商意见\n各组按分工落实" in text
    assert "Open: 1, of these due: 1; done on the day: 1." in made(world).text("en").plain
