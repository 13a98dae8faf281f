"""`liangcao user add` and `liangcao user token`; the other acts are in `accounts`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.interfaces.commands import accounts, books, database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words

if TYPE_CHECKING:
    from liangcao.foundation.identity.models import User


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The acts."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="add|token|list|deactivate|unlock|reset")
    add, token = _add_parser(acts), _token_parser(acts)
    for act in (add, token, *accounts.add_arguments(acts)):
        # Also after the act; SUPPRESS keeps what was given before it.
        act.add_argument("--db", metavar="URL", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        act.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    books.add_book(add)


def _add_parser(acts: Any) -> argparse.ArgumentParser:
    add: argparse.ArgumentParser = acts.add_parser(
        "add", description=in_words("添加用户并任职", "add a user with an appointment")
    )
    add.add_argument("name", metavar="NAME", help=in_words("用户名", "username"))
    add.add_argument(
        "--role",
        action="append",
        required=True,
        choices=sorted(DESK_ROLES | PORTAL_ROLES),
        help=in_words("岗位,可重复", "role, may be repeated"),
    )
    add.add_argument(
        "--organisation",
        metavar="CODE",
        help=in_words("外部岗位所属单位编码", "the organisation's code, for an outside role"),
    )
    add.add_argument(
        "--display-name", metavar="TEXT", default="", help=in_words("显示的姓名", "the name that is shown")
    )
    add.add_argument(
        "--password-stdin",
        action="store_true",
        help=in_words(
            "从标准输入读密码;不写则只能用令牌", "read the password from standard input; without it, tokens only"
        ),
    )
    return add


def _token_parser(acts: Any) -> argparse.ArgumentParser:
    token: argparse.ArgumentParser = acts.add_parser(
        "token", description=in_words("发放一个接口令牌,只显示这一次", "make an API token; it is shown this once")
    )
    token.add_argument("name", metavar="NAME", help=in_words("用户名", "username"))
    token.add_argument(
        "--scope",
        action="append",
        metavar="ACT",
        help=in_words(
            "令牌可做的操作:read(只读)或 requisition.file 这样的操作,可重复;不写则与本人相同",
            "what the token may do: read, or an act (requisition.file), repeatable; without it all its owner may",
        ),
    )
    token.add_argument(
        "--days",
        type=int,
        metavar="N",
        help=in_words(
            "令牌有效多少天(1–3660);不写则一直有效,直到停用",
            "how many days the token works (1–3660); without it until it is revoked",
        ),
    )
    return token


def run(args: argparse.Namespace) -> int:
    """Add the user, print a token alone, or do one of the other acts."""
    database.open_database()
    if args.act in accounts.ACTS:
        return accounts.run(args)
    return _add(args) if args.act == "add" else _token(args)


def _add(args: argparse.Namespace) -> int:
    desk = books.one_desk(args.book)
    password = _password(args.name) if args.password_stdin else None
    organisation_id = _organisation(desk, args.role, args.organisation)
    _appoint(args, desk, password, organisation_id)
    roles = " ".join(args.role)
    if args.json:
        print_json(
            {"username": args.name, "roles": args.role, "book": desk.bureau.code, "organisation": args.organisation}
        )
    else:
        print(
            in_words(
                f"已添加 {args.name}({desk.bureau.name},{roles})", f"Added {args.name} ({desk.bureau.code}, {roles})"
            )
        )
    return 0


def _appoint(args: argparse.Namespace, desk: books.Desk, password: str | None, organisation_id: int | None) -> None:
    """User, person and appointments, all or nothing."""
    from django.db import transaction

    from liangcao.foundation.identity.actions import add_user
    from liangcao.foundation.kernel.clock import business_date
    from liangcao.reference.parties import actions as parties

    with transaction.atomic():
        user = add_user(username=args.name, display_name=args.display_name, password=password, at=desk.at)
        person = parties.add_person(name=user.display_name, user=user)
        for role in dict.fromkeys(args.role):
            parties.appoint(
                person=person,
                role=role,
                bureau_id=desk.bureau.pk,
                organisation_id=organisation_id if role in PORTAL_ROLES else None,
                valid_from=business_date(desk.at),
                by=desk.actor,
                at=desk.at,
            )


def _password(username: str) -> str:
    """The first line of standard input. Raises Invalid PASSWORD_INVALID with Django's own reasons."""
    password = sys.stdin.readline().rstrip("\r\n")
    zh, en = (_complaints(password, language) for language in ("zh-hans", "en"))
    if zh:
        raise Invalid(
            "PASSWORD_INVALID",
            f"{username} 的密码不行:{''.join(zh)}",
            f"The password of {username} will not do: {' '.join(en)}",
            field="password",
        )
    return password


def _complaints(password: str, language: str) -> list[str]:
    """What Django's validators say, in one language: some of them choose the words when they raise."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils.translation import override

    with override(language):
        try:
            validate_password(password)
        except ValidationError as problem:
            return [str(message) for message in problem.messages]
    return []


def _organisation(desk: books.Desk, roles: list[str], code: str | None) -> int | None:
    if not PORTAL_ROLES & set(roles):
        if code:
            raise Invalid(
                "ORGANISATION_UNEXPECTED",
                "本局岗位不用 --organisation",
                "A desk role takes no --organisation",
                field="organisation",
            )
        return None
    if not code:
        raise Invalid(
            "ORGANISATION_NEEDED",
            "外部岗位要用 --organisation 指明单位编码",
            "An outside role needs --organisation CODE",
            field="organisation",
        )
    from liangcao.reference.parties.queries import organisations

    found = organisations(desk.actor, bureau_id=desk.bureau.pk).filter(code=code).first()
    if found is None:
        raise NotFound(
            f"{desk.bureau.name}没有编码为 {code} 的单位",
            f"{desk.bureau.code} has no organisation {code}",
            field="organisation",
        )
    return int(found.pk)


def _token(args: argparse.Namespace) -> int:
    from liangcao.foundation.identity.actions import make_token
    from liangcao.foundation.kernel.clock import now

    token = make_token(user=_user(args.name), at=now(), scope=args.scope, days=args.days)
    if args.json:
        print_json({"username": args.name, "token": token})
    else:
        print(token)
    return 0


def _user(name: str) -> User:
    from liangcao.foundation.identity.queries import user_by_name

    user = user_by_name(name)
    if user is None or not user.is_active:
        raise NotFound(f"没有用户“{name}”,或已停用", f'There is no active user "{name}"', field="name")
    return user
