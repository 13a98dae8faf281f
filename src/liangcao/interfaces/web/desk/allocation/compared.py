"""A plan and its scenarios as tables: figures, shares by tier and town, lines; and as one sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liangcao.interfaces.web.cells import Column, Table, table
from liangcao.interfaces.web.spreadsheet import Sheet
from liangcao.interfaces.web.templatetags.words import days, named, quantity, said, unit_of
from liangcao.reference.parties.kinds import TIERS

_Row = tuple[Any, list[str]]


def heads(found: Any) -> list[str]:
    """The plan's column, then one for each scenario."""
    return [_("本方案"), *(scenario.name for scenario in found.scenarios)]


def percent(permille: int | None) -> str:
    """A share in permille as 44.2 %."""
    return "" if permille is None else f"{permille // 10}.{permille % 10} %"


def _figures(found: Any) -> list[_Row]:
    figures = found.figures
    return [
        (_("最紧的单位够用(天)"), [days(f.worst_after) for f in figures]),
        (_("一半单位够用不到(天)"), [days(f.median_after) for f in figures]),
        (_("够用天数差距(上下四分位,天)"), [days(f.spread_after) for f in figures]),
        (_("需求满足"), [percent(f.met) for f in figures]),
        (_("足额满足(行)"), [f"{f.lines_met} / {f.lines}" for f in figures]),
        (_("没有分到(行)"), [str(f.lines_empty) for f in figures]),
    ]


def _columns(found: Any, what: Any) -> list[Column]:
    def at(place: int) -> Callable[[_Row], str]:
        return lambda row: row[1][place]

    columns = [Column("what", what, lambda row: row[0], phone="title")]
    return columns + [Column(f"way{n}", head, at(n), kind="number") for n, head in enumerate(heads(found))]


def figures_table(found: Any) -> Table:
    """How fair each way is. Figures that nobody has a number for are left out."""
    rows = [row for row in _figures(found) if any(row[1])]
    return table(_columns(found, _("公平性")), rows, title=_("比什么"))


def group_tables(found: Any) -> list[Table]:
    """The share of need met by tier and by town."""
    tiers = sorted({tier for f in found.figures for tier in f.met_by_tier})
    towns = sorted({town for f in found.figures for town in f.met_by_town})
    shown = [
        table(
            _columns(found, _("档")),
            [(_tier(tier), [percent(f.met_by_tier.get(tier)) for f in found.figures]) for tier in tiers],
            title=_("各档需求满足"),
        )
    ]
    if len(towns) > 1:
        rows = [(town, [percent(f.met_by_town.get(town)) for f in found.figures]) for town in towns]
        shown.append(table(_columns(found, _("地区")), rows, title=_("各地需求满足")))
    return shown


def _tier(tier: int) -> str:
    return f"{tier} · {said(TIERS[tier])}" if tier in TIERS else str(tier)


def _cell(line: Any, place: int) -> SafeString | str:
    cell = line.cells[place]
    if cell is None:
        return "—"
    told = format_html("<b>{}</b>", quantity(cell.given))
    if cell.difference:
        sign = "+" if cell.difference > 0 else "−"
        tone = "more" if cell.difference > 0 else "less"
        told += format_html(' <span class="difference-{}">{}{}</span>', tone, sign, quantity(abs(cell.difference)))
    if cell.cover is not None:
        told += format_html('<span class="matrix-cover">{}</span>', _("%(days)s 天") % {"days": days(cell.cover)})
    return told


def lines_table(found: Any) -> Table:
    """Each unit and item; what differs is marked."""

    def at(place: int) -> Callable[[Any], Any]:
        return lambda line: _cell(line, place)

    columns = [
        Column("unit", _("单位"), lambda line: line.name + (_("(预留)") if line.is_hold_back else ""), phone="title"),
        Column("item", _("物资"), lambda line: named(line.item)),
        Column("open", _("待满足"), _open, kind="number"),
        *(Column(f"way{n}", head, at(n), kind="number") for n, head in enumerate(heads(found))),
    ]
    return table(columns, found.lines, title=_("逐行比较"), tone=lambda line: "wait" if line.differs else "")


def _open(line: Any) -> str:
    if line.quantity_open is None:
        return _("不详")
    return f"{quantity(line.quantity_open)} {unit_of(line.item, line.quantity_open)}"


def sheet(found: Any, *, title: str) -> Sheet:
    """The comparison as one sheet: a row for each unit and item, the figures above as notes."""
    ways = heads(found)
    notes = [
        f"{what}:{';'.join(f'{w} {v}' for w, v in zip(ways, values, strict=True))}" for what, values in _figures(found)
    ]
    heading = [_("单位"), _("地区"), _("档"), _("物资"), _("单位(计量)"), _("待满足")]
    for way in ways:
        heading += [f"{way} {_('分到')}", f"{way} {_('够用天数')}"]
    return Sheet(title=title, heading=heading, rows=[_exported(line) for line in found.lines], notes=notes)


def _exported(line: Any) -> list[Any]:
    row = [line.name, line.town, line.tier, named(line.item), unit_of(line.item), line.quantity_open]
    for cell in line.cells:
        row += ["", ""] if cell is None else [cell.given, days(cell.cover)]
    return row


def assumed(scenario: Any, items: Mapping[int, Any], units: Mapping[int, Any]) -> list[str]:
    """What a scenario assumed besides its rules, one sentence each."""
    told = []
    for item_id, pieces in scenario.extra_stock:
        words = {"item": named(items[item_id]), "count": quantity(abs(pieces)), "unit": unit_of(items[item_id], pieces)}
        told.append(
            (_("假设多到 %(item)s %(count)s %(unit)s") if pieces > 0 else _("假设少了 %(item)s %(count)s %(unit)s"))
            % words
        )
    for unit_id, item_id, pieces, *_tier_and_day in scenario.hold_backs:
        words = {"whom": _name(units, unit_id), "item": named(items[item_id]), "count": quantity(pieces)}
        told.append(_("为 %(whom)s 预留 %(item)s %(count)s") % words)
    for unit_id, item_id, floor, cap, pack in scenario.limits:
        limits = [(_("保底"), floor or None), (_("上限"), cap), (_("整包"), pack if pack > 1 else None)]
        said_limits = _("、").join(f"{word} {quantity(value)}" for word, value in limits if value is not None)
        told.append(f"{_name(units, unit_id)} {named(items[item_id])} {said_limits}")
    if not scenario.keeps_overrides:
        told.append(_("不保留改过的数"))
    return told


def _name(units: Mapping[int, Any], unit_id: int) -> str:
    return named(units[unit_id]) if unit_id in units else "—"
