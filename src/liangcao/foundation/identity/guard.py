"""The guard: may this actor do this act on this kind of object? One readable file, access.toml, answers."""

from __future__ import annotations

from collections.abc import Callable

from liangcao.foundation.identity.access import access, role_name
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Forbidden, NotFound, Refusal

__all__ = ["access", "can", "check", "passes", "role_name"]


def can(
    actor: Actor, action: str, name: str, *, bureau_id: int | None = None, organisation_id: int | None = None
) -> bool:
    """True when a role of the actor for this bureau or organisation is listed for the act. Unlisted acts are denied."""
    allowed = access().get(name, {}).get(action, frozenset())
    return bool(allowed & actor.roles_for(bureau_id=bureau_id, organisation_id=organisation_id))


def check(
    actor: Actor, action: str, name: str, *, bureau_id: int | None = None, organisation_id: int | None = None
) -> None:
    """Raise unless `can`. A stranger to the bureau and the organisation gets `NotFound`, so that nothing is given
    away."""
    if can(actor, action, name, bureau_id=bureau_id, organisation_id=organisation_id):
        return
    if not actor.roles_for(bureau_id=bureau_id, organisation_id=organisation_id):
        raise NotFound()
    allowed = access().get(name, {}).get(action, frozenset())
    raise Forbidden(
        "FORBIDDEN",
        f"您的岗位不能做这一步({name}.{action})。可以办理的岗位:{'、'.join(role_name(r, 'zh') for r in sorted(allowed)) or '无'}",
        f"Your appointment does not allow this step ({name}.{action}). Roles that may: "
        + (", ".join(role_name(r, "en") for r in sorted(allowed)) or "none"),
    )


def passes(check: Callable[..., None], *given: object) -> bool:
    """Whether a rule lets it pass: buttons ask with the rule that the act checks."""
    try:
        check(*given)
    except Refusal:
        return False
    return True
