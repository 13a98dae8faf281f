"""The rule sets that ship with the program, and a bureau's own: made, revised, the default, out of use."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.operations.allocation.models import RuleSet, RuleStep
from liangcao.operations.allocation.rule_set_checks import RuleSetDraft, checked_draft
from liangcao.operations.allocation.rules import sentence
from liangcao.operations.allocation.solver import Step
from liangcao.reference.parties.models import Bureau

# No code of the program begins so: the two never meet.
OWN = "own-"
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
    steps = tuple(Step(step["whom"], step["target"], step["how"], step.get("days")) for step in row["steps"])
    same.update(is_active=False, is_default=False)
    made = _written(
        RuleSetDraft(row["name"], steps, row["weigh_by"], row["name_en"]),
        code=row["code"],
        version=row["version"],
        is_default=row.get("is_default", False),
    )
    record(by=by, at=at, action="load_rule_set", object_kind="rule_set", object_ref=f"{made.code}/{made.version}")
    return made


def _written(
    draft: RuleSetDraft,
    *,
    code: str,
    version: int,
    is_default: bool,
    note: str = "",
    bureau_id: int | None = None,
    by: Actor | None = None,
    at: datetime | None = None,
) -> RuleSet:
    """A version with its steps and its sentence. The program's own are signed by nobody."""
    made = RuleSet.objects.create(
        bureau_id=bureau_id,
        code=code,
        name=draft.name,
        name_en=draft.name_en,
        version=version,
        weigh_by=draft.weigh_by,
        is_default=is_default,
        note=note,
        made_by=by.name if by else "",
        made_at=at,
        sentence=sentence(draft.steps, draft.weigh_by, "zh"),
        sentence_en=sentence(draft.steps, draft.weigh_by, "en"),
    )
    RuleStep.objects.bulk_create(
        RuleStep(rule_set=made, order=order, whom=step.whom, target=step.target, how=step.how, days=step.days)
        for order, step in enumerate(draft.steps, start=1)
    )
    return made


@transaction.atomic
def make_rule_set(
    *, bureau_id: int, draft: RuleSetDraft, note: str = "", by: Actor, at: datetime, client_id: UUID
) -> RuleSet:
    """A rule set of the bureau's own, in use at once. Its code is given: own-1, own-2, …

    Raises Forbidden, and at once every problem of the draft; Conflict NAME_TAKEN.
    """
    guard.check(by, "edit", "rule_set", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "draft": asdict(draft), "note": note}
    done = claim(client_id=client_id, action="make_rule_set", body=body, by=by, at=at)
    if done:
        return RuleSet.objects.get(pk=done)
    checked, why = _checked(draft, note)
    locked(Bureau.objects.all(), [bureau_id])
    own = RuleSet.objects.filter(bureau_id=bureau_id, code__startswith=OWN)
    _check_name(bureau_id, checked.name, code="")
    code = f"{OWN}{own.values('code').distinct().count() + 1}"
    made = _written(checked, code=code, version=1, note=why, bureau_id=bureau_id, is_default=False, by=by, at=at)
    _note("make_rule_set", made, by=by, at=at, reason=why)
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def revise_rule_set(
    *, rule_set_id: int, draft: RuleSetDraft, note: str = "", by: Actor, at: datetime, client_id: UUID
) -> RuleSet:
    """A new version of a set of the bureau's own; the one that was read goes out of use and stays as it was.

    Raises NotFound, Forbidden, Conflict SHIPPED_RULE_SET, CHANGED_MEANWHILE (somebody has made a newer version),
    NAME_TAKEN, NOTHING_CHANGED, and at once every problem of the draft.
    """
    body = {"rule_set": rule_set_id, "draft": asdict(draft), "note": note}
    read, done = _began(rule_set_id, "revise_rule_set", body, by=by, at=at, client_id=client_id)
    if done:
        return RuleSet.objects.get(pk=done)
    checked, why = _checked(draft, note)
    last = _same(read).order_by("-version")[0]
    if last.pk != read.pk:
        raise Conflict(
            "CHANGED_MEANWHILE",
            f"这套规则已有第 {last.version} 版({last.made_by}),您看的是第 {read.version} 版;请打开新版再改",
            f"There is version {last.version} of these rules by now (by {last.made_by}); you read version "
            f"{read.version}. Open the new one",
        )
    _check_name(read.bureau_id, checked.name, code=read.code)
    if _is_same(read, checked):
        raise Conflict("NOTHING_CHANGED", "和现在的版本一样,没有改动", "The same as the version there is")
    _same(read).filter(is_active=True).update(is_active=False)
    made = _written(
        checked, code=read.code, version=read.version + 1, note=why, bureau_id=read.bureau_id,
        is_default=read.is_default, by=by, at=at,
    )  # fmt: skip
    _note("revise_rule_set", made, by=by, at=at, reason=why)
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def set_default_rule_set(
    *, rule_set_id: int, is_default: bool = True, by: Actor, at: datetime, client_id: UUID
) -> RuleSet:
    """The set that new plans begin with in this bureau, before the program's; or that one again (`is_default` False).

    Raises NotFound, Forbidden, Conflict SHIPPED_RULE_SET, RULE_SET_RETIRED.
    """
    body = {"rule_set": rule_set_id, "is_default": is_default}
    found, done = _began(rule_set_id, "set_default_rule_set", body, by=by, at=at, client_id=client_id)
    if done:
        return found
    if is_default and not found.is_active:
        raise Conflict(
            "RULE_SET_RETIRED",
            "这一版已停用,不能作默认;请先恢复使用",
            "This version is out of use and cannot be the default; bring it back first",
        )
    RuleSet.objects.filter(bureau=found.bureau, is_default=True).update(is_default=False)
    if is_default:
        RuleSet.objects.filter(pk=found.pk).update(is_default=True)
    _note("set_default_rule_set", found, by=by, at=at, after={"is_default": is_default})
    return _settled(found, client_id)


@transaction.atomic
def retire_rule_set(*, rule_set_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> RuleSet:
    """Out of use: new plans cannot choose it, those that were made keep it.

    Raises NotFound, Forbidden, Conflict SHIPPED_RULE_SET, RULE_SET_RETIRED, Invalid REASON_MISSING.
    """
    body = {"rule_set": rule_set_id, "reason": reason}
    found, done = _began(rule_set_id, "retire_rule_set", body, by=by, at=at, client_id=client_id)
    if done:
        return found
    why = check_reason(reason, what_zh="停用规则", what_en="Retiring")
    if not found.is_active:
        raise Conflict("RULE_SET_RETIRED", "这一版已经停用", "This version is out of use already")
    RuleSet.objects.filter(pk=found.pk).update(is_active=False, is_default=False)
    _note("retire_rule_set", found, by=by, at=at, reason=why)
    return _settled(found, client_id)


@transaction.atomic
def restore_rule_set(*, rule_set_id: int, by: Actor, at: datetime, client_id: UUID) -> RuleSet:
    """The newest version in use again.

    Raises NotFound, Forbidden, Conflict SHIPPED_RULE_SET, OLD_VERSION, NAME_TAKEN.
    """
    body = {"rule_set": rule_set_id}
    found, done = _began(rule_set_id, "restore_rule_set", body, by=by, at=at, client_id=client_id)
    if done:
        return found
    last = _same(found).order_by("-version")[0]
    if last.pk != found.pk:
        raise Conflict(
            "OLD_VERSION",
            f"只能恢复最新的第 {last.version} 版;要用旧的内容,请在新版里照着改",
            f"Only the newest version, {last.version}, can be brought back; to use what an old one says, revise the "
            "newest",
        )
    _check_name(found.bureau_id, found.name, code=found.code)
    RuleSet.objects.filter(pk=found.pk).update(is_active=True)
    _note("restore_rule_set", found, by=by, at=at)
    return _settled(found, client_id)


def _began(
    rule_set_id: int, action: str, body: dict[str, Any], *, by: Actor, at: datetime, client_id: UUID
) -> tuple[RuleSet, str | None]:
    """The set in scope with its bureau locked, and the reference of this very act where it was done before."""
    found: RuleSet | None = RuleSet.objects.visible_to(by).filter(pk=rule_set_id).first()
    if found is None:
        raise NotFound("没有这套分配规则,或不在您的范围内", "No such rule set within your scope", field="rule_set")
    if found.bureau_id is None:
        raise Conflict(
            "SHIPPED_RULE_SET",
            f"“{found.name}”随程序提供,不能改;请复制一套再改",
            f"{found.name_en} ships with the program and is not changed: copy it and change the copy",
        )
    guard.check(by, "edit", "rule_set", bureau_id=found.bureau_id)
    done = claim(client_id=client_id, action=action, body=body, by=by, at=at)
    locked(Bureau.objects.all(), [found.bureau_id])
    found.refresh_from_db()
    return found, done


def _checked(draft: RuleSetDraft, note: str) -> tuple[RuleSetDraft, str]:
    problems: list[Refusal] = []
    with collected(problems):
        draft = checked_draft(draft)
    with collected(problems):
        note = check_text(note, field="note", zh="说明", en="note", longest=200)
    raise_all(problems)
    return draft, note


def _same(found: RuleSet) -> Any:
    return RuleSet.objects.filter(bureau=found.bureau, code=found.code)


def _check_name(bureau_id: int | None, name: str, *, code: str) -> None:
    """Two sets in use by the same name could not be told apart in a list. Raises Conflict NAME_TAKEN."""
    rows = RuleSet.objects.filter(Q(bureau=None) | Q(bureau_id=bureau_id), is_active=True, name__iexact=name)
    if rows.exclude(bureau_id=bureau_id, code=code).exists() if code else rows.exists():
        raise Conflict(
            "NAME_TAKEN", f"已有叫“{name}”的规则,请换一个名称", f"There are rules called {name} already", field="name"
        )


def _is_same(found: RuleSet, draft: RuleSetDraft) -> bool:
    steps = tuple(Step(step.whom, step.target, step.how, step.days) for step in found.steps.all())
    return RuleSetDraft(found.name, steps, found.weigh_by, found.name_en) == draft


def _note(
    action: str, found: RuleSet, *, by: Actor, at: datetime, reason: str = "", after: dict[str, Any] | None = None
) -> None:
    record(
        by=by, at=at, action=action, object_kind="rule_set", object_ref=f"{found.code}/{found.version}",
        bureau_id=found.bureau_id, after=after or {"name": found.name, "version": found.version}, reason=reason,
    )  # fmt: skip


def _settled(found: RuleSet, client_id: UUID) -> RuleSet:
    settle(client_id=client_id, ref=str(found.pk))
    found.refresh_from_db()
    return found
