"""`liangcao migrate`: makes the database or brings it to this version. Running it again changes nothing."""

from __future__ import annotations

import argparse

from liangcao.interfaces.commands import database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(args: argparse.Namespace) -> int:
    """Migrate and say how many steps it took."""
    database.start()
    steps = database.migrate()
    if args.json:
        print_json({"steps": steps})
    elif steps:
        print(
            in_words(
                f"数据库已就绪:{database.shown()}({steps} 步)",
                f"The database is ready: {database.shown()} ({steps} steps)",
            )
        )
    else:
        print(
            in_words(
                f"数据库已是本版本:{database.shown()}", f"The database is of this version already: {database.shown()}"
            )
        )
    return 0
