"""People as these acts name them: colleagues with an appointment in force."""

from __future__ import annotations

from datetime import date

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Invalid
from liangcao.operations.duty import queries
from liangcao.reference.parties.models import Person


def colleague(
    by: Actor,
    bureau_id: int,
    person_id: int,
    *,
    on: date,
    field: str,
    row: int | None = None,
    may: tuple[str, str] | None = None,
) -> Person:
    """The colleague with this id. Raises Invalid PERSON_NOT_APPOINTED: no desk appointment (that allows `may`) is in
    force on the day."""
    found = queries.colleagues(by, bureau_id, on=on, may=may).filter(pk=person_id).first()
    if found is None:
        at_zh, at_en = (f"第 {row} 行:", f"row {row}: ") if row else ("", "")
        raise Invalid(
            "PERSON_NOT_APPOINTED",
            f"{at_zh}该人员在 {on} 没有办这件事的本局任职;请先在“设置 › 人员”登记任职,或换一位",
            f"{at_en}this person holds no appointment of that kind at the bureau on {on}; add one under "
            f"Settings › People, or name somebody else",
            field=field,
            row=row,
        )
    return found
