"""`liangcao user list | deactivate | unlock | reset`: for whoever runs the machine, when nobody can log in any more."""

from __future__ import annotations

import argparse
from typing import Any

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.identity.guard import role_name
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.commands import books
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words, language

ACTS = {
    "list": ("列出用户", "list the users"),
    "deactivate": ("停用一个用户", "close a user's log-in"),
    "unlock": ("解除一个用户的登录锁", "open a user's locked log-in"),
    "reset": (
        "作废一个用户的密码,给出设新密码的一次性链接",
        "end a user's password; print a one-time link for a new one",
    ),
}


def add_arguments(acts: Any) -> list[argparse.ArgumentParser]:
    """The four acts; all but the list name a user."""
    made = []
    for name, words in ACTS.items():
        parser = acts.add_parser(name, description=in_words(*words))
        if name != "list":
            parser.add_argument("name", metavar="NAME", help=in_words("用户名", "username"))
        if name == "reset":
            parser.add_argument(
                "--address",
                metavar="URL",
                default="http://127.0.0.1:8000",
                help=in_words("链接里的网址,须与服务的网址一致", "address in the link: the one that is served"),
            )
            parser.add_argument(
                "--second-factor",
                action="store_true",
                help=in_words("同时去掉第二道验证(手机丢失)", "also take the second factor away (a lost phone)"),
            )
        made.append(parser)
    return made


def run(args: argparse.Namespace) -> int:
    """List, or do one thing to one user."""
    if args.act == "list":
        return _list(args)
    desks = books.desks(None)
    grants = tuple(Grant("administrator", desk.bureau.pk) for desk in desks)
    by = Actor(None, books.COMMAND_LINE, grants, language(), origin="command")
    user = _user(args.name)
    held = user.person.appointments.order_by("-pk").first()
    desk = next((each for each in desks if held and each.bureau.pk == held.bureau_id), desks[0])
    given = {"person_id": user.person.pk, "bureau_id": desk.bureau.pk, "by": by, "at": desk.at}
    told = {"username": args.name, **_done(args, given)}
    if args.json:
        print_json(told)
    else:
        print(told.get("link") or in_words(f"{args.name}:已办理", f"{args.name}: done"))
    return 0


def _done(args: argparse.Namespace, given: dict[str, Any]) -> dict[str, str]:
    from liangcao.reference.parties import actions

    if args.act == "unlock":
        actions.unlock_person(**given)
    elif args.act == "deactivate":
        actions.close_log_in(**given, reason=books.COMMAND_LINE)
    else:
        if args.second_factor:
            actions.remove_second_factor(**given, reason=books.COMMAND_LINE)
        _person, secret = actions.reset_password(**given)
        return {"link": f"{args.address.rstrip('/')}/password/{secret}/"}
    return {}


def _user(name: str) -> Any:
    from liangcao.foundation.identity.queries import user_by_name

    user = user_by_name(name)
    if user is None or not hasattr(user, "person"):
        raise NotFound(f"没有用户“{name}”", f'There is no user "{name}"', field="name")
    return user


def _list(args: argparse.Namespace) -> int:
    from liangcao.reference.parties.queries import appointments

    found: dict[str, dict[str, Any]] = {}
    for held in appointments(Actor.system(books.COMMAND_LINE, 0)).exclude(person__user=None).order_by("person", "pk"):
        user: Any = held.person.user
        row = found.setdefault(
            user.username, {"username": user.username, "name": held.person.name, "active": user.is_active, "roles": []}
        )
        if held.ended_at is None:
            row["roles"].append(role_name(held.role, language()))
    for row in found.values():
        if args.json:
            print_json(row)
        else:
            state = "" if row["active"] else in_words("(已停用)", " (closed)")
            print(f"{row['username']}  {row['name']}{state}  {' '.join(row['roles'])}")
    return 0
