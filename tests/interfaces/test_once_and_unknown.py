"""What somebody is told whose act met a failing database, at both doors and on both engines; and that the same id then
gives the one true answer."""

from __future__ import annotations

import html
import re
import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections
from django.urls import reverse

from liangcao.foundation.database.sqlite3 import base as sqlite_engine
from tests.factories.faults import CLAIMS, Mover, make_mover, new_key, told, trigger
from tests.rig import databases

UNKNOWN = (503, "OUTCOME_UNKNOWN", None)
DOWN = (503, "DATABASE_DOWN", False)
BUSY = (503, "DATABASE_BUSY", False)
FULL = (507, "STORAGE_FULL", False)
READ_ONLY = (507, "STORAGE_READ_ONLY", False)
FAULT = (503, "STORAGE_FAULT", False)


@pytest.fixture(scope="module")
def mover(engine: str, django_db_blocker: Any) -> Iterator[Mover]:
    """One office for all: each test leaves the database as sound as it found it."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        databases.connected(databases.copy_of_template(engine), patch) as database,
    ):
        yield make_mover(database)


def settles(
    mover: Mover, answer: Any, key: Any, expected: tuple[int, str, bool | None], *, stands: bool = False
) -> None:
    """The answer was the expected one; the same id, sent twice more, gives one move with one number: the one that
    `stands` already, or a new one."""
    assert told(answer) == expected
    before = mover.moves()
    first, second = mover.move_by_call(key), mover.move_by_call(key)
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert first.json() == second.json()
    assert mover.caller.get(f"/moves/by-key/{key}").json()["number"] == first.json()["number"]
    assert mover.moves() == before + (0 if stands else 1)


def sends_again(mover: Mover, page: Any, status: int, words: str) -> None:
    """The page says what happened and holds the form as it was sent; one click on it is enough, a second changes
    nothing."""
    text = page.content.decode()
    assert page.status_code == status and words in text and "再试一次" in text and page["Retry-After"] == "2"
    assert page["X-Request-Id"] in text
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', text, re.DOTALL)
    sent = {html.unescape(name): html.unescape(value) for name, value in found}
    assert 'action="' + reverse("transfer") + '"' in text
    before = mover.moves()
    answers = [mover.page.post(reverse("transfer"), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[0].content.decode()
    assert answers[0]["Location"] == answers[1]["Location"]
    assert mover.moves() == before + 1


# --- SQLite


@contextmanager
def pragma(name: str, value: int, back: int) -> Iterator[None]:
    """A setting of this thread's connection for a while."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name} = {back}")


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite's own limit: not one page more (SQLITE_FULL, as on a full disk). What fits into free room still goes."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (text)")
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        for size in (3000, 900, 200, 20):
            while True:
                try:
                    cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [size])
                except OperationalError:
                    break
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def log_cannot_grow() -> Iterator[None]:
    """The system refuses to make the log longer: an I/O error in the middle of a commit."""
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 0")
        # Longer than any temporary file of a statement, so that only the log meets the limit.
        cursor.execute("CREATE TABLE long_log AS SELECT zeroblob(500000) AS text")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 1000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint = 1000")


@pytest.mark.engine("sqlite")
def test_full_disk_refuses_acts_and_lets_read(mover: Mover) -> None:
    with full_disk():
        # Some acts still fit into pages that have room.
        for _ in range(60):
            key = new_key()
            answer = mover.move_by_call(key)
            if answer.status_code != 201:
                break
        page = mover.move_on_page(new_key())
        assert mover.reads() == (200, 200)
    assert "磁盘已满" in answer.json()["message"]
    settles(mover, answer, key, FULL)
    sends_again(mover, page, 507, "这次没有写入任何内容")


@pytest.mark.engine("sqlite")
def test_disk_that_fails_at_the_commit_leaves_the_outcome_unknown(mover: Mover) -> None:
    key = new_key()
    with log_cannot_grow():
        answer = mover.move_by_call(key)
        assert mover.reads() == (200, 200)
    settles(mover, answer, key, UNKNOWN)


@pytest.mark.engine("sqlite")
def test_another_writer_makes_busy(mover: Mover) -> None:
    key, other = new_key(), sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    with pragma("busy_timeout", 50, 20_000):
        other.execute("BEGIN IMMEDIATE")
        answer, page = mover.move_by_call(key), mover.move_on_page(new_key())
        assert mover.reads() == (200, 200)
        other.execute("ROLLBACK")
        other.close()
    assert page.status_code == 503 and "正忙" in page.content.decode()
    settles(mover, answer, key, BUSY)


@pytest.mark.engine("sqlite")
def test_read_only_file(mover: Mover) -> None:
    key = new_key()
    with pragma("query_only", 1, 0):
        answer = mover.move_by_call(key)
        assert mover.reads() == (200, 200)
    settles(mover, answer, key, READ_ONLY)


@pytest.mark.engine("sqlite")
def test_after_a_failed_sync_nothing_is_acknowledged_until_a_restart(mover: Mover) -> None:
    key, path = new_key(), str(databases.path_of(mover.database))
    sqlite_engine.halt(path)
    assert Path(f"{path}-halted").exists()
    answers = [mover.move_by_call(key) for _ in range(2)]
    assert [told(answer) for answer in answers] == [FAULT, FAULT]
    assert mover.reads() == (200, 200)
    assert mover.page.get("/healthz").status_code == 503
    sqlite_engine.resume(path)
    settles(mover, answers[0], key, FAULT)
    assert mover.page.get("/healthz").status_code == 200


# --- PostgreSQL

KILL = "PERFORM pg_terminate_backend(pg_backend_pid())"


@pytest.mark.engine("postgresql")
def test_backend_killed_at_the_commit(mover: Mover) -> None:
    key, on_page = new_key(), new_key()
    with trigger(KILL, deferred=True):
        answer = mover.move_by_call(key)
        page = mover.move_on_page(on_page)
    settles(mover, answer, key, UNKNOWN)
    sends_again(mover, page, 503, "操作结果未知")


@pytest.mark.engine("postgresql")
def test_backend_killed_before_the_commit(mover: Mover) -> None:
    key = new_key()
    with trigger(KILL):
        answer = mover.move_by_call(key)
    settles(mover, answer, key, DOWN)


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("53100", FULL), ("53200", BUSY), ("25006", READ_ONLY), ("55P03", BUSY), ("57014", BUSY), ("58030", FAULT),
        ("40P01", BUSY),
    ],
)  # fmt: skip
def test_what_the_server_says_before_the_commit(mover: Mover, state: str, expected: Any) -> None:
    key = new_key()
    with trigger(f"RAISE EXCEPTION 'no' USING ERRCODE = '{state}'"):
        answer = mover.move_by_call(key)
        assert mover.reads() == (200, 200)
    settles(mover, answer, key, expected)


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize(
    ("state", "expected"), [("53100", FULL), ("40001", BUSY), ("57014", UNKNOWN), ("58030", UNKNOWN)]
)
def test_what_the_server_says_at_the_commit(mover: Mover, state: str, expected: Any) -> None:
    key = new_key()
    with trigger(f"RAISE EXCEPTION 'no' USING ERRCODE = '{state}'", deferred=True):
        answer = mover.move_by_call(key)
    settles(mover, answer, key, expected)


@pytest.mark.engine("postgresql")
def test_the_same_id_while_the_first_is_still_at_work(mover: Mover) -> None:
    """Whoever waits in vain for the first is told that it is at work, at both doors; on SQLite, where one writer holds
    the whole file, he is told that it is busy."""
    key, on_page = new_key(), new_key()
    url = databases.server_url().format(name=mover.database.name)
    with psycopg.connect(url) as first:
        for each in (key, on_page):
            first.execute(
                f"INSERT INTO {CLAIMS} (id, action, body_digest, ref, claimed_at) VALUES (%s, 'x', '', '', now())",
                [each],
            )
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        answer, page = mover.move_by_call(key), mover.move_on_page(on_page)
        first.rollback()
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    assert (answer.status_code, answer.json()["code"]) == (409, "KEY_RUNNING")
    assert f"编号 {key} 的操作还在办理" in answer.json()["message"]
    assert page.status_code == 409 and "还在办理" in page.content.decode() and str(on_page) in page.content.decode()
    before = mover.moves()
    assert (mover.move_by_call(key).status_code, mover.move_on_page(on_page).status_code) == (201, 303)
    assert mover.moves() == before + 2


@pytest.mark.engine("postgresql")
def test_deadlocks_are_tried_again_before_anybody_is_told(mover: Mover) -> None:
    twice = "IF nextval('fault_times') < 3 THEN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END IF"
    for move in (mover.move_by_call, mover.move_on_page):
        with trigger(twice):
            assert move(new_key()).status_code in (201, 303)


@pytest.mark.engine("postgresql")
def test_no_connection(mover: Mover) -> None:
    key = new_key()
    databases.administer(f'ALTER DATABASE "{mover.database.name}" ALLOW_CONNECTIONS false')
    try:
        connection.close()
        answer = mover.move_by_call(key)
        assert mover.page.get("/healthz").status_code == 503
        page = mover.page.get(reverse("stock"))
        assert (page.status_code, mover.page.get("/readyz").status_code) == (503, 503)
        assert "数据库暂时连不上" in page.content.decode()
    finally:
        databases.administer(f'ALTER DATABASE "{mover.database.name}" ALLOW_CONNECTIONS true')
    settles(mover, answer, key, DOWN)


@pytest.fixture
def lost_standby(mover: Mover) -> Iterator[Callable[[str], None]]:
    """Commits wait for a standby that is not there. Gives a function that waits for one that waits, and ends it."""
    url = databases.server_url().format(name="postgres").replace("liangcao@", "postgres@")
    try:
        server = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError:
        databases.missing("PostgreSQL: no superuser on the given server, so no standby can be lost")
    server.execute(f'ALTER DATABASE "{mover.database.name}" SET synchronous_commit = on')
    connection.close()

    def end(function: str) -> None:
        for _ in range(600):
            waits = server.execute(
                f"SELECT {function}(pid) FROM pg_stat_activity WHERE datname = %s AND wait_event = 'SyncRep'",
                [mover.database.name],
            ).fetchone()
            if waits:
                return
            time.sleep(0.05)
        raise AssertionError("no commit waited for the standby")

    def require(name: str) -> None:
        server.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        server.execute("SELECT pg_reload_conf()")

    end.require = require  # type: ignore[attr-defined]
    yield end
    require("")
    server.close()


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("function", ["pg_cancel_backend", "pg_terminate_backend"])
def test_a_lost_standby_is_no_success(mover: Mover, lost_standby: Any, function: str) -> None:
    """The act stands on this machine alone: PostgreSQL calls that a success with a warning, we do not."""
    key, answers = new_key(), []
    lost_standby.require("nobody")

    def send() -> None:
        answers.append(mover.move_by_call(key))
        connections.close_all()

    sender = threading.Thread(target=send)
    sender.start()
    lost_standby(function)
    lost_standby.require("")
    sender.join(60)
    settles(mover, answers[0], key, UNKNOWN, stands=True)


# --- both


def test_double_click_back_and_refresh_on_a_page(mover: Mover) -> None:
    """The same form twice at once, again after the answer, and its address opened anew: one move."""
    key, answers, before = new_key(), [], mover.moves()

    def click() -> None:
        answers.append(mover.page.post(reverse("transfer"), mover.form(key)))
        connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(60)
    back = mover.move_on_page(key)
    assert {answer.status_code for answer in (*answers, back)} == {303}
    assert len({answer["Location"] for answer in (*answers, back)}) == 1
    assert mover.page.get(back["Location"]).status_code == mover.page.get(back["Location"]).status_code == 200
    assert mover.moves() == before + 1


def test_an_act_that_stands_is_never_called_undone(mover: Mover, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database breaks off after the commit, while the answer is made."""

    def broken(*_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    key = new_key()
    with monkeypatch.context() as patch:
        patch.setattr("liangcao.interfaces.api.v1.ledger.show_move", broken)
        answer = mover.move_by_call(key)
    settles(mover, answer, key, UNKNOWN, stands=True)


def test_a_dialog_keeps_its_form(mover: Mover) -> None:
    """htmx gets the sentence alone, above the form that still holds its id."""
    connections["default"].execute_wrappers.append(_refuse)
    try:
        headers = {"HX-Request": "true", "HX-Target": "dialog-body"}
        answer = mover.page.post(reverse("transfer"), mover.form(new_key()), headers=headers)
    finally:
        connections["default"].execute_wrappers.remove(_refuse)
    assert (answer.status_code, answer["HX-Reswap"], answer["HX-Retarget"]) == (503, "afterbegin", "#dialog-body")
    assert "<html" not in answer.content.decode() and "请稍后用同一编号重试" in answer.content.decode()


def _refuse(execute: Any, sql: str, *rest: Any) -> Any:
    if "journal_claim" in sql:
        raise OperationalError("server closed the connection unexpectedly")
    return execute(sql, *rest)
