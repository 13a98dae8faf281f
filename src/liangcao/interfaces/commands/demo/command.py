"""`liangcao demo`: fills a database with the demo, prints the accounts, and serves it."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from liangcao.interfaces.commands import database, serve
from liangcao.interfaces.commands.demo.records import BOOKS
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words

if TYPE_CHECKING:
    from liangcao.interfaces.commands.demo.founding import Account

SCENARIOS = ("seeds", "hospitals", "torture")
HOST = "127.0.0.1"
FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to load, and what to do then."""
    parser.add_argument(
        "--scenario",
        choices=SCENARIOS,
        default="seeds",
        help=in_words(
            "seeds:五个局;hospitals:165 家医院;torture:供外部测试的示例局,数量由 --seed 定",
            "seeds: five bureaus; hospitals: 165 hospitals; torture: an example bureau for tests from outside, its "
            "numbers drawn from --seed",
        ),
    )
    parser.add_argument(
        "--book",
        choices=BOOKS,
        help=in_words("只装入一本台账;再次运行可加装另一本", "load one book only; another call adds another book"),
    )
    parser.add_argument("--port", type=int, default=8000, metavar="N", help=in_words("网页端口", "port of the pages"))
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help=in_words("演示口令的序号;torture 的数量也由它定", "decides the passwords, and the numbers of torture"),
    )
    parser.add_argument("--no-serve", action="store_true", help=in_words("装入后退出", "fill and exit"))
    serve.add_no_worker(parser)
    parser.add_argument(
        "--check", action="store_true", help=in_words("逐页检查后退出", "ask every page for 200, then exit")
    )


def run(args: argparse.Namespace) -> int:
    """Make or upgrade the database, load what is not there yet, then check the pages, exit, or serve."""
    stays = args.no_serve or args.check
    if not stays:
        serve.check_port(HOST, args.port)
    database.start()
    database.migrate()
    from liangcao.foundation.kernel.clock import now
    from liangcao.interfaces.commands.demo.fill import accounts_of, fill

    started = time.monotonic()
    books = (args.book,) if args.book else BOOKS
    say = _silent if args.json else print
    accounts = accounts_of(fill(scenario=args.scenario, now=now(), books=books, seed=args.seed, say=say))
    address = None if stays else serve.url_of(HOST, args.port)
    if args.json:
        print_json({"address": address, "accounts": [vars(account) for account in accounts]})
    else:
        _print_accounts(accounts, address, seconds=time.monotonic() - started)
    if args.check:
        return _check(accounts)
    if not args.no_serve:
        from django.db import connection

        connection.close()
        serve.serve(HOST, args.port, workers=1, threads=serve.THREADS, with_worker=not args.no_worker)
    return 0


def _silent(_: str) -> None:
    """With --json nothing but the object is printed."""


def _print_accounts(accounts: list[Account], address: str | None, *, seconds: float) -> None:
    print(
        in_words(
            f"演示数据已就绪({seconds:.0f} 秒)。账号 / 口令:", f"The demo is ready ({seconds:.0f} s). Name / password:"
        )
    )
    for account in accounts:
        print(f"{account.username} / {account.password}  {account.name}  {account.bureau}")
    if address:
        print(
            in_words(f"请用浏览器打开 {address} ,按 Ctrl-C 停止", f"Open {address} in a browser; Ctrl-C stops"),
            flush=True,
        )


def _check(accounts: list[Account]) -> int:
    from liangcao.interfaces.commands.demo.pages import ask_all, problems

    answers = ask_all(accounts)
    wrong = problems(answers)
    for answer in wrong:
        print(f"{answer.status} {answer.path} {answer.account} <- {answer.linked_from or '-'}")
    routes = len({answer.route for answer in answers})
    print(
        in_words(
            f"共 {len(answers)} 次请求、{routes} 种页面,{len(wrong)} 处不对",
            f"{len(answers)} requests, {routes} kinds of pages, {len(wrong)} wrong",
        )
    )
    return FAILED if wrong else 0
