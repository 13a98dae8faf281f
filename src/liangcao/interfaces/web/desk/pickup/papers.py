"""The page of a pick-up, put together; notices; the page of a turn."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import table
from liangcao.interfaces.web.desk.columns import told_table
from liangcao.interfaces.web.desk.pickup.lists import slot_columns, turn_columns, when
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.templatetags.words import chip, full_day, is_english, named, quantity
from liangcao.operations.pickup import queries, rules
from liangcao.operations.pickup.flow import PICK_UP_FLOW, PICK_UP_TURN_FLOW
from liangcao.operations.pickup.notices import told_en, told_zh


def turns_of(request: Any, held: Any) -> list[Any]:
    """The turns, slot by slot."""
    rows = queries.turns(request.actor, pick_up_id=held.pk)
    return list(rows.order_by("slot__number", "organisation__code", "pk"))


def turn_link(request: Any, turn: Any) -> str:
    """What the QR of a unit's slip holds: the page on which it is checked in."""
    return str(request.build_absolute_uri(reverse("pick_up_turn", args=[turn.pk])))


def notice(turn: Any) -> str:
    """The notice of one unit in the reader's language."""
    return told_en(turn) if is_english() else told_zh(turn)


def group_text(held: Any, turns: Iterable[Any]) -> str:
    """One text for the whole chat group, slot by slot."""
    words = {"day": full_day(business_date(held.opens_at)), "place": held.place, "number": held.number}
    lines = [_("【自提通知】%(day)s,地点:%(place)s(%(number)s)") % words, _("请按时段到场,不要提前扎堆:")]
    by_slot: dict[str, list[str]] = {}
    for turn in turns:
        if turn.status in ("assigned", "checked_in"):
            by_slot.setdefault(rules.span(turn.slot), []).append(named(turn.organisation))
    lines += [f"{told} {'、'.join(units)}" for told, units in by_slot.items()]
    return "\n".join([*lines, _("安全须知:%(text)s") % {"text": held.safety_text}])


def pick_up_document(request: Any, held: Any) -> Document:
    """Live numbers, slots, turns."""
    turns, slots = turns_of(request, held), queries.slots(request.actor, held.pk)
    missing = [row for row in turns if row.status == "assigned" and row.slot.ends_at <= request.at]
    told = held.status == "announced" and missing
    return Document(
        kind=_("自提安排"),
        number=held.number,
        state=chip(held.status, PICK_UP_FLOW),
        facts=_facts(held, turns),
        acts=_acts(request, held, turns),
        tables=[
            table(slot_columns(), slots, title=_("时段")),
            told_table(turn_columns(), turns, title=_("到场安排")),
        ],
        links=[Link(_("分配方案"), code(held.plan.number), address("plan", held.plan_id))] if held.plan_id else [],
        history=history_of(request, object_kind="pick_up", object_ref=held.number),
        notice=_("%(count)s 个单位的时段已过、还没有到场,请点“未到场重排”。") % {"count": len(missing)} if told else "",
        back=(_("自提"), address("pick_up_list")),
    )


def _facts(held: Any, turns: list[Any]) -> list[Fact]:
    count = queries.numbers(turns)
    facts = [
        Fact(_("时间"), when(held)),
        Fact(_("同时最多"), _("%(count)s 个单位") % {"count": held.capacity}),
        Fact(_("待到场"), str(count.expected)),
        Fact(_("在场"), str(count.inside)),
        Fact(_("已领取"), str(count.done)),
        Fact(_("未到场"), str(count.missed)),
        Fact(_("仓库"), named(held.store)),
        Fact(_("地点"), held.place, is_wide=True),
        Fact(_("安全须知"), held.safety_text, is_wide=True),
    ]
    return [*facts, Fact(_("原因"), held.end_reason, is_wide=True)] if held.end_reason else facts


def _acts(request: Any, held: Any, turns: list[Any]) -> list[Act]:
    def may(target: str) -> bool:
        return rules.can_do(request.actor, held, "edit", partial(rules.check_pick_up_step, held, target))

    acts = []
    if may("announced"):
        acts.append(Act(_("通知"), address("pick_up_announcement", held.pk), is_next=True))
    if held.status in ("draft", "announced"):
        acts.append(Act(_("通知文字和二维码"), address("pick_up_notices", held.pk), in_dialog=False))
    over = any(row.status == "assigned" and row.slot.ends_at <= request.at for row in turns)
    if may("closed"):
        if over or any(row.status == "no_show" for row in turns):
            acts.append(Act(_("未到场重排"), address("pick_up_no_shows", held.pk), is_next=over))
        acts.append(Act(_("结束"), address("pick_up_closure", held.pk)))
    if may("cancelled"):
        acts.append(Act(_("取消"), address("pick_up_cancellation", held.pk), danger=True))
    return acts


def turn_document(request: Any, turn: Any) -> Document:
    """One unit at the gate: the next act is the blue button."""
    held, actor = turn.pick_up, request.actor
    acts = []
    is_on = held.status == "announced"
    if is_on and rules.can_do(actor, turn, "check_in", partial(rules.check_turn_step, turn, "checked_in")):
        acts.append(Act(_("到场登记"), address("pick_up_turn_check_in", turn.pk), is_next=True))
    if is_on and rules.can_do(actor, turn, "hand_over", partial(rules.check_turn_step, turn, "handed_over")):
        acts.append(Act(_("交货"), address("pick_up_turn_hand_over", turn.pk), is_next=True))
    if rules.can_do(actor, turn, "edit", partial(rules.check_is_movable, turn)):
        acts.append(Act(_("改时段"), address("pick_up_turn_slot", turn.pk)))
    knows = turn.acknowledged_by or _("还没有确认")
    facts = [
        Fact(_("时段"), f"{full_day(business_date(turn.slot.starts_at))} {rules.span(turn.slot)}"),
        Fact(_("安全须知确认人"), knows),
        Fact(_("件数"), quantity(turn.quantity)),
        Fact(_("来领的人或车牌"), turn.fetcher or "—"),
        Fact(_("地点"), held.place, is_wide=True),
        Fact(_("安全须知"), held.safety_text, is_wide=True),
    ]
    return Document(
        kind=_("到场安排"),
        number=named(turn.organisation),
        state=chip(turn.status, PICK_UP_TURN_FLOW),
        facts=facts,
        acts=acts,
        links=[Link(_("配送单"), code(turn.delivery.number), address("delivery", turn.delivery_id))],
        notice=_("货已出库。按岗位分离规定,请单位在门户签收,或由另一位同事代签。")
        if turn.status == "handed_over" and turn.delivery.status == "in_transit"
        else "",
        back=(held.number, address("pick_up", held.pk)),
    )
