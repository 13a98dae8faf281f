"""The job of trips: its import registers the solver's kind."""

from liangcao.operations.trips.actions import proposing  # noqa: F401
