"""The append-only triggers are there on a fresh database and stay there through an upgrade, on both engines."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, models

from liangcao.foundation.database.guards import append_only_models, expected_guards, installed_guards
from liangcao.foundation.database.overlaps import spanned_models
from tests.rig.databases import TestDatabase

# What must never lose its guard, whatever the registry says.
ALWAYS_GUARDED = {
    "ledger.Move",
    "ledger.Posting",
    "ledger.Lot",
    "ledger.LotFact",
    "journal.JournalEntry",
    "demand.Fulfilment",
}


def test_the_ledger_and_the_journal_are_registered() -> None:
    registered = {model._meta.label for model, _ in append_only_models()}
    assert registered >= ALWAYS_GUARDED


def test_a_fresh_database_has_every_guard(fresh_database: TestDatabase) -> None:
    expected = expected_guards(connection)
    assert len(expected) >= 3 * len(append_only_models())
    assert installed_guards(connection) == expected


def test_an_upgraded_database_has_every_guard(fresh_database: TestDatabase) -> None:
    """A later release adds a column and takes one away: on SQLite Django then rebuilds the table and its triggers are
    gone."""
    for model, _ in [*append_only_models(), *spanned_models()]:
        rebuild(model)
    if connection.vendor == "sqlite":
        assert installed_guards(connection) == set()
    call_command("migrate", verbosity=0)
    assert installed_guards(connection) == expected_guards(connection)


def rebuild(model: type[models.Model]) -> None:
    """What AddField and RemoveField of a migration do to the table."""
    field = models.TextField(null=True)
    field.set_attributes_from_name("remark_of_a_later_release")
    field.model = model
    with connection.schema_editor() as editor:
        editor.add_field(model, field)
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            editor._remake_table(model)
    else:
        with connection.schema_editor() as editor:
            editor.remove_field(model, field)


def test_installing_twice_changes_nothing(fresh_database: TestDatabase) -> None:
    before = installed_guards(connection)
    call_command("migrate", verbosity=0)
    assert installed_guards(connection) == before
