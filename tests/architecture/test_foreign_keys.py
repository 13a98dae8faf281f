"""Foreign keys point inward. The import contracts cannot see a key that is given as a string."""

from __future__ import annotations

from django.apps import apps

from tests.architecture.tree import depth


def our_models() -> list[type]:
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("liangcao.")]


def test_foreign_keys_point_to_the_same_module_or_further_in() -> None:
    offenders = []
    for model in our_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if not field.concrete or not isinstance(target, type) or not target.__module__.startswith("liangcao."):
                continue
            here, there = model.__module__.rsplit(".", 1)[0], target.__module__.rsplit(".", 1)[0]
            sideways = depth(there) == depth(here) and here != there and not here.startswith("liangcao.foundation")
            if depth(there) > depth(here) or sideways:
                offenders.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert not offenders


def test_depth_follows_the_contracts() -> None:
    order = ["foundation.journal", "reference.catalog", "reference.parties", "ledger", "operations.demand"]
    order += [
        "operations.supply",
        "operations.allocation",
        "operations.dispatch",
        "oversight.briefing",
        "interfaces.web",
    ]
    depths = [depth(f"liangcao.{name}") for name in order]
    assert depths == sorted(depths)
    assert len(set(depths)) == len(depths)
