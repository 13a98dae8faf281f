"""The hand-over as a text for paper: the same content in words, for the Word file that is frozen with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liangcao.foundation.identity.access import role_name
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.oversight.briefing.text import BriefingText, Section
from liangcao.oversight.briefing.word import CONTENT_TYPE, word_bytes

__all__ = ["CONTENT_TYPE", "hand_over_text", "hand_over_word"]


def clock(moment: str | None, *, english: bool) -> str:
    """2月3日 20:00, or 2020-02-03 20:00; "" for none."""
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone(LOCAL)
    return f"{local:%Y-%m-%d %H:%M}" if english else f"{local.month}月{local.day}日 {local:%H:%M}"


def hand_over_text(content: dict[str, Any], *, note: str, number: str = "", language: str = "zh-hans") -> BriefingText:
    """The content of `queries.open_work` with the note, in one language."""
    english = language.startswith("en")
    shift = content["shift"]
    sections = [
        Section("Alerts" if english else "需要关注", tuple(_alert(row, english) for row in content["alerts"])),
        *(
            Section(
                f"{part['en'].capitalize()} ({part['count']})" if english else f"{part['zh']}({part['count']})",
                tuple(_line(row, english) for row in part["rows"]) + _further(part, english),
            )
            for part in content["sections"]
        ),
        Section("Note" if english else "交班说明", tuple(note.splitlines()) or ("none" if english else "无",)),
        Section("Signatures" if english else "签字", (_signatures(shift, english),)),
    ]
    return BriefingText(
        title=f"{content['bureau_en']}: hand-over" if english else f"{content['bureau']}交接班记录",
        subtitle=_subtitle(content, shift, number, english),
        sections=tuple(section for section in sections if section.paragraphs),
    )


def hand_over_word(content: dict[str, Any], *, note: str, made_at: datetime) -> bytes:
    """The Chinese text as Word; equal content gives equal bytes."""
    text = hand_over_text(content, note=note)
    return word_bytes(text, (), language="zh-hans", made_at=made_at)


def _subtitle(content: dict[str, Any], shift: dict[str, Any], number: str, english: bool) -> str:
    span = f"{clock(shift['starts_at'], english=english)}—{clock(shift['ends_at'], english=english)}"
    moment = clock(content["at"], english=english)
    told = f"{number} " if number else ""
    if english:
        return f"{told}{shift['post_en']}, shift {span}, on duty: {shift['person']}; as at {moment}"
    return f"{told}{shift['post']} {span} 当班:{shift['person']};数据截至{moment}"


def _alert(row: dict[str, Any], english: bool) -> str:
    text: str = row["en"] if english else row["zh"]
    if "from" not in row:
        return text
    return f"{text} {clock(row['from'], english=english)}—{clock(row['to'], english=english)}"


def _line(row: dict[str, Any], english: bool) -> str:
    parts = [row["number"], row["text"], row["en"] if english else row["zh"]]
    if row["who"] or row["turn"]:
        parts.append(row["who"] or role_name(row["turn"], "en" if english else "zh"))
    if row["due"]:
        due = clock(row["due"], english=english)
        late = (" overdue" if english else "(已逾期)") if row["is_overdue"] else ""
        parts.append(f"due {due}{late}" if english else f"限 {due}{late}")
    return (", " if english else " ").join(parts)


def _further(part: dict[str, Any], english: bool) -> tuple[str, ...]:
    rest = part["count"] - len(part["rows"])
    return ((f"{rest} further" if english else f"另有 {rest} 项"),) if rest else ()


def _signatures(shift: dict[str, Any], english: bool) -> str:
    following = shift["next_person"] or ("nobody planned" if english else "未排班")
    if english:
        return f"Handed over: {shift['person']} ________  Taken over: {following} ________"
    return f"交班:{shift['person']} ________  接班:{following} ________"
