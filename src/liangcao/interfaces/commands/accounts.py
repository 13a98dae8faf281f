"""`liangcao user list | deactivate | unlock | reset`: for whoever runs the machine, when nobody can log in any more."""

from __future__ import annotations

import argparse
from typing import Any

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.identity.guard import role_name
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.ids import new_id
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
                help=in_words(
                    "同时提出去掉第二道验证(手机丢失),由一名系统管理员在 24 小时内确认",
                    "also ask that the second factor be removed (a lost phone); an administrator confirms within 24 h",
                ),
            )
            parser.add_argument(
                "--alone",
                action="store_true",
                help=in_words(
                    "没有系统管理员进得去时:马上去掉第二道验证,不等确认,记入日志",
                    "when no administrator can get in: remove the second factor at once; the journal says so",
                ),
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
        if "factor_removal" in told:
            print(
                in_words(
                    "第二道验证还在:请一名系统管理员在 24 小时内到“设置 › 人员”确认;没有人进得去时用 --alone",
                    "The second factor is still on: an administrator confirms its removal under Settings › People "
                    "within 24 hours; --alone when nobody can get in",
                )
            )
    return 0


def _done(args: argparse.Namespace, given: dict[str, Any]) -> dict[str, str]:
    from liangcao.reference.parties import actions

    if args.act == "unlock":
        actions.unlock_person(**given)
    elif args.act == "deactivate":
        actions.close_log_in(**given, reason=books.COMMAND_LINE)
    else:
        told = _without_second_factor(args, given)
        _person, secret = actions.reset_password(**given)
        return {"link": f"{args.address.rstrip('/')}/password/{secret}/", **told}
    return {}


def _without_second_factor(args: argparse.Namespace, given: dict[str, Any]) -> dict[str, str]:
    """Ask for the removal, or with --alone do it."""
    from liangcao.foundation.identity import second_factor
    from liangcao.reference.parties import actions

    if args.alone:
        actions.remove_second_factor_alone(**given, reason=books.COMMAND_LINE)
    elif args.second_factor and second_factor.is_on(_user(args.name).pk):
        asked = actions.ask_factor_removal(**given, reason=books.COMMAND_LINE, client_id=new_id())
        return {"factor_removal": str(asked.pk)}
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
