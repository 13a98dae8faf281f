"""岗位分离 as the text of the day tells it: which profile was in force, and each step that one person did because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL, day_end, day_start
from liangcao.reference.parties.queries import relaxations, separation_terms
from liangcao.reference.parties.separation import profiles, rules


@dataclass(frozen=True)
class Relaxed:
    """A term that touched the day, with what it let pass on that day: (rule, document, who)."""

    profile: str
    starts_at: datetime
    ends_at: datetime
    set_by: str
    reason: str
    used: tuple[tuple[str, str, str], ...]

    def told(self, *, english: bool) -> tuple[str, ...]:
        """The paragraphs."""
        profile = profiles()[self.profile]
        start, end = (moment.astimezone(LOCAL) for moment in (self.starts_at, self.ends_at))
        if english:
            head = (
                f'From {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} the profile "{profile.en}" was in force, by '
                f"{self.set_by}: {self.reason}. Done by one person on this day: {len(self.used)}."
            )
            return (head, *(f"{rule_words(rule, english=True)}: {ref}, {who}" for rule, ref, who in self.used))
        head = (
            f"{start.month}月{start.day}日{start:%H:%M}至{end.month}月{end.day}日{end:%H:%M}按“{profile.zh}”办理,"
            f"由{self.set_by}设定,原因:{self.reason}。当日由一人办完的 {len(self.used)} 项。"
        )
        return (head, *(f"{rule_words(rule, english=False)}:{ref}({who})" for rule, ref, who in self.used))


def rule_words(rule: str, *, english: bool) -> str:
    """What a rule asks; one of an older release by its code."""
    known = rules().get(rule)
    return rule if known is None else (known.en if english else known.zh)


def relaxed_on(actor: Actor, bureau_id: int, day: date) -> tuple[Relaxed, ...]:
    """The terms that touched a day, in their order."""
    start, end = day_start(day), day_end(day)
    terms = separation_terms(actor, bureau_id=bureau_id).filter(status="set", starts_at__lt=end, ends_at__gt=start)
    used: dict[int, list[tuple[str, str, str]]] = {}
    for row in relaxations(actor, bureau_id=bureau_id, since=start, until=end):
        used.setdefault(row.term_id, []).append((row.rule, row.object_ref, row.actor_name))
    return tuple(
        Relaxed(term.profile, term.starts_at, term.ends_at, term.set_by, term.reason, tuple(used.get(term.pk, ())))
        for term in terms.order_by("starts_at")
    )
