"""The day's text, in the trade's own wording. Every number in it is a figure; nothing is counted here.

The order and the phrases follow how bureaus wrote in February 2020: 累计采购…;通过红十字会、慈善总会等机构,收到社会各界捐赠…;
上级下拨15批、共计…;组织协调本地企业生产….
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from liangcao.foundation.kernel.clock import business_date
from liangcao.oversight.briefing.changes import Change
from liangcao.oversight.briefing.figures import DayFigures, ItemName
from liangcao.oversight.briefing.measures import DAY, STATE, TOTAL
from liangcao.oversight.briefing.wording import (
    count_en,
    count_zh,
    cutoff_en,
    cutoff_zh,
    day_en,
    day_zh,
    joined_en,
    joined_zh,
    yuan_en,
    yuan_zh,
)

MOST_TASKS = 10


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class BriefingText:
    """A briefing in one language, in parts: page and Word lay them out, `plain` joins them."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]

    @property
    def plain(self) -> str:
        """The whole text, one paragraph a line."""
        parts = [self.title, self.subtitle, ""]
        for section in self.sections:
            parts += [section.heading, *section.paragraphs, ""]
        return "\n".join(parts).rstrip() + "\n"


class Phrases:
    """How quantities are said in one language."""

    def __init__(self, figures: DayFigures, language: str) -> None:
        self.figures = figures
        self.english = language.startswith("en")
        self.language = language

    def say(self, zh: str, en: str) -> str:
        """The phrase in the language."""
        return en if self.english else zh

    def count(self, item: ItemName, value: int) -> str:
        """防护口罩47万只."""
        if self.english:
            return f"{count_en(value, item.unit_en or item.unit)} of {item.named('en')}"
        return f"{item.name}{count_zh(value, item.unit)}"

    def goods(self, measure: str, span: str = STATE) -> str:
        """All items of a measure in one list, "" when there are none."""
        parts = [self.count(item, value) for item, value in self.figures.of(measure, span)]
        return joined_en(parts) if self.english else joined_zh(parts)

    def money(self, key: str) -> str:
        """人民币35.6万元, "" for none."""
        fen = self.figures.value(key)
        if not fen:
            return ""
        return yuan_en(fen) if self.english else f"人民币{yuan_zh(fen)}"


def briefing_text(
    figures: DayFigures, *, language: str, note: str = "", changes: tuple[Change, ...] = ()
) -> BriefingText:
    """The briefing of the day. `note` is what the consultation decided; `changes` are those since the last edition."""
    p = Phrases(figures, language)
    sections = [
        Section(p.say("一、筹措", "1. What came in"), _inflow(p)),
        Section(p.say("二、发放", "2. What went out"), _outflow(p)),
        Section(p.say("三、库存", "3. Stock"), _stock(p)),
        Section(p.say("四、需求与缺口", "4. Needs and shortages"), _demand(p)),
        Section(p.say("五、需要关注", "5. To watch"), _watch(p)),
    ]
    if tasks := _tasks(p):
        sections.append(Section(p.say("六、交办事项", "6. Tasks"), tasks))
    if note.strip():
        place_zh, place = ("七", 7) if tasks else ("六", 6)
        heading = p.say(f"{place_zh}、会商意见", f"{place}. From the consultation")
        sections.append(Section(heading, tuple(note.strip().splitlines())))
    if figures.relaxed:
        told = tuple(line for term in figures.relaxed for line in term.told(english=p.english))
        sections.append(Section(p.say("岗位分离放宽情况", "Separation of duties, relaxed"), told))
    if changes:
        sections.append(Section(p.say("与上期相比", "Since the last edition"), _changed(p, changes)))
    bureau, day = p.say(figures.bureau_name, figures.bureau_name_en), figures.day
    return BriefingText(
        title=p.say(f"{bureau}应急物资保障情况通报", f"{bureau}: briefing on emergency supplies"),
        subtitle=p.say(
            f"{day_zh(day, year=True)}(数字截至{cutoff_zh(day, figures.cutoff_at)})",
            f"{day_en(day)} (figures as at {cutoff_en(day, figures.cutoff_at)})",
        ),
        sections=tuple(sections),
    )


Wording = tuple[str, Callable[[str], str], Callable[[str], str]]
_TO_DATE: tuple[Wording, ...] = (
    ("purchase", lambda s: f"累计采购{s}。", lambda s: f"Bought to date: {s}."),
    ("output", lambda s: f"累计收储本地产品{s}。", lambda s: f"Taken in from local factories to date: {s}."),
    ("reserve", lambda s: f"累计调用储备{s}。", lambda s: f"Drawn from reserves to date: {s}."),
    ("opening", lambda s: f"期初入账{s}。", lambda s: f"Opening stock: {s}."),
    ("found", lambda s: f"累计盘盈{s}。", lambda s: f"Found in counts to date: {s}."),
)


def _inflow(p: Phrases) -> tuple[str, ...]:
    lines = [_today_in(p)]
    if made := p.goods("made", TOTAL):
        lines.append(
            p.say(
                f"组织协调本地企业累计生产{made}。",
                f"Local factories, arranged by the bureau, have made {made} to date.",
            )
        )
    for measure, zh, en in _TO_DATE:
        if goods := p.goods(measure, TOTAL):
            lines.append(p.say(zh(goods), en(goods)))
    money, given = p.money(f"gift_money.{TOTAL}"), p.goods("gift", TOTAL)
    if money or given:
        listed = p.say("、", " and ").join(part for part in (money, given) if part)
        lines.append(p.say(f"累计收到社会各界捐赠{listed}。", f"Given by the public to date: {listed}."))
    lines += [_allotted(p, item) for item, _ in p.figures.of("allotment", TOTAL)]
    return tuple(lines)


def _today_in(p: Phrases) -> str:
    parts = []
    for measure, zh, en in (
        ("purchase", "采购", "bought"),
        ("gift", "接收捐赠", "given"),
        ("allotment", "上级下拨", "allotted to us"),
        ("output", "收储", "taken in from factories"),
        ("reserve", "调用储备", "drawn from reserves"),
    ):
        if goods := p.goods(measure, DAY):
            parts.append(p.say(f"{zh}{goods}", f"{en} {goods}"))
    if money := p.money(f"gift_money.{DAY}"):
        parts.append(p.say(f"接收捐赠{money}", f"given {money}"))
    if made := p.goods("made", DAY):
        parts.append(p.say(f"本地企业生产{made}", f"made locally {made}"))
    today = day_zh(p.figures.day)
    if not parts:
        return p.say(f"{today},无入库。", "Nothing came in on the day.")
    return p.say(f"{today}," + ";".join(parts) + "。", "On the day: " + "; ".join(parts) + ".")


def _allotted(p: Phrases, item: ItemName) -> str:
    total = p.count(item, p.figures.value(f"allotment.{item.code}.{TOTAL}"))
    batches = p.figures.value(f"allotment_batches.{item.code}.{TOTAL}")
    return p.say(
        f"上级累计下拨{batches}批、共计{total}。",
        f"The upper level has allotted {total} in {count_en(batches, 'batch').replace('batchs', 'batches')}.",
    )


def _outflow(p: Phrases) -> tuple[str, ...]:
    lines = []
    for span, zh, en in ((DAY, day_zh(p.figures.day), "On the day"), (TOTAL, "累计", "To date")):
        issued, delivered = p.goods("issued", span), p.goods("delivered", span)
        if issued:
            lines.append(p.say(f"{zh}出库{issued}。", f"{en}, issued: {issued}."))
        if delivered:
            lines.append(p.say(f"{zh}由单位签收{delivered}。", f"{en}, signed for by the units: {delivered}."))
    return tuple(lines) or (p.say("无发放。", "Nothing was issued."),)


def _stock(p: Phrases) -> tuple[str, ...]:
    lines = []
    for measure, zh, en in (
        ("in_stock", "在库", "In our stores"),
        ("reserved", "其中已预留", "Of this, reserved"),
        ("quarantine", "其中待检", "Of this, in quarantine"),
        ("in_transit", "在途", "On the road"),
    ):
        if goods := p.goods(measure):
            lines.append(p.say(f"{zh}{goods}。", f"{en}: {goods}."))
    return tuple(lines) or (p.say("库存为零。", "The stores are empty."),)


def _demand(p: Phrases) -> tuple[str, ...]:
    lines = []
    for measure, zh, en in (
        ("demand_requested", "各单位未结申请", "Asked and not closed"),
        ("demand_unmet", "已核定、尚未满足", "Approved and not met"),
        ("gap", "缺口(超过可用库存)", "Short, beyond what is free"),
    ):
        if goods := p.goods(measure):
            lines.append(p.say(f"{zh}:{goods}。", f"{en}: {goods}."))
    unknown = p.figures.of("demand_unknown")
    if unknown:
        listed = (
            joined_zh(item.name for item, _ in unknown)
            if not p.english
            else joined_en(item.named("en") for item, _ in unknown)
        )
        lines.append(p.say(f"另有申请未写明数量:{listed}。", f"Asked without an amount: {listed}."))
    return tuple(lines) or (p.say("无未结需求。", "No need is open."),)


def _watch(p: Phrases) -> tuple[str, ...]:
    lines = []
    owing, overdue = p.figures.value("papers_owing"), p.figures.value("papers_overdue")
    if owing:
        lines.append(
            p.say(
                f"先发后补待补手续{owing}张" + (f",其中逾期{overdue}张。" if overdue else "。"),
                f"Emergency issues and early releases without papers: {owing}"
                + (f", of these overdue: {overdue}." if overdue else "."),
            )
        )
    for measure, span, zh, en in (
        ("expiring", STATE, "30天内失效或已失效", "Ending within 30 days or past their date"),
        ("difference", STATE, "签收短少、破损待处理", "Short or damaged at delivery, to be settled"),
        ("loss", TOTAL, "累计报损", "Written off to date"),
    ):
        if goods := p.goods(measure, span):
            lines.append(p.say(f"{zh}{goods}。", f"{en}: {goods}."))
    return tuple(lines) or (p.say("无。", "Nothing."),)


def _tasks(p: Phrases) -> tuple[str, ...]:
    """How many are open, due, done; then those that are open, the first due on top."""
    held = [p.figures.value(key) for key in ("tasks_open", "tasks_overdue", f"tasks_done.{DAY}")]
    if not any(held):
        return ()
    still_open, due, done = held
    lines = [
        p.say(
            f"未办结{still_open}件,其中到期{due}件;当日办结{done}件。",
            f"Open: {still_open}, of these due: {due}; done on the day: {done}.",
        )
    ]
    for task in p.figures.open_tasks[:MOST_TASKS]:
        day = business_date(task.due_at)
        lines.append(
            p.say(f"{task.text}({task.owner},限{day_zh(day)})", f"{task.text} ({task.owner}, due {day_en(day)})")
        )
    if still_open > MOST_TASKS:
        lines.append(p.say(f"另有{still_open - MOST_TASKS}件。", f"{still_open - MOST_TASKS} further."))
    return tuple(lines)


def _changed(p: Phrases, changes: tuple[Change, ...]) -> tuple[str, ...]:
    return tuple(p.say(change.said("zh-hans"), change.said("en")) for change in changes)


def chat_text(figures: DayFigures, *, language: str = "zh-hans") -> str:
    """A short text to paste into a chat group: a line for each thing that people ask about."""
    p = Phrases(figures, language)
    bureau = p.say(figures.bureau_name, figures.bureau_name_en)
    lines = [
        p.say(f"【{bureau} {day_zh(figures.day)}物资通报】", f"[{bureau}, supplies, {day_en(figures.day)}]"),
        _today_in(p),
    ]
    for measure, span, zh, en in (
        ("issued", DAY, "今日出库", "Issued today"),
        ("delivered", DAY, "今日签收", "Signed for today"),
        ("free", STATE, "可用库存", "Free stock"),
        ("in_transit", STATE, "在途", "On the road"),
        ("gap", STATE, "缺口", "Short"),
    ):
        if goods := p.goods(measure, span):
            lines.append(p.say(f"{zh}:{goods}", f"{en}: {goods}"))
    if owing := figures.value("papers_owing"):
        lines.append(p.say(f"待补手续:{owing}张", f"Papers owing: {owing}"))
    lines.append(
        p.say(
            f"数字截至{cutoff_zh(figures.day, figures.cutoff_at)}", f"As at {cutoff_en(figures.day, figures.cutoff_at)}"
        )
    )
    return "\n".join(lines) + "\n"
