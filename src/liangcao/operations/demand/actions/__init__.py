"""Writes of demand. Every act on a unit's requisitions first locks the unit's row, so that two of them never cross."""

from liangcao.operations.demand.actions.confirming import confirm_requisition_line, confirm_requisition_lines
from liangcao.operations.demand.actions.fulfilment import note_fulfilment, note_fulfilments
from liangcao.operations.demand.actions.requisitions import file_requisition, withdraw_requisition
from liangcao.operations.demand.actions.review import approve_requisition, reject_requisition
from liangcao.operations.demand.inputs import ApprovalLine, ConfirmationInput, FulfilmentInput, RequisitionLineInput

__all__ = [
    "ApprovalLine",
    "ConfirmationInput",
    "FulfilmentInput",
    "RequisitionLineInput",
    "approve_requisition",
    "confirm_requisition_line",
    "confirm_requisition_lines",
    "file_requisition",
    "note_fulfilment",
    "note_fulfilments",
    "reject_requisition",
    "withdraw_requisition",
]
