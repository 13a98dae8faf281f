"""Background jobs: a table of work, each row done by one worker at a time under a lease that it keeps alive.

Other modules put a file `jobs.py` beside their `actions.py`, decorate handlers with `@job` or `@periodic`
(`registry`), and call `actions.enqueue` inside their own transaction. `running` is the loop of `liangcao worker`.
"""
