"""Routes of vehicles with loads and time windows, without Django or a database.

`read_instance` reads the files of CVRPLIB and Solomon and the mixed-fleet dialect of VRPLIB; `solve_instance` gives
routes, their cost and, where no routes exist, which stop stands in the way and why. Called by the console
(`liangcao route`).
"""

from liangcao.operations.dispatch.routing.instances import Instance, read_instance
from liangcao.operations.dispatch.routing.solving import Answer, solve_instance

__all__ = ["Answer", "Instance", "read_instance", "solve_instance"]
