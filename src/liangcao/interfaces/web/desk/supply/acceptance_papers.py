"""The three signatures of a receipt as steps and as a table, its release, and the paper of a return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from liangcao.foundation.identity.access import access, role_name
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.columns import lot_of, told_table
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, Link
from liangcao.interfaces.web.templatetags.words import chip_of, is_english, moment, named, quantity, unit_of
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.flow import SIGNATURES


@dataclass(frozen=True)
class Lies:
    """A receipt line, and how many pieces of it lie there."""

    line: Any
    there: int

    @property
    def item(self) -> Any:
        """What it is."""
        return self.line.item


@dataclass(frozen=True)
class Step:
    """One of the three signatures: its word, its state, who signed or who may."""

    word: Any
    state: Any
    signature: Any = None
    may_sign: str = ""
    url: str = ""
    correction_url: str = ""
    earlier: tuple[Any, ...] = ()


def kind_said(kind: str) -> str:
    """仓管, 质检, 清点 in the reader's language."""
    zh, en = SIGNATURES[kind]
    return en if is_english() else zh


def steps(request: Any, receipt: Any, lines: list[Any], signed: list[Any]) -> list[Step]:
    """The three signatures in order; none when the goods asked for none."""
    asked = {"store", *(kind for line in lines for kind in line.needs.split(",") if kind)}
    if len(asked) == 1:
        return []
    valid = queries.in_force(signed)
    return [_step(request, receipt, kind, asked, valid, signed) for kind in SIGNATURES]


def _step(request: Any, receipt: Any, kind: str, asked: set[str], valid: dict[str, Any], signed: list[Any]) -> Step:
    if kind not in asked:
        return Step(kind_said(kind), chip_of(_("不要求"), "quiet"))
    if kind in valid:
        can_correct = kind != "store" and rules.can_correct(request.actor, receipt, kind, valid)
        return Step(
            kind_said(kind),
            chip_of(_("已签"), "done"),
            signature=valid[kind],
            correction_url=address("receipt_signature_correction", receipt.pk, kind) if can_correct else "",
            earlier=tuple(row for row in signed if row.kind == kind and row is not valid[kind]),
        )
    can_sign = rules.can_sign(request.actor, receipt, kind, valid, request.at)
    return Step(
        kind_said(kind),
        chip_of(_("待签"), "wait") if receipt.status == "waiting" else chip_of(_("未签"), "quiet"),
        may_sign=_roles(kind) if receipt.status == "waiting" else "",
        url=address("receipt_signature", receipt.pk, kind) if can_sign else "",
    )


def _roles(kind: str) -> str:
    """Who may sign, as access.toml says."""
    language = "en" if is_english() else "zh"
    return _("、").join(role_name(role, language) for role in sorted(access()["source"][f"sign_{kind}"]))


def acceptance_acts(request: Any, receipt: Any, shown: Iterable[Step], returnable: list[Any]) -> list[Act]:
    """What may be done now: sign, let go early, send back."""
    acts: list[Act] = []
    for step in shown:
        if step.url:
            label = _("%(kind)s签字") % {"kind": step.word}
            acts.append(Act(label, step.url, is_next=not acts, in_dialog=False))
    if rules.can_release(request.actor, receipt) and queries.release_if_any(request.actor, receipt.pk) is None:
        acts.append(Act(_("先行放行"), address("receipt_release", receipt.pk), danger=True, in_dialog=False))
    if returnable and rules.can_send_back(request.actor, receipt):
        acts.append(Act(_("退回来源"), address("receipt_return_new", receipt.pk), danger=True, in_dialog=False))
    return acts


def findings_table(lines: list[Any], signed: list[Any]) -> Any:
    """What each signature found, line by line, and what became of it."""
    said_of: dict[tuple[str, int], Any] = {}
    for kind, signature in queries.in_force(signed).items():
        said_of.update({(kind, row.receipt_line_id): row for row in signature.findings.all()})

    def found(kind: str, name: str) -> Any:
        return lambda row: getattr(said_of.get((kind, row.pk)), name, None)

    def outcome(name: str) -> Any:
        return lambda row: getattr(getattr(row, "outcome", None), name, None)

    columns = (
        Column("item", _("物资"), lambda row: named(row.item), phone="title"),
        Column("stored", _("仓管收货"), found("store", "quantity_counted"), kind="quantity", unit="item"),
        Column("counted", _("清点"), found("count", "quantity_counted"), kind="quantity", unit="item"),
        Column("passed", _("质检合格"), found("quality", "quantity_passed"), kind="quantity", unit="item"),
        Column("rejected", _("不合格"), found("quality", "quantity_rejected"), kind="quantity", unit="item"),
        Column("why", _("不合格的原因"), found("quality", "reason")),
        Column("count_why", _("清点说明"), found("count", "reason")),
        Column("accepted", _("验收入库"), outcome("quantity_accepted"), kind="quantity", unit="item", phone="main"),
        Column("missing", _("短少"), outcome("quantity_missing"), kind="quantity", unit="item"),
        Column(
            "out", _("不合格而已发出"), lambda row: outcome("quantity_out")(row) or None, kind="quantity", unit="item"
        ),
    )
    waiting = [line for line in lines if line.needs]
    return told_table(
        columns, waiting, title=_("验收"), tone=lambda row: "alarm" if outcome("quantity_out")(row) else ""
    )


def returns_table(receipt: Any, rows: list[Any]) -> Any:
    """What went back to the source; each paper opens."""
    columns = (
        Column(
            "number",
            _("退货单"),
            lambda row: row.move.number,
            kind="code",
            link=lambda row: address("receipt_return", receipt.pk, row.move_id),
            phone="title",
        ),
        Column("item", _("物资"), lambda row: named(row.receipt_line.item)),
        Column("quantity", _("退回"), kind="quantity", unit=lambda row: unit_of(row.receipt_line.item), phone="main"),
        Column("reason", _("原因"), lambda row: row.move.reason),
        Column("by", _("经办"), lambda row: row.move.actor_name),
    )
    return told_table(columns, rows, title=_("退回来源"))


def notice_of(request: Any, receipt: Any, lines: list[Any], signed: list[Any]) -> tuple[str, bool]:
    """(sentence, whether it is an alarm): what is owing, or what went wrong."""
    out = [line for line in lines if getattr(getattr(line, "outcome", None), "quantity_out", 0)]
    if out and receipt.status != "reversed":
        told = _("、").join(
            f"{named(line.item)} {quantity(line.outcome.quantity_out)} {unit_of(line.item, line.outcome.quantity_out)}"
            for line in out
        )
        return _("质检不合格而已先行发出:%(told)s。这些批次已冻结,请在“追溯”查去向并收回。") % {"told": told}, True
    if receipt.status != "waiting":
        return "", False
    missing = _("、").join(kind_said(kind) for kind in queries.missing_signatures(lines, queries.in_force(signed)))
    release = queries.release_if_any(request.actor, receipt.pk)
    if release is None:
        return _("货在待验收区,还缺%(missing)s签字;签齐后合格的自动入库,才能分配和发放。") % {"missing": missing}, False
    words = {"leader": release.leader, "reason": release.reason, "limit": release.limit_note, "missing": missing}
    if request.at > release.papers_due_at:
        return _("先行放行的签字已经逾期,还缺%(missing)s。%(leader)s下令:%(reason)s(%(limit)s)") % words, True
    return _("先行放行,还缺%(missing)s签字,须在 24 小时内补齐。%(leader)s下令:%(reason)s(%(limit)s)") % words, True


def signature_in_words(kind: str, signed: dict[str, Any], receipt: Any) -> str:
    """What the signature does."""
    if kind == "quality":
        return _("只填不合格的数量,其余算合格。签字后不能改动,只能在验收完成前更正。")
    return _("填清点到的完好数量,不能多于收货数;少的算短少。签字后不能改动,只能在验收完成前更正。")


def return_document(request: Any, receipt: Any, rows: list[Any]) -> Document:
    """退货单: from whom to whom, what, why."""
    move = rows[0].move
    source = receipt.source
    columns = (
        Column("item", _("物资"), lambda row: named(row.receipt_line.item), phone="title"),
        Column("lot", _("批次"), lambda row: row.receipt_line.lot.code, kind="code"),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.receipt_line.lot, row.receipt_line.item)),
        Column(
            "quantity", _("退回"), kind="quantity", unit=lambda row: unit_of(row.receipt_line.item), total=True,
            phone="main",
        ),
    )  # fmt: skip
    return Document(
        kind=_("退货单"),
        number=move.number,
        facts=[
            Fact(_("退给"), named(source.counterparty), address("organisation", source.counterparty_id)),
            Fact(_("从仓库"), named(receipt.store)),
            Fact(_("原入库单"), code(receipt.number), address("receipt", receipt.pk)),
            Fact(_("来源单"), code(source.number), address("source", source.pk)),
            Fact(_("登记时间"), moment(move.recorded_at)),
            Fact(_("经办"), move.actor_name),
            Fact(_("退回原因"), move.reason, is_wide=True),
        ],
        tables=[told_table(columns, rows, title=_("明细"), total_label=_("合计"))],
        links=[Link(_("台账分录"), code(move.number), address("move", move.pk))],
        back=(code(receipt.number), address("receipt", receipt.pk)),
    )
