"""Writes of the fleet and of inbound trips. Whoever takes a vehicle or a person for a time first locks the fleet."""

from liangcao.operations.trips.actions.fleet import add_vehicle, edit_vehicle, end_service, resume_service
from liangcao.operations.trips.actions.outbound import (
    arrange_stops,
    cancel_outbound,
    fail_stop,
    finish_outbound,
    plan_outbound,
    start_outbound,
)
from liangcao.operations.trips.actions.planning import cancel_trip, change_trip, issue_trip_pass, plan_trip
from liangcao.operations.trips.actions.progress import arrive_trip, load_trip, start_trip, step_back_trip
from liangcao.operations.trips.actions.proposing import confirm_proposal, propose_trips
from liangcao.operations.trips.actions.receiving import link_receipt, receive_trip
from liangcao.operations.trips.inputs import CrewInput, LoadedInput, TripInput, TripLineInput, VehicleInput

__all__ = [
    "CrewInput",
    "LoadedInput",
    "TripInput",
    "TripLineInput",
    "VehicleInput",
    "add_vehicle",
    "arrange_stops",
    "arrive_trip",
    "cancel_outbound",
    "cancel_trip",
    "change_trip",
    "confirm_proposal",
    "edit_vehicle",
    "end_service",
    "fail_stop",
    "finish_outbound",
    "issue_trip_pass",
    "link_receipt",
    "load_trip",
    "plan_outbound",
    "plan_trip",
    "propose_trips",
    "receive_trip",
    "resume_service",
    "start_outbound",
    "start_trip",
    "step_back_trip",
]
