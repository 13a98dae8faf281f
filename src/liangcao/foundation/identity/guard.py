"""The guard: may this actor do this act on this kind of object? One readable file, access.toml, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from django.db import models

from liangcao.foundation.identity.access import (
    access,
    act_words,
    counts_when_narrowed,
    field_words,
    inner_acts,
    readers_of,
    role_name,
)
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.errors import Forbidden, NotFound, Refusal

__all__ = ["access", "can", "check", "may_read", "passes", "role_name"]

READ = "read"


class NotAllowed(Forbidden):
    """No appointment, or not this token, gives the act. `act` is its code for programs: "requisition.approve"."""

    def __init__(self, code: str, zh: str, en: str, *, act: str) -> None:
        super().__init__(code, zh, en)
        self.act = act


def can(
    actor: Actor, action: str, name: str, *, bureau_id: int | None = None, organisation_id: int | None = None
) -> bool:
    """True when a role of the actor for this bureau or organisation is listed for the act. Unlisted acts are denied."""
    return token_allows(actor, action, name) and any(_allowing(actor, action, name, bureau_id, organisation_id))


def _allowing(
    actor: Actor, action: str, name: str, bureau_id: int | None, organisation_id: int | None
) -> Iterator[Grant]:
    """The appointments that allow an act. A narrowed one counts only where access.toml says that it does."""
    allowed = access().get(name, {}).get(action, frozenset())
    for grant in actor.grants_for(bureau_id=bureau_id, organisation_id=organisation_id):
        if grant.role in allowed and (not grant.narrowed_by or counts_when_narrowed(name, action, grant.narrowed_by)):
            yield grant


def token_allows(actor: Actor, action: str, name: str) -> bool:
    """Whether the token at hand covers the act: by its name, or by "read" when it only looks. Without a token: yes."""
    scope = actor.token_scope
    if scope is None or f"{name}.{action}" in scope or f"{name}.{action}" in inner_acts():
        return True
    return READ in scope and action == "view"


def acting(
    actor: Actor, action: str, name: str, *, bureau_id: int | None = None, organisation_id: int | None = None
) -> Actor:
    """The actor with the appointments that allow this act, where all of those are narrowed: what that one sees, the act
    may be done to. Raises as `check`."""
    allowing = tuple(_allowing(actor, action, name, bureau_id, organisation_id))
    if not allowing:
        _refuse(actor, action, name, bureau_id, organisation_id)
    if not token_allows(actor, action, name):
        act = f"{name}.{action}"
        zh, en = act_words(act)
        raise NotAllowed(
            "TOKEN_TOO_NARROW",
            f"这个令牌不含“{zh}”,请换用含此权限的令牌,或在“设置 › 我的账号”中另发一个",
            f'This token does not cover "{en}"; use one that does, or make one under Settings › My account',
            act=act,
        )
    is_whole = actor.is_system or not all(grant.narrowed_by for grant in allowing)
    return actor if is_whole else replace(actor, grants=allowing)


def check(
    actor: Actor,
    action: str,
    name: str,
    *,
    bureau_id: int | None = None,
    organisation_id: int | None = None,
    row: models.Model | None = None,
) -> None:
    """Raise unless `can`. A stranger to the bureau and the organisation gets `NotFound`, so that nothing is given
    away. `row` is what the act is done to (a delivery, a store …): who is appointed for some stores, regions or
    emergencies must see it by an appointment that allows this very act; else NotFound."""
    allowed = acting(actor, action, name, bureau_id=bureau_id, organisation_id=organisation_id)
    if row is None or allowed is actor:
        return
    if not type(row)._default_manager.visible_to(allowed).filter(pk=row.pk).exists():  # type: ignore[attr-defined]
        raise NotFound()


def _refuse(actor: Actor, action: str, name: str, bureau_id: int | None, organisation_id: int | None) -> None:
    if not actor.roles_for(bureau_id=bureau_id, organisation_id=organisation_id):
        raise NotFound()
    allowed = access().get(name, {}).get(action, frozenset())
    act = f"{name}.{action}"
    zh, en = act_words(act)
    may_zh, may_en = _listed(allowed)
    raise NotAllowed(
        "FORBIDDEN",
        f"您的岗位不能做这一步({zh})。可以办理的岗位:{may_zh or '无'}",
        f"Your appointment does not allow this step ({en}). Roles that may: {may_en or 'none'}",
        act=act,
    )


def _listed(roles: Iterable[str]) -> tuple[str, str]:
    named = sorted(roles)
    return "、".join(role_name(r, "zh") for r in named), ", ".join(role_name(r, "en") for r in named)


def acts_of(actor: Actor) -> list[str]:
    """Every "object.action" that the actor may do somewhere: what a token of theirs can be narrowed to."""
    return [
        f"{name}.{action}"
        for name, actions in access().items()
        for action, allowed in actions.items()
        if allowed & actor.roles and f"{name}.{action}" not in inner_acts()
    ]


def may_read(
    actor: Actor, name: str, field: str, *, bureau_id: int | None = None, organisation_id: int | None = None
) -> bool:
    """Whether the actor may read one field of an object that is in view. Fields that access.toml does not list are
    read by everybody who sees the object; of those that it lists, pages and answers show nothing to the others."""
    if actor.is_system:
        return True
    readers = readers_of(name, field)
    if readers is None:
        return True
    held = actor.roles_for(bureau_id=bureau_id, organisation_id=organisation_id)
    return bool(readers & held)


def check_reads(actor: Actor, name: str, field: str, *, bureau_id: int) -> None:
    """Raise Forbidden FIELD_HIDDEN unless `may_read`: for a page that is about nothing else."""
    if not may_read(actor, name, field, bureau_id=bureau_id):
        zh, en = field_words(name, field)
        may_zh, may_en = _listed(readers_of(name, field) or ())
        raise NotAllowed(
            "FIELD_HIDDEN",
            f"您的岗位不能看{zh}。可以看的岗位:{may_zh}",
            f"Your appointment does not show the {en}. Roles that see it: {may_en}",
            act=f"{name}.{field}",
        )


def passes(check: Callable[..., None], *given: object) -> bool:
    """Whether a rule lets it pass: buttons ask with the rule that the act checks."""
    try:
        check(*given)
    except Refusal:
        return False
    return True
