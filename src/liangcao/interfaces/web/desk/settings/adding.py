"""Adding to the catalogue, to the organisations, to the stores; opening an emergency."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.settings import forms
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import named
from liangcao.reference.catalog import actions as catalog_actions
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """What the action takes: these acts have a natural key, so the id of the form is not needed."""
    return {name: value for name, value in values.items() if name != "client_id"}


@desk_page("item", "edit")
def item_new(request: Any) -> HttpResponse:
    """An item."""
    return act_page(
        request,
        forms.ItemForm(request),
        title=_("添加物资"),
        button=_("添加"),
        back=reverse("item_list"),
        do=lambda values: catalog_actions.add_item(**_given(values), by=request.actor, at=request.at),
        to=lambda made: reverse("item", args=[made.pk]),
        message=_("已添加物资。"),
    )


def _item(request: Any, item_id: int) -> Any:
    found = catalog.items(request.actor).filter(pk=item_id).first()
    if found is None:
        raise NotFound()
    return found


@desk_page("item", "edit")
def pack_new(request: Any, item_id: int) -> HttpResponse:
    """A pack of an item."""
    item = _item(request, item_id)
    return act_page(
        request,
        forms.PackForm(request),
        title=_("添加包装:%(item)s") % {"item": named(item)},
        button=_("添加"),
        back=reverse("item", args=[item.pk]),
        do=lambda values: catalog_actions.add_pack(item=item, **_given(values), by=request.actor, at=request.at),
        to=lambda _made: reverse("item", args=[item.pk]),
        message=_("已添加包装。"),
    )


@desk_page("item", "edit")
def item_carriage(request: Any, item_id: int) -> HttpResponse:
    """What a base unit weighs and fills on a vehicle."""
    item = _item(request, item_id)
    names = ("weight_grams", "volume_ml", "is_cold")
    return act_page(
        request,
        forms.CarriageForm(request, initial={name: getattr(item, name) for name in names}),
        title=_("运输资料:%(item)s") % {"item": named(item)},
        button=_("保存"),
        summary=_("排送货车次时按它核对载重、容积和冷藏车。"),
        back=reverse("item", args=[item.pk]),
        do=lambda values: catalog_actions.set_carriage(item_id=item.pk, **values, by=request.actor, at=request.at),
        to=lambda _made: reverse("item", args=[item.pk]),
        message=_("已保存。"),
    )


@desk_page("item", "edit")
def substitute_new(request: Any, item_id: int) -> HttpResponse:
    """A substitute of an item."""
    item = _item(request, item_id)
    return act_page(
        request,
        forms.SubstituteForm(request),
        title=_("添加替代品:%(item)s") % {"item": named(item)},
        button=_("添加"),
        back=reverse("item", args=[item.pk]),
        do=lambda values: catalog_actions.add_substitute(item=item, **_given(values), by=request.actor, at=request.at),
        to=lambda _made: reverse("item", args=[item.pk]),
        message=_("已添加替代品。"),
    )


@desk_page("organisation", "edit")
def organisation_new(request: Any) -> HttpResponse:
    """A unit, supplier, donor …"""
    return act_page(
        request,
        forms.OrganisationForm(request),
        title=_("添加单位"),
        button=_("添加"),
        back=reverse("organisation_list"),
        do=lambda values: actions.add_organisation(
            bureau_id=request.bureau.pk, **_given(values), by=request.actor, at=request.at
        ),
        to=lambda made: reverse("organisation", args=[made.pk]),
        message=_("已添加单位。"),
    )


@desk_page("organisation", "edit")
def organisation_edit(request: Any, organisation_id: int) -> HttpResponse:
    """A unit's details anew."""
    unit = parties.organisation(request.actor, organisation_id, bureau_id=request.bureau.pk)
    fields = (
        "name", "tier", "uscc", "region", "address", "contact", "phone", "beds", "headcount", "population", "latitude",
        "longitude",
    )  # fmt: skip
    return act_page(
        request,
        forms.OrganisationEditForm(request, initial={name: getattr(unit, name) for name in fields}),
        title=_("修改单位:%(name)s") % {"name": named(unit)},
        button=_("保存"),
        back=reverse("organisation", args=[unit.pk]),
        do=lambda values: actions.edit_organisation(organisation_id=unit.pk, **values, by=request.actor, at=request.at),
        to=lambda made: reverse("organisation", args=[made.pk]),
        message=_("已保存。"),
    )


@desk_page("organisation", "edit")
def store_new(request: Any) -> HttpResponse:
    """A store with its shelves."""

    def do(values: dict[str, Any]) -> Any:
        given = _given(values)
        given["shelves"] = list(dict.fromkeys(part for part in re.split(r"[,,、\s]+", given["shelves"]) if part))
        given["hazard_classes"] = ",".join(part for part in re.split(r"[,,、\s]+", given["hazard_classes"]) if part)
        return actions.add_store(bureau_id=request.bureau.pk, **given, by=request.actor, at=request.at)

    return act_page(
        request,
        forms.StoreForm(request),
        title=_("添加仓库"),
        button=_("添加"),
        back=reverse("store_list"),
        do=do,
        to=lambda _made: reverse("store_list"),
        message=_("已添加仓库。"),
    )


@desk_page("organisation", "edit")
def store_place(request: Any, store_id: int) -> HttpResponse:
    """Where a store stands."""
    held = parties.store(request.actor, store_id, bureau_id=request.bureau.pk)
    return act_page(
        request,
        forms.PlaceForm(request, initial={"latitude": held.latitude, "longitude": held.longitude}),
        title=_("%(store)s 的位置") % {"store": named(held)},
        button=_("保存"),
        summary=_("自提时段按仓库到单位的直线距离排。"),
        back=reverse("store_list"),
        do=lambda values: actions.place_store(store_id=store_id, **values, by=request.actor, at=request.at),
        to=lambda _made: reverse("store_list"),
        message=_("已保存。"),
    )


@desk_page("organisation", "edit")
def store_hours(request: Any, store_id: int) -> HttpResponse:
    """When vehicles leave a store and come back."""
    held = parties.store(request.actor, store_id, bureau_id=request.bureau.pk)
    return act_page(
        request,
        forms.StoreHoursForm(request, initial={"opens_at": held.opens_at, "closes_at": held.closes_at}),
        title=_("%(store)s 的作业时间") % {"store": named(held)},
        button=_("保存"),
        summary=_("送货车辆在这段时间里出发和返回。"),
        back=reverse("store_list"),
        do=lambda values: actions.set_store_hours(store_id=store_id, **values, by=request.actor, at=request.at),
        to=lambda _made: reverse("store_list"),
        message=_("已保存。"),
    )


@desk_page("organisation", "edit")
def organisation_hours(request: Any, organisation_id: int) -> HttpResponse:
    """When a unit takes goods in."""
    unit = parties.organisation(request.actor, organisation_id, bureau_id=request.bureau.pk)
    names = ("opens_at", "closes_at", "service_minutes")
    return act_page(
        request,
        forms.DeliveryHoursForm(request, initial={name: getattr(unit, name) for name in names}),
        title=_("收货时间:%(name)s") % {"name": named(unit)},
        button=_("保存"),
        summary=_("排送货车次时,车辆在这段时间里到达。"),
        back=reverse("organisation", args=[unit.pk]),
        do=lambda values: actions.set_delivery_hours(
            organisation_id=unit.pk, **values, by=request.actor, at=request.at
        ),
        to=lambda made: reverse("organisation", args=[made.pk]),
        message=_("已保存。"),
    )


@desk_page("bureau", "edit")
def emergency_open(request: Any) -> HttpResponse:
    """An emergency begins."""
    return act_page(
        request,
        forms.EmergencyForm(request),
        title=_("启动应急事件"),
        button=_("启动"),
        summary=_("启动后,申领、来源和方案都记在这个事件下;一个局同时只有一个进行中的事件。"),
        back=reverse("settings"),
        do=lambda values: actions.open_emergency(
            bureau_id=request.bureau.pk, **_given(values), by=request.actor, at=request.at
        ),
        to=lambda _made: reverse("settings"),
        message=_("已启动应急事件。"),
    )
