"""The API object and its addresses."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.api.v1 import (
    accounts,
    aliases,
    allocation,
    briefing,
    consultation,
    custody,
    demand,
    dispatch,
    disputes,
    duty,
    duty_groups,
    errors,
    factor_removals,
    forecast,
    hand_overs,
    held,
    imports,
    jobs,
    journal,
    ledger,
    opening,
    outbound_trips,
    paper_forms,
    passes,
    pickup,
    reading,
    recall,
    receipts,
    reference,
    registers,
    rule_sets,
    scanning,
    seals,
    separation,
    stocktaking,
    supply,
    tasks,
    trace,
    trips,
)
from liangcao.interfaces.api.v1.described import DescribedApi
from liangcao.interfaces.api.v1.docs import ReadablePage
from liangcao.interfaces.api.v1.doors import StrictJson, TokenAuth, known_query_only
from liangcao.interfaces.api.v1.etags import conditional

api = DescribedApi(
    title="Liangcao 粮草",
    version="1.0",
    description="应急物资:来源、需求、分配、发放、追溯、通报。每个写入请求带 Idempotency-Key。",
    auth=TokenAuth(),
    parser=StrictJson(),
    urls_namespace="api-v1",
    docs=ReadablePage(),
)
errors.install(api)
for decorator in (conditional, known_query_only):
    api.add_decorator(decorator, mode="operation")
for module in (
    accounts, factor_removals, reference, aliases, reading, imports, paper_forms, scanning, supply, receipts, opening,
    demand, rule_sets, allocation, consultation, held, dispatch, disputes, ledger, trace, seals, duty, duty_groups,
    hand_overs, forecast,
    tasks, separation, stocktaking, recall, custody, pickup, trips, outbound_trips, passes, briefing, registers,
    journal, jobs,
):  # fmt: skip
    api.add_router("", module.router)


def unknown_address(request: HttpRequest, **_: str) -> HttpResponse:
    """JSON also for addresses that do not exist."""
    return errors.refused(request, NotFound("没有这个接口地址,见 /api/v1/docs", "No such address; see /api/v1/docs"))


urlpatterns = [path("", api.urls), path("<path:rest>", csrf_exempt(unknown_address))]
