"""What an appointment at the desk may be narrowed to: a store, a region, an emergency of the bureau."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from liangcao.foundation.identity.actor import DESK_ROLES
from liangcao.foundation.kernel.errors import Invalid
from liangcao.reference.parties.models import Bureau, Emergency, Region, Store


@dataclass(frozen=True)
class Narrowing:
    """Ids of what the appointment is for; all empty: the whole bureau."""

    store_id: int | None = None
    region_id: int | None = None
    emergency_id: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What there is, for the journal."""
        return {name: value for name, value in asdict(self).items() if value is not None}


WHOLE_BUREAU = Narrowing()


def check_narrowing(narrowing: Narrowing, *, role: str, bureau_id: int) -> None:
    """Raise Invalid NARROWING_OUTSIDE for an outside role (its organisation is narrow enough), NARROWING_UNKNOWN for
    a store, region or emergency that is not the bureau's."""
    if narrowing == WHOLE_BUREAU:
        return
    if role not in DESK_ROLES:
        raise Invalid(
            "NARROWING_OUTSIDE",
            "外部岗位只看本单位,不用再限定库房、地区或事件",
            "An outside role sees its own organisation only; it is not narrowed further",
            field="narrowing",
        )
    known = {
        "store": narrowing.store_id is None
        or Store.objects.filter(pk=narrowing.store_id, bureau_id=bureau_id).exists(),
        "region": narrowing.region_id is None or _is_inside(narrowing.region_id, bureau_id),
        "emergency": narrowing.emergency_id is None
        or Emergency.objects.filter(pk=narrowing.emergency_id, bureau_id=bureau_id).exists(),
    }
    for field, is_known in known.items():
        if not is_known:
            raise Invalid(
                "NARROWING_UNKNOWN",
                "限定的库房、地区或事件不属于本局,请重新选择",
                "The store, region or emergency is not of this bureau; choose again",
                field=field,
            )


def _is_inside(region_id: int, bureau_id: int) -> bool:
    """Whether a division is the bureau's own or below it."""
    home = Bureau.objects.values_list("region_id", flat=True).get(pk=bureau_id)
    region = Region.objects.filter(pk=region_id).first()
    while region is not None:
        if region.pk == home:
            return True
        region = region.parent
    return False
