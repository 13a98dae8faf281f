"""Which book a command works on, as whom, and what time it is there."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from liangcao.foundation.identity.actor import DESK_ROLES, Actor, Grant
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.interfaces.commands.words import in_words, language

if TYPE_CHECKING:
    from liangcao.reference.parties.models import Bureau

COMMAND_LINE = "命令行"


@dataclass(frozen=True)
class Desk:
    """A bureau at the command line: its actor (the machine's administrator, named in the journal) and its moment."""

    bureau: Bureau
    book_id: int
    actor: Actor
    at: datetime


def add_book(parser: argparse.ArgumentParser) -> None:
    """The option --book."""
    parser.add_argument(
        "--book",
        metavar="NAME",
        help=in_words(
            "台账编码或局名开头;只有一本时不用写",
            "the book's code, or how the bureau's name begins; not needed for a single one",
        ),
    )


def day_of(text: str) -> date:
    """A day as 2020-02-03. Raises Invalid DATE_INVALID."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "DATE_INVALID",
            f"日期“{text}”不对,要写成 2020-02-03",
            f'"{text}" is not a date; write 2020-02-03',
            field="date",
        ) from None


def administrator_of(bureau_id: int) -> Actor:
    """Who runs the command: everything at the desk of this bureau, and nothing of another one."""
    grants = tuple(Grant(role, bureau_id) for role in sorted(DESK_ROLES))
    return Actor(user_id=None, name=COMMAND_LINE, grants=grants, language=language(), origin="command")


def desks(name: str | None) -> list[Desk]:
    """The book of this name, or all books. Raises NotFound BOOK… when there is none. Needs an open database."""
    from liangcao.foundation.kernel.clock import now
    from liangcao.ledger.queries import books
    from liangcao.reference.parties.queries import moment

    found = list(books(Actor.system(COMMAND_LINE, 0)).order_by("code"))
    if not found:
        raise NotFound(
            "数据库里还没有台账。请先运行 liangcao demo(演示)",
            "The database has no book yet. Run liangcao demo for the demo",
        )
    chosen = found if name is None else [book for book in found if _is_named(book.bureau, name)]
    if not chosen:
        known = " ".join(book.code for book in found)
        raise NotFound(
            f"没有台账“{name}”。现有:{known}", f'There is no book "{name}". There are: {known}', field="book"
        )
    at = now()
    return [Desk(book.bureau, book.pk, administrator_of(book.bureau_id), moment(book.bureau_id, at)) for book in chosen]


def one_desk(name: str | None) -> Desk:
    """The one book. Raises Invalid BOOK_NEEDED when there are several and none was named."""
    found = desks(name)
    if len(found) > 1:
        known = " ".join(desk.bureau.code for desk in found)
        raise Invalid(
            "BOOK_NEEDED",
            f"有 {len(found)} 本台账,请用 --book 指明:{known}",
            f"There are {len(found)} books; name one with --book: {known}",
            field="book",
        )
    return found[0]


def _is_named(bureau: Bureau, name: str) -> bool:
    wanted = name.casefold()
    return bureau.code.casefold() == wanted or any(
        bool(text) and text.casefold().startswith(wanted) for text in (bureau.name, bureau.name_en)
    )
