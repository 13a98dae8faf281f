"""What follows an arrival: quality and count sign, a leader lets goods go early, rejected goods go back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.supply import acceptance_papers as papers
from liangcao.interfaces.web.desk.supply.acceptance_forms import PiecesForm, ReleaseForm, SignatureForm
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import desk_page
from liangcao.operations.supply import actions, queries, rules
from liangcao.operations.supply.inputs import FindingInput, PieceInput

FORM = "desk/supply/acceptance_form.html"


def _title(kind: str, number: str, *, is_correction: bool) -> Any:
    words = {
        ("quality", False): _("质检签字 %(number)s"),
        ("count", False): _("清点签字 %(number)s"),
        ("quality", True): _("更正质检 %(number)s"),
        ("count", True): _("更正清点 %(number)s"),
    }
    return titled(words[kind, is_correction], number)


def _kind(kind: str) -> str:
    if kind not in ("quality", "count"):
        raise NotFound()
    return kind


def _findings(rows: list[dict[str, Any]], lying: dict[int, Any]) -> list[FindingInput]:
    """Rows of the form as findings; what quality does not reject passes."""
    found = []
    for row in rows:
        if "quantity_counted" in row:
            found.append(FindingInput(row["line_id"], quantity_counted=row["quantity_counted"], reason=row["reason"]))
            continue
        known, rejected = lying.get(row["line_id"]), row["quantity_rejected"] or 0
        passed = max(0, known.there - rejected) if known else 0
        found.append(
            FindingInput(row["line_id"], quantity_passed=passed, quantity_rejected=rejected, reason=row["reason"])
        )
    return found


def _signature_page(request: Any, receipt_id: int, kind: str, *, is_correction: bool) -> HttpResponse:
    receipt = queries.receipt(request.actor, receipt_id)
    signed = queries.in_force(queries.signatures(request.actor, receipt_id))
    if is_correction:
        rules.check_can_correct(request.actor, receipt, kind, signed)
    else:
        rules.check_can_sign(request.actor, receipt, kind, signed, request.at)
    asked = {row.line.pk: row for row in queries.lying(request.actor, receipt) if row.is_asked(kind)}

    def do(values: dict[str, Any]) -> Any:
        act = actions.correct_signature if is_correction else actions.sign_receipt
        more = {"reason": values["reason"]} if is_correction else {}
        return act(
            receipt_id=receipt_id,
            kind=kind,
            findings=_findings(values["lines"], asked),
            remark=values["remark"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
            **more,
        )

    rows = [{"known": row, "line_id": pk} for pk, row in asked.items()]
    return act_page(
        request,
        SignatureForm(request, kind=kind, rows=rows, is_correction=is_correction),
        title=_title(kind, receipt.number, is_correction=is_correction),
        button=_("更正") if is_correction else _("签字"),
        do=do,
        to=lambda done: reverse("receipt", args=[receipt_id]),
        message=_("已签字。"),
        summary=papers.signature_in_words(kind, signed, receipt),
        back=reverse("receipt", args=[receipt_id]),
        template=FORM,
        receipt=receipt,
    )


@desk_page("source")
def signature(request: Any, receipt_id: int, kind: str) -> HttpResponse:
    """Quality or count signs, line by line."""
    return _signature_page(request, receipt_id, _kind(kind), is_correction=False)


@desk_page("source")
def correction(request: Any, receipt_id: int, kind: str) -> HttpResponse:
    """A finding is mended before the goods are released."""
    return _signature_page(request, receipt_id, _kind(kind), is_correction=True)


def _pieces(rows: list[dict[str, Any]]) -> list[PieceInput]:
    return [PieceInput(row["line_id"], row["quantity"]) for row in rows if row["quantity"]]


@desk_page("source", "release_early")
def release(request: Any, receipt_id: int) -> HttpResponse:
    """Goods go into the store on a leader's word; the signatures are owing."""
    receipt = queries.receipt(request.actor, receipt_id)
    rules.check_can_release(request.actor, receipt)
    rows = [
        {"known": row, "line_id": row.line.pk, "most": row.releasable}
        for row in queries.lying(request.actor, receipt)
        if row.releasable
    ]
    return act_page(
        request,
        ReleaseForm(request, rows=rows),
        title=titled(_("先行放行 %(number)s"), receipt.number),
        button=_("先行放行"),
        do=lambda values: actions.release_early(
            receipt_id=receipt_id,
            lines=_pieces(values["lines"]),
            **{name: values[name] for name in ("leader", "reason", "limit_note", "client_id")},
            by=request.actor,
            at=request.at,
        ),
        to=lambda done: reverse("receipt", args=[receipt_id]),
        message=_("已放行入库;所缺签字须在 24 小时内补齐。"),
        summary=_("放行后货可以发放,但签字仍欠着:首页、交班单、通报都会标红,直到补齐。一张入库单只能放行一次。"),
        danger=True,
        back=reverse("receipt", args=[receipt_id]),
        template=FORM,
        receipt=receipt,
    )


@desk_page("source", "send_back")
def return_new(request: Any, receipt_id: int) -> HttpResponse:
    """Rejected and damaged goods go back to the source."""
    receipt = queries.receipt(request.actor, receipt_id)
    rules.check_can_send_back(request.actor, receipt)
    rows = [
        {"known": papers.Lies(line, quantity), "line_id": line.pk, "quantity": quantity, "most": quantity}
        for line, quantity in queries.returnable(request.actor, receipt)
    ]
    return act_page(
        request,
        PiecesForm(request, rows=rows),
        title=titled(_("退回来源 %(number)s"), receipt.number),
        button=_("退回来源"),
        do=lambda values: actions.send_back(
            receipt_id=receipt_id,
            lines=_pieces(values["lines"]),
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("receipt", args=[receipt_id]),
        message=_("已退回,退货单可在本页打开打印。"),
        summary=_("退回 %(party)s;退回的数量从待检区减去,不能再入库。") % {"party": receipt.source.counterparty.name},
        danger=True,
        back=reverse("receipt", args=[receipt_id]),
        template=FORM,
        receipt=receipt,
    )


@desk_page("source")
def return_paper(request: Any, receipt_id: int, move_id: UUID) -> HttpResponse:
    """退货单: what went back, for the supplier; it prints with boxes for the signatures."""
    receipt = queries.receipt(request.actor, receipt_id)
    rows = list(queries.returns(request.actor, receipt_id).filter(move_id=move_id))
    if not rows:
        raise NotFound()
    return document.answer(
        request, papers.return_document(request, receipt, rows), template="desk/supply/return_paper.html"
    )
