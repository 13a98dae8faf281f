"""Commands of `liangcao`: one module each, with `add_arguments(parser)` and `run(args) -> int`. They call actions and
queries only.

A command module imports nothing heavy at its top: Django starts inside `run`, after the console has set the database.
"""
