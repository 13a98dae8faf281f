"""The rows of each kind handed to the actions of its module: whole or not at all, in the caller's transaction."""

from __future__ import annotations

from liangcao.interfaces.intake.importing import kinds
from liangcao.interfaces.intake.importing.taking import goods, reference, requisitions


def register_all() -> None:
    """Make every kind importable that this version knows."""
    for importer in (*requisitions.IMPORTERS, *goods.IMPORTERS, *reference.IMPORTERS):
        kinds.register(importer)
