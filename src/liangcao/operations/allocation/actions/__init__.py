"""Writes of allocation: rule sets, drafting, publication."""

from liangcao.operations.allocation.actions.consultation import review_plan, sign_off_plan, write_minutes
from liangcao.operations.allocation.actions.drafting import draft_plan, override_line, recompute_plan
from liangcao.operations.allocation.actions.held import Replaced, exchange, release_line, replace_lot
from liangcao.operations.allocation.actions.picks import mark_picks, mark_released
from liangcao.operations.allocation.actions.publication import discard_plan, publish_plan
from liangcao.operations.allocation.actions.refusals import (
    OverApproved,
    OverFree,
    Publication,
    ShortItem,
    StockTaken,
)
from liangcao.operations.allocation.actions.replenishment import note_gaps, start_replenishment
from liangcao.operations.allocation.actions.rule_sets import (
    load_rule_sets,
    make_rule_set,
    restore_rule_set,
    retire_rule_set,
    revise_rule_set,
    set_default_rule_set,
)
from liangcao.operations.allocation.actions.scenarios import ExtraStock, adopt_scenario, try_scenario
from liangcao.operations.allocation.actions.sharing import draft_share
from liangcao.operations.allocation.asks import HoldBack, LineLimit

__all__ = [
    "ExtraStock",
    "HoldBack",
    "LineLimit",
    "OverApproved",
    "OverFree",
    "Publication",
    "Replaced",
    "ShortItem",
    "StockTaken",
    "adopt_scenario",
    "discard_plan",
    "draft_plan",
    "draft_share",
    "exchange",
    "load_rule_sets",
    "make_rule_set",
    "mark_picks",
    "mark_released",
    "note_gaps",
    "override_line",
    "publish_plan",
    "recompute_plan",
    "release_line",
    "replace_lot",
    "restore_rule_set",
    "retire_rule_set",
    "review_plan",
    "revise_rule_set",
    "set_default_rule_set",
    "sign_off_plan",
    "start_replenishment",
    "try_scenario",
    "write_minutes",
]
