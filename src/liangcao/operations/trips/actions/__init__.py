"""Writes of the fleet and of inbound trips. Whoever takes a vehicle or a person for a time first locks the fleet."""

from liangcao.operations.trips.actions.fleet import add_vehicle, edit_vehicle, end_service, resume_service
from liangcao.operations.trips.actions.planning import cancel_trip, change_trip, issue_trip_pass, plan_trip
from liangcao.operations.trips.actions.progress import arrive_trip, load_trip, start_trip, step_back_trip
from liangcao.operations.trips.actions.receiving import link_receipt, receive_trip
from liangcao.operations.trips.inputs import CrewInput, LoadedInput, TripInput, TripLineInput, VehicleInput

__all__ = [
    "CrewInput",
    "LoadedInput",
    "TripInput",
    "TripLineInput",
    "VehicleInput",
    "add_vehicle",
    "arrive_trip",
    "cancel_trip",
    "change_trip",
    "edit_vehicle",
    "end_service",
    "issue_trip_pass",
    "link_receipt",
    "load_trip",
    "plan_trip",
    "receive_trip",
    "resume_service",
    "start_trip",
    "step_back_trip",
]
