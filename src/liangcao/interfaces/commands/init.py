"""`liangcao init`: the first day of one's own bureau. Makes the database, loads the division list and the catalogue,
and prints the link with which the bureau and its first administrator are set up. No default password anywhere."""

from __future__ import annotations

import argparse
import sys

from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.interfaces.commands import database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words

FOUNDER = "首次设置"
_NEEDED = ("bureau_name", "bureau_code", "region", "name", "username")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without options a link is made; with all of them, and a password on standard input, the bureau is set up here."""
    for option, zh, en in (
        ("bureau-name", "本局名称", "name of the bureau"),
        ("bureau-code", "本局编码", "code of the bureau"),
        ("region", "行政区划代码,六位", "code of the division, six digits"),
        ("name", "系统管理员的显示名", "name of the administrator"),
        ("username", "系统管理员的用户名", "username of the administrator"),
    ):
        parser.add_argument(f"--{option}", metavar="TEXT", default="", help=in_words(zh, en))
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help=in_words("从标准输入读管理员的密码", "read the administrator's password from standard input"),
    )
    parser.add_argument(
        "--address",
        metavar="URL",
        default="http://127.0.0.1:8000",
        help=in_words("链接里的网址,须与服务的网址一致", "address in the link: the one that is served"),
    )


def run(args: argparse.Namespace) -> int:
    """Prepare, then found the bureau or print the link."""
    given = {name: getattr(args, name) for name in _NEEDED}
    missing = [name for name in _NEEDED if not given[name]]
    if args.password_stdin and missing:
        raise _incomplete(missing)
    secret = _prepare()
    if not args.password_stdin:
        return _tell_link(args, secret)
    bureau = _found(given, secret, sys.stdin.readline().rstrip("\n"))
    if args.json:
        print_json({"bureau": bureau, "username": given["username"]})
    else:
        print(
            in_words(
                f"已建立 {given['bureau_name']}。现在运行 liangcao serve,用 {given['username']} 登录,打开“设置 › 首日设置”",
                f"{bureau} is founded. Run liangcao serve, log in as {given['username']}, open Settings › First day",
            )
        )
    return 0


def _incomplete(missing: list[str]) -> Invalid:
    options = " ".join("--" + name.replace("_", "-") for name in missing)
    return Invalid("OPTIONS_MISSING", f"还缺 {options}", f"{options} missing", field=missing[0])


def _prepare() -> str:
    """Database and all that `first_start_secret` loads; the secret of a new first-start link. Raises Conflict when
    somebody can log in."""
    database.start()
    database.migrate()
    secret = first_start_secret()
    if secret is None:
        raise Conflict(
            "ALREADY_SET_UP",
            f"{database.shown()} 里已有用户,不能再做首次设置。忘了密码请运行 liangcao user reset",
            f"{database.shown()} has users already: the first day is over. For a lost password run liangcao user reset",
        )
    return secret


def first_start_secret() -> str | None:
    """Division list, catalogue and rule sets, and the secret of a new first-start link; None when somebody can log
    in."""
    from liangcao.foundation.identity.actor import Actor
    from liangcao.foundation.kernel.clock import now
    from liangcao.interfaces.commands.reference import load_reference
    from liangcao.operations.allocation.actions import load_rule_sets
    from liangcao.reference.parties.actions import make_first_start_link

    at = now()
    secret = make_first_start_link(at=at)
    if secret is not None:
        load_reference(by_name=FOUNDER, at=at)
        load_rule_sets(by=Actor.system(FOUNDER, 0), at=at)
    return secret


def first_start_address(base: str, secret: str) -> str:
    """The one-time address with which the bureau is set up."""
    from django.urls import reverse

    return base.rstrip("/") + reverse("first_start", args=[secret])


def _tell_link(args: argparse.Namespace, secret: str) -> int:
    link = first_start_address(args.address, secret)
    if args.json:
        print_json({"link": link})
        return 0
    print(in_words(f"数据库已就绪:{database.shown()}", f"The database is ready: {database.shown()}"))
    print(in_words("一、运行 liangcao serve", "1. Run liangcao serve"))
    print(in_words(f"二、打开 {link}(只能用一次)", f"2. Open {link} (it works once)"))
    return 0


def _found(given: dict[str, str], secret: str, password: str) -> str:
    """Found the bureau as the page would; returns its code."""
    from liangcao.foundation.kernel.clock import now
    from liangcao.ledger.actions import open_book
    from liangcao.reference.parties.actions import set_up

    bureau = set_up(secret=secret, password=password, open_book=open_book, at=now(), **given)
    return bureau.code
