"""What callers hand to the actions of this module: plain frozen values. Quantities count base units, weights kilograms,
volumes litres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class VehicleInput:
    """What is written of a vehicle."""

    plate: str
    kind: str
    load_kg: int
    volume_litres: int | None = None
    organisation_id: int | None = None
    is_cold: bool = False
    takes_hazard: bool = False
    driver: str = ""
    driver_phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class TripLineInput:
    """One item to fetch."""

    item_id: int
    quantity: int
    weight_kg: int | None = None


@dataclass(frozen=True)
class CrewInput:
    """Who is on board: role driver or escort."""

    role: str
    name: str
    phone: str = ""


@dataclass(frozen=True)
class TripInput:
    """What is written of a trip. Without lines everything that is missing of the source is fetched; without a driver
    the vehicle's usual one drives."""

    store_id: int
    vehicle_id: int
    place: str
    leaves_at: datetime
    expected_there_at: datetime
    expected_back_at: datetime
    source_id: int | None = None
    supplier_id: int | None = None
    place_phone: str = ""
    pass_id: int | None = None
    weight_kg: int | None = None
    lines: tuple[TripLineInput, ...] = ()
    crew: tuple[CrewInput, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class LoadedInput:
    """How much of a line was really loaded, and why it is another amount than expected."""

    line_id: int
    quantity: int
    reason: str = ""
