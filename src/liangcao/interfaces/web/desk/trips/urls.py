"""Addresses of trips that fetch goods, and of vehicles."""

from django.urls import path

from liangcao.interfaces.web.desk.trips import acts, fleet, outbound, views

urlpatterns = [
    path("inbound/", views.trip_list, name="trip_list"),
    path("inbound/new/", views.trip_new, name="trip_new"),
    path("inbound/<int:trip_id>/", views.trip, name="trip"),
    path("inbound/<int:trip_id>/change/", views.trip_change, name="trip_change"),
    path("inbound/<int:trip_id>/sheet/", views.trip_sheet, name="trip_sheet"),
    path("inbound/<int:trip_id>/pass/", acts.trip_pass, name="trip_pass"),
    path("inbound/<int:trip_id>/departure/", acts.departure, name="trip_departure"),
    path("inbound/<int:trip_id>/loading/", acts.loading, name="trip_loading"),
    path("inbound/<int:trip_id>/arrival/", acts.arrival, name="trip_arrival"),
    path("inbound/<int:trip_id>/receipt/", acts.receipt, name="trip_receipt"),
    path("inbound/<int:trip_id>/receipt-link/", acts.receipt_link, name="trip_receipt_link"),
    path("inbound/<int:trip_id>/step-back/", acts.step_back, name="trip_step_back"),
    path("inbound/<int:trip_id>/cancellation/", acts.cancellation, name="trip_cancellation"),
    path("outbound/", outbound.outbound_trip_list, name="outbound_trip_list"),
    path("outbound/new/", outbound.outbound_trip_new, name="outbound_trip_new"),
    path("outbound/planning/", outbound.trip_proposal_new, name="trip_proposal_new"),
    path("outbound/planning/<int:trip_proposal_id>/", outbound.trip_proposal, name="trip_proposal"),
    path(
        "outbound/planning/<int:trip_proposal_id>/confirmation/",
        outbound.trip_proposal_confirmation,
        name="trip_proposal_confirmation",
    ),
    path("outbound/<int:outbound_trip_id>/", outbound.outbound_trip, name="outbound_trip"),
    path("outbound/<int:outbound_trip_id>/stops/", outbound.outbound_trip_stops, name="outbound_trip_stops"),
    path("outbound/<int:outbound_trip_id>/sheet/", outbound.outbound_trip_sheet, name="outbound_trip_sheet"),
    path(
        "outbound/<int:outbound_trip_id>/departure/", outbound.outbound_trip_departure, name="outbound_trip_departure"
    ),
    path("outbound/<int:outbound_trip_id>/return/", outbound.outbound_trip_return, name="outbound_trip_return"),
    path(
        "outbound/<int:outbound_trip_id>/cancellation/",
        outbound.outbound_trip_cancellation,
        name="outbound_trip_cancellation",
    ),
    path(
        "outbound/stops/<int:outbound_stop_id>/failure/", outbound.outbound_stop_failure, name="outbound_stop_failure"
    ),
    path("vehicles/", fleet.vehicle_list, name="vehicle_list"),
    path("vehicles/new/", fleet.vehicle_new, name="vehicle_new"),
    path("vehicles/<int:vehicle_id>/", fleet.vehicle, name="vehicle"),
    path("vehicles/<int:vehicle_id>/change/", fleet.vehicle_change, name="vehicle_change"),
    path("vehicles/<int:vehicle_id>/withdrawal/", fleet.vehicle_withdrawal, name="vehicle_withdrawal"),
    path("vehicles/<int:vehicle_id>/return/", fleet.vehicle_return, name="vehicle_return"),
]
