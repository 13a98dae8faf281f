"""Loading the rule sets that ship with the program."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.operations.allocation.models import RuleSet, RuleStep
from liangcao.operations.allocation.rules import sentence
from liangcao.operations.allocation.solver import Step

RULE_SETS_FILE = Path(__file__).parent.parent / "rule_sets.toml"


@transaction.atomic
def load_rule_sets(*, by: Actor, at: datetime) -> list[RuleSet]:
    """Add the rule sets of rule_sets.toml that are missing, by code and version; older versions become inactive.

    Returns the active ones in the order of the file. Repeating changes nothing.
    """
    guard.check(by, "edit", "rule_set")
    with RULE_SETS_FILE.open("rb") as file:
        wanted = tomllib.load(file)["rule_set"]
    return [_loaded(row, by=by, at=at) for row in wanted]


def _loaded(row: dict[str, Any], *, by: Actor, at: datetime) -> RuleSet:
    same = RuleSet.objects.filter(bureau=None, code=row["code"])
    found = same.filter(version=row["version"]).first()
    if found is not None:
        return found
    steps = [Step(step["whom"], step["target"], step["how"], step.get("days")) for step in row["steps"]]
    same.update(is_active=False, is_default=False)
    made = RuleSet.objects.create(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        version=row["version"],
        weigh_by=row["weigh_by"],
        is_default=row.get("is_default", False),
        sentence=sentence(steps, row["weigh_by"], "zh"),
        sentence_en=sentence(steps, row["weigh_by"], "en"),
    )
    RuleStep.objects.bulk_create(
        RuleStep(rule_set=made, order=order, whom=step.whom, target=step.target, how=step.how, days=step.days)
        for order, step in enumerate(steps, start=1)
    )
    record(by=by, at=at, action="load_rule_set", object_kind="rule_set", object_ref=f"{made.code}/{made.version}")
    return made
