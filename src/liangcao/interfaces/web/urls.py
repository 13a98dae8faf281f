"""Addresses of the pages: the entrance, the desk by module, the portal."""

from django.urls import include, path

urlpatterns = [
    path("", include("liangcao.interfaces.web.entrance.urls")),
    path("", include("liangcao.interfaces.web.desk.home.urls")),
    path("", include("liangcao.interfaces.web.notices.urls")),
    path("", include("liangcao.interfaces.web.scanning.urls")),
    path("receipts/", include("liangcao.interfaces.web.receiving.urls")),
    path("stock/", include("liangcao.interfaces.web.desk.stock.urls")),
    path("stock/", include("liangcao.interfaces.web.desk.stocktaking.urls")),
    path("stock/", include("liangcao.interfaces.web.desk.recall.urls")),
    path("stock/", include("liangcao.interfaces.web.desk.custody.urls")),
    path("stock/", include("liangcao.interfaces.web.desk.labels.urls")),
    path("trace/", include("liangcao.interfaces.web.desk.trace.urls")),
    path("ledger/", include("liangcao.interfaces.web.desk.ledger.urls")),
    path("briefing/", include("liangcao.interfaces.web.desk.briefing.urls")),
    path("first-day/", include("liangcao.interfaces.web.desk.first_day.urls")),
    path("journal/", include("liangcao.interfaces.web.desk.journal.urls")),
    path("settings/", include("liangcao.interfaces.web.desk.settings.urls")),
    path("demand/", include("liangcao.interfaces.web.desk.demand.urls")),
    path("demand/forecast/", include("liangcao.interfaces.web.desk.forecast.urls")),
    path("supply/", include("liangcao.interfaces.web.desk.supply.urls")),
    path("allocation/", include("liangcao.interfaces.web.desk.allocation.urls")),
    path("dispatch/", include("liangcao.interfaces.web.desk.dispatch.urls")),
    path("dispatch/", include("liangcao.interfaces.web.desk.pickup.urls")),
    path("dispatch/", include("liangcao.interfaces.web.desk.trips.urls")),
    path("dispatch/passes/", include("liangcao.interfaces.web.desk.passes.urls")),
    path("duty/", include("liangcao.interfaces.web.desk.duty.urls")),
    path("imports/", include("liangcao.interfaces.web.desk.imports.urls")),
    path("imports/paper-forms/", include("liangcao.interfaces.web.desk.paper_forms.urls")),
    path("portal/", include("liangcao.interfaces.web.portal.urls")),
]
