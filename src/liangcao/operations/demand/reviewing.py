"""What a review must look like: every waiting line, no more than was asked, each cut with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.demand.inputs import ApprovalLine
from liangcao.operations.demand.models import RequisitionLine
from liangcao.operations.demand.rules import ChangedMeanwhile
from liangcao.reference.parties.kinds import TIERS


def check_review(lines: Sequence[RequisitionLine], given: Sequence[ApprovalLine]) -> dict[int, ApprovalLine]:
    """line id → its review. Every waiting line has one; approved ≤ asked; each cut has its reason."""
    problems: list[Refusal] = []
    by_id = {line.pk: line for line in lines}
    reviews: dict[int, ApprovalLine] = {}
    for review in given:
        with collected(problems):
            line = by_id.get(review.line_id)
            if line is None or line.pk in reviews:
                raise Invalid(
                    "LINE_UNKNOWN",
                    f"本单没有明细 {review.line_id},或同一明细给出了两次",
                    f"The requisition has no line {review.line_id}, or it was given twice",
                    field="line",
                )
            reviews[line.pk] = review
            _check_line_review(line, review)
    for line in lines:
        if line.status == "submitted" and line.pk not in reviews:
            problems.append(
                Invalid(
                    "LINE_NOT_REVIEWED",
                    f"第 {line.line} 行“{line.item.name}”没有审核结果,请填写批准数",
                    f'Row {line.line} "{line.item.english}" has no review; give the approved quantity',
                    field="quantity_approved",
                    row=line.line,
                )
            )
    raise_all(problems)
    return reviews


def _check_line_review(line: RequisitionLine, review: ApprovalLine) -> None:
    if line.status != "submitted":
        raise ChangedMeanwhile(
            "LINE_NOT_WAITING",
            f"第 {line.line} 行“{line.item.name}”已被新的申领取代或撤回,请刷新后再审",
            f'Row {line.line} "{line.item.english}" was replaced by a newer requisition or withdrawn; reload first',
            row=line.line,
        )
    check_text(review.cut_reason, field="cut_reason", zh="核减原因", en="reason of the cut", longest=200, row=line.line)
    if review.tier is not None and review.tier not in TIERS:
        raise Invalid(
            "TIER_UNKNOWN",
            f"第 {line.line} 行:没有第 {review.tier} 档",
            f"Row {line.line}: no tier {review.tier}",
            field="tier",
            row=line.line,
        )
    approved, asked, unit = review.quantity_approved, line.quantity_requested, line.item.base_unit
    if approved is None:
        if asked is None:
            return
        raise Invalid(
            "APPROVED_MISSING",
            f"第 {line.line} 行“{line.item.name}”申领 {asked:,} {unit},请填写批准数(不批准填 0)",
            f'Row {line.line} "{line.item.english}" asks for {asked:,}; give the approved quantity (0 for none)',
            field="quantity_approved",
            row=line.line,
        )
    check_quantity_or_zero(approved, field="quantity_approved", row=line.line)
    if asked is not None and approved > asked:
        raise Invalid(
            "APPROVED_OVER_ASKED",
            f"第 {line.line} 行“{line.item.name}”批准 {approved:,} {unit},超过申领的 {asked:,} {unit};请改为不超过申领数",
            f'Row {line.line} "{line.item.english}": {approved:,} approved, only {asked:,} asked; approve no more '
            f"than was asked",
            field="quantity_approved",
            row=line.line,
        )
    is_cut = approved < asked if asked is not None else approved == 0
    if is_cut and not review.cut_reason.strip():
        raise Invalid(
            "CUT_REASON_MISSING",
            f"第 {line.line} 行“{line.item.name}”由 {'数量不详' if asked is None else f'{asked:,}'} 核减为 {approved:,} "
            f"{unit},请填写核减原因",
            f'Row {line.line} "{line.item.english}" is cut from '
            f"{'an unknown amount' if asked is None else f'{asked:,}'} to {approved:,}; give the reason",
            field="cut_reason",
            row=line.line,
        )
