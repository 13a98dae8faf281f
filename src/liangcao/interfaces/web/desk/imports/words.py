"""Words of imports: kinds, values of a row, what is said of the whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.intake.importing import kinds
from liangcao.interfaces.intake.importing.given import MEASURES, NAMES
from liangcao.interfaces.intake.importing.reasons import reason_text
from liangcao.interfaces.web.desk.filters import organisation_kind_options
from liangcao.interfaces.web.templatetags.words import full_day, headed, named, said
from liangcao.operations.demand.flow import URGENCIES
from liangcao.operations.supply.flow import KINDS as SOURCE_KINDS
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.kinds import KINDS as ORGANISATION_KINDS

KINDS: dict[str, str | Promise] = {
    "requisitions": _("需求(申领)"),
    "gifts": _("捐赠意向"),
    "receipts": _("入库"),
    "issues": _("出库(应急)"),
    "opening-stock": _("期初库存"),
    "organisations": _("单位名录"),
    "items": _("物资目录"),
    "population": _("人数与人口"),
}
VALUES: dict[str, str | Promise] = {
    "organisation": _("单位名称"),
    "item": _("物资名称"),
    "store": _("仓库"),
    "quantity": _("数量"),
    "unit": _("数量的单位"),
    "needed_by": _("需要日期"),
    "on_hand": _("现有库存"),
    "daily_use": _("日用量"),
    "remark": _("备注"),
    "lot": _("批号"),
    "made": _("生产日期"),
    "expiry": _("失效日期"),
    "credit_code": _("统一社会信用代码"),
    "region": _("所属区县"),
    "address": _("地址"),
    "contact": _("联系人或电话"),
    "phone": _("联系电话"),
    "category": _("类别"),
    "headcount": _("人数"),
}
CHOICES: dict[str, Any] = {
    kinds.SOURCE_KIND: SOURCE_KINDS,
    kinds.MEASURE: MEASURES,
    kinds.URGENCY: URGENCIES,
    kinds.ORGANISATION_KIND: ORGANISATION_KINDS,
}


def kind_word(kind: str) -> str:
    """The kind of an import in words."""
    return str(KINDS.get(kind, kind))


def reason_word(code: str) -> str:
    """Why a row waits, in the reader's language."""
    return said(reason_text(code))


def given_name(key: str) -> str:
    """What is said of a whole file, as a label."""
    return headed(NAMES[key])


def choices_of(request: Any, key: str) -> list[tuple[str, str]]:
    """What may be chosen for a thing said of the whole."""
    if key == kinds.ORGANISATION_KIND:
        return organisation_kind_options(request)
    return [(name, said(words)) for name, words in CHOICES[key].items()]


def given_shown(request: Any, key: str, value: Any) -> str:
    """A value said of the whole, in words."""
    if key in CHOICES:
        return said(CHOICES[key].get(value, value))
    if key == kinds.STORE:
        return named(parties.stores(request.actor).filter(pk=value).first())
    if key == "organisation":
        return named(parties.organisations(request.actor).filter(pk=value).first())
    if key == kinds.CATEGORY:
        return named(catalog.categories(request.actor).filter(pk=value).first())
    return str(value)


def moment_words(value: datetime) -> str:
    """A moment inside a sentence."""
    local = value.astimezone(LOCAL)
    return f"{full_day(local)} {local:%H:%M}"
