"""The product with one bug put into it, in processes of its own: `python -m tests.torture.planted BUG serve …`.

The rig must report each of the eight. Nothing here is reachable from the product.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

VARIABLE = "TORTURE_PLANTED_BUG"
TARGET = "tests.torture.planted:application"
BUGS: dict[str, Callable[[], None]] = {}
# How long a commit takes on a bad disk. The bug is as wide as this: a kill in it loses what was acknowledged.
SLOW_DISK_SECONDS = 1
# How long a writer takes between reading a balance and changing it: as wide as this is the hole that a missing lock
# leaves. Without it the two are some milliseconds apart, and two clients on a busy machine seldom meet there.
SLOW_WRITER_SECONDS = 0.3


def bug(plant: Callable[[], None]) -> Callable[[], None]:
    """Register a bug by the name of its function."""
    BUGS[plant.__name__] = plant
    return plant


# --- the eight


@bug
def no_row_lock() -> None:
    """Balances are read without a lock, and the CHECK below them is gone: what two read, both take."""
    from liangcao.ledger import posting

    _without(posting, " FOR UPDATE OF b", then_wait=SLOW_WRITER_SECONDS)


@bug
def non_unique_client_id() -> None:
    """An id that comes again is not recognised, and the document gets an id of its own."""
    from liangcao.foundation.journal import actions as journal
    from liangcao.ledger.actions import moves

    _everywhere(journal.claim, lambda **_: None)
    post_draft = moves.post_draft

    def with_another_id(draft: Any, **more: Any) -> Any:
        return post_draft(replace(draft, client_id=uuid4()), **more)

    _everywhere(post_draft, with_another_id)


@bug
def hash_over_mutable_field() -> None:
    """Records name a unit by its name, which may be changed, and not by its code."""
    from liangcao.ledger import record
    from liangcao.reference.parties.models import Organisation

    def by_name(kind: str, store_code: str, party_code: str) -> str:
        names = Organisation.objects.filter(code=party_code).order_by("pk").values_list("name", flat=True)
        return f"{kind}:{store_code}:{names.first()}"

    _everywhere(record.account_name, by_name)


@bug
def scope_missing_on_export() -> None:
    """The export and the list of balances forget to ask whose they are."""
    from liangcao.ledger import export, queries
    from liangcao.ledger.models import Balance, Book

    real = export.book_records

    def of_every_book(actor: Any, bureau_id: int, **more: Any) -> Iterator[dict[str, Any]]:
        for held in sorted(Book.objects.values_list("bureau_id", flat=True), key=lambda held: held != bureau_id):
            yield from real(type(actor).system("x", held), held, **more)

    def all_of_them(*_: Any, **__: Any) -> Any:
        return Balance.objects.exclude(quantity=0).select_related("account__store", "account__party", "lot", "item")

    export.book_records = of_every_book
    queries.balances = all_of_them  # type: ignore[assignment]


@bug
def partial_import() -> None:
    """The rows of one document are entered one by one, each in a transaction of its own, up to the bad one."""
    from liangcao.ledger import actions
    from liangcao.ledger.actions import handling

    whole = handling.transfer

    def row_by_row(*, lines: Any, client_id: Any, **more: Any) -> Any:
        moved = [whole(lines=[line], client_id=uuid4(), **more) for line in lines]
        return moved[-1]

    actions.transfer = row_by_row  # type: ignore[assignment]


@bug
def float_quantity() -> None:
    """A quantity is turned into packs of 0.7 and back, as a float."""
    from liangcao.ledger import actions
    from liangcao.ledger.actions import handling

    whole = handling.transfer

    def rounded(*, lines: Any, **more: Any) -> Any:
        return whole(lines=[(lot, int(quantity / 0.7 * 0.7)) for lot, quantity in lines], **more)

    actions.transfer = rounded  # type: ignore[assignment]


@bug
def skip_locked_insert() -> None:
    """A balance that another writer holds is passed over, and a second row is made for it."""
    from liangcao.ledger import posting

    def passing_over(draft: Any, lines: Any, deltas: Any) -> Any:
        from django.db import connection

        kinds = {account.pk: account.kind for line in lines for account in (line.source, line.target)}
        items = {line.lot.key: line.lot.item.pk for line in lines}
        held = {}
        with connection.cursor() as cursor:
            for account, lot in deltas:
                cursor.execute(
                    "SELECT quantity FROM ledger_balance WHERE account_id = %s AND lot_id = %s"
                    " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
                    [account, lot],
                )
                row = cursor.fetchone()
                if row is None:
                    cursor.execute(
                        "INSERT INTO ledger_balance (book_id, account_id, lot_id, kind, item_id, quantity, moved_on)"
                        " VALUES (%s, %s, %s, %s, %s, 0, %s)",
                        [draft.book_id, account, lot, kinds[account], items[lot], draft.business_date],
                    )
                held[account, lot] = 10**6 if row is None else row[0]
        return posting.Locked(held, frozenset())

    posting.lock_balances = passing_over


@bug
def ack_before_commit() -> None:
    """One transaction around each request that writes; it commits when the answer has left, on a slow disk."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import transaction

    within = WSGIHandler.get_response

    def in_one_transaction(self: Any, request: Any) -> Any:
        if request.method != "POST":
            return within(self, request)
        whole = transaction.atomic()
        whole.__enter__()
        # No exception passes here: Django makes an answer of each.
        response: Any = within(self, request)
        close = response.close

        def commit_and_close() -> None:
            if transaction.get_connection().has_written:
                time.sleep(SLOW_DISK_SECONDS)
            whole.__exit__(None, None, None)
            close()

        # The server closes an answer after its last byte.
        response.close = commit_and_close
        return response

    WSGIHandler.get_response = in_one_transaction  # type: ignore[method-assign]


# --- putting them in


def _everywhere(real: Any, other: Any) -> None:
    """Replace a function in every module of the product that has imported it."""
    import liangcao.config.urls  # noqa: F401 - so that all of them are there

    for name, module in list(sys.modules.items()):
        if name.startswith("liangcao."):
            for attribute, value in list(vars(module).items()):
                if value is real:
                    setattr(module, attribute, other)


def _without(module: Any, text: str, *, then_wait: float = 0) -> None:
    """Take a text out of the SQL that a module sends; whoever sent such a statement rests after it."""
    real = module.execute_together

    def execute(statements: Any) -> Any:
        rows = real([(sql.replace(text, ""), values) for sql, values in statements])
        if any(text in sql for sql, _ in statements):
            time.sleep(then_wait)
        return rows

    module.execute_together = execute


def build() -> Any:
    """The WSGI application with the bug that the environment names."""
    from liangcao.config.wsgi import application as product

    BUGS[os.environ[VARIABLE]]()
    return product


def __getattr__(name: str) -> Any:
    """`application` is built when the server's processes ask for it."""
    if name == "application":
        return build()
    raise AttributeError(name)


def main(name: str, arguments: list[str]) -> int:
    """The command line of the product; its server loads the application above, other commands get the bug here."""
    os.environ[VARIABLE] = name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liangcao.config.settings")
    from liangcao.interfaces import console

    if arguments[0] == "serve":
        import granian

        server: Any = granian.Granian
        real = server.__init__

        def with_target(self: Any, _target: str, **options: Any) -> None:
            real(self, TARGET, **options)

        server.__init__ = with_target
    elif arguments[0] != "worker":
        import django

        django.setup()
        BUGS[name]()
    return console.main(arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))
