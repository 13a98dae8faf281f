"""What a person says of a whole file: checked here, kept as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_text
from liangcao.interfaces.intake.importing import kinds
from liangcao.interfaces.intake.importing.kinds import Importer
from liangcao.interfaces.intake.models import ImportRun
from liangcao.operations.demand.flow import URGENCIES
from liangcao.operations.supply.flow import KINDS as SOURCE_KINDS
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.kinds import KINDS as ORGANISATION_KINDS

NAMES: dict[str, tuple[str, str]] = {
    "sender": ("来文单位或联系人", "sender"),
    "organisation": ("没有写单位的行属于", "unit of rows that name none"),
    kinds.STORE: ("仓库", "store"),
    kinds.SOURCE_KIND: ("来源类别", "kind of source"),
    kinds.NO_LOT_REASON: ("无批号的原因", "why there is no lot number"),
    kinds.LEADER: ("下令的负责人", "leader"),
    kinds.REASON: ("原因", "reason"),
    kinds.LIMIT_NOTE: ("授权的范围和上限", "how far the word goes"),
    kinds.ORGANISATION_KIND: ("单位类别", "kind of organisation"),
    kinds.CATEGORY: ("没有写类别的归入", "category where none is written"),
    kinds.MEASURE: ("写入", "what is counted"),
    kinds.URGENCY: ("缓急", "urgency"),
}
MEASURES: dict[str, tuple[str, str]] = {
    "headcount": ("单位人数", "head-count of the unit"),
    "population": ("服务人口", "population served"),
}
_LONGEST = {kinds.NO_LOT_REASON: 100, kinds.LEADER: 60, kinds.REASON: 200, kinds.LIMIT_NOTE: 200}


def keys_of(importer: Importer) -> tuple[str, ...]:
    """What can be said of a whole file of this kind, what must be said first; the sender apart."""
    own = tuple(key for key in importer.needs if key != "sender")
    return own + importer.may + (("organisation",) if importer.names_organisation else ())


def checked(importer: Importer, given: Mapping[str, Any], *, by: Actor, bureau_id: int) -> dict[str, Any]:
    """The values as they are kept; empty ones are left out. Raises Invalid or NotFound, all problems at once."""
    problems: list[Refusal] = []
    told: dict[str, Any] = {}
    for key, value in given.items():
        with collected(problems):
            if key not in keys_of(importer):
                raise Invalid(
                    "FIELD_UNKNOWN",
                    f"这类导入没有“{key[:40]}”这一项",
                    f'This kind of import has no "{key[:40]}"',
                    field=key,
                )
            if value not in (None, ""):
                told[key] = _checked(key, value, by, bureau_id)
            else:
                told[key] = None
    raise_all(problems)
    return told


def _checked(key: str, value: Any, by: Actor, bureau_id: int) -> Any:
    if key == kinds.STORE:
        return parties.store(by, _number(key, value), bureau_id=bureau_id).pk
    if key == "organisation":
        return parties.organisation(by, _number(key, value), bureau_id=bureau_id).pk
    if key == kinds.CATEGORY:
        found = catalog.categories(by).filter(pk=_number(key, value)).first()
        if found is None:
            raise NotFound(field=key)
        return found.pk
    choices: dict[str, Mapping[str, Any]] = {
        kinds.SOURCE_KIND: SOURCE_KINDS, kinds.ORGANISATION_KIND: ORGANISATION_KINDS, kinds.MEASURE: MEASURES,
        kinds.URGENCY: URGENCIES,
    }  # fmt: skip
    zh, en = NAMES[key]
    if key in choices:
        if value not in choices[key]:
            raise Invalid(
                "CHOICE_UNKNOWN",
                f"{zh}没有“{str(value)[:40]}”这一项;可选:{' '.join(choices[key])}",
                f'There is no {en} "{str(value)[:40]}"; choose among {" ".join(choices[key])}',
                field=key,
            )
        return value
    return check_text(value, field=key, zh=zh, en=en, longest=_LONGEST[key])


def _number(key: str, value: Any) -> int:
    if type(value) is not int:
        raise Invalid("ID_INVALID", "须为编号", "It must be an id", field=key)
    return value


def check_complete(run: ImportRun, importer: Importer) -> None:
    """Raise Conflict GIVEN_MISSING with everything that is still to be said of the whole."""
    missing = [key for key in importer.needs if not (run.sender if key == "sender" else run.given.get(key))]
    if missing:
        raise Conflict(
            "GIVEN_MISSING",
            "请先在“导入说明”中填写:" + "、".join(NAMES[key][0] for key in missing),
            "Say first, under “About this import”: " + ", ".join(NAMES[key][1] for key in missing),
            field=missing[0],
        )
