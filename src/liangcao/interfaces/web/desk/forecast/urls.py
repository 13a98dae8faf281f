"""Addresses of the forecast and of need events."""

from django.urls import path

from liangcao.interfaces.web.desk.forecast import events, views

urlpatterns = [
    path("", views.forecast_list, name="forecast_list"),
    path("alerts/", views.forecast_alerts, name="forecast_alerts"),
    path("<int:item_id>/", views.forecast_item, name="forecast_item"),
    path("events/", events.need_event_list, name="need_event_list"),
    path("events/new/", events.need_event_new, name="need_event_new"),
    path("events/<int:need_event_id>/change/", events.need_event_change, name="need_event_change"),
    path("events/<int:need_event_id>/cancellation/", events.need_event_cancellation, name="need_event_cancellation"),
]
