"""Files and texts of anything, sent to the doors: each answer is a sentence of ours and never a fault, and what is then
imported is imported whole or not at all. Larger: LIANGCAO_RANDOM_SENT=2000 LIANGCAO_RANDOM_READ=10000; other ones with
LIANGCAO_RANDOM_SEED. What fails is named by its seed."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from tests.factories.imports import NEEDS, workbook
from tests.factories.world import World
from tests.interfaces.intake.reading.workbooks_made import repacked
from tests.properties.test_random_files import HOSTILE, IMPORTED, SEED, SHEET, Found, broken_xml, mutated, text_of
from tests.rig.callers import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SENT = int(os.environ.get("LIANGCAO_RANDOM_SENT", "40"))
READ = int(os.environ.get("LIANGCAO_RANDOM_READ", "200"))
# Who may send what in the tests' bureau, and what is said of the whole.
SENDERS: dict[str, tuple[str, dict[str, str]]] = {
    "requisitions": ("coordinator", {}),
    "gifts": ("gift_clerk", {"organisation": "U01"}),
    "receipts": ("storekeeper", {"source_kind": "gift", "no_lot_reason": "包装无批号", "organisation": "U01"}),
    "items": ("administrator", {"category": "test"}),
    "organisations": ("administrator", {"organisation_kind": "hospital"}),
}
MASKS = ("口罩", "一次性医用口罩", "N95口罩", "医用防护服")


def counted() -> list[int]:
    """How much of everything there is that an import could make."""
    return [model._default_manager.count() for model in IMPORTED]


def timed(found: Found, seed: str, ask: Callable[[], Any]) -> Any:
    """The answer to one request; the longest by the clock is told at the end."""
    begun = time.perf_counter()
    answer = ask()
    took = time.perf_counter() - begun
    if took > found.worst:
        found.worst, found.worst_seed = took, seed
    assert answer.status_code < 500, (answer.status_code, answer.content[:300])
    if answer.status_code >= 400:
        told = answer.json()
        assert told["code"] and told["message"], told
        found.outcomes[told["code"]] += 1
    return answer


def odd_needs(draw: Random) -> bytes:
    """A list of needs as it should be, but for a few cells, or for its XML."""
    units, odd = ("示例医院一", "示例医院二"), draw.choice((0.0, 0.0, 0.1))
    content = workbook(
        NEEDS,
        *[
            [
                draw.choice(HOSTILE) if draw.random() < odd and not isinstance(cell, float) else cell
                for cell in (draw.choice(units), draw.choice(MASKS), "", "", draw.randint(1, 9_999), "", "", "")
            ]
            for _ in range(draw.randint(1, 6))
        ],
        saved=draw.randrange(10**9),
    )  # fmt: skip
    if draw.random() < 0.3:
        return repacked(content, change={SHEET: lambda part: broken_xml(draw, part)})
    return content


def sent(by: Caller, watcher: Actor, store: str, kind: str, content: bytes, name: str, found: Found, seed: str) -> None:
    """Send, look at every row, and import what stands: whole, or nothing of it."""
    given = SENDERS[kind][1] | ({"store": store} if kind == "receipts" else {})
    body = {"kind": kind, "name": name, "sender": "示例来文人", "content": base64.b64encode(content).decode()}
    answer = timed(found, seed, lambda: by.post("/imports", {**body, "given": given}))
    if answer.status_code != 201:
        return
    told = answer.json()
    found.outcomes[told["status"]] += 1
    assert told["accepted"] + told["asked"] + told["refused"] == told["rows"]
    if told["status"] != "read":
        return
    rows = timed(found, seed, lambda: by.get(f"/imports/{told['id']}/rows?limit=200")).json()["results"]
    # A row of the file may say several things; it is counted once.
    assert len({(row["sheet"], row["row"]) for row in rows}) == told["rows"] or len(rows) == 200
    # What a person would do in haste: say yes to what is asked, leave out what is still not plain, take in the rest.
    timed(found, seed, lambda: by.post(f"/imports/{told['id']}/confirmation", {}))
    timed(found, seed, lambda: by.post(f"/imports/{told['id']}/exclusion", {}))
    before = counted()
    posted = timed(found, seed, lambda: by.post(f"/imports/{told['id']}/posting", {}))
    done = ImportRow.objects.filter(run_id=told["id"], status="done").values("sheet", "row").distinct().count()
    if posted.status_code == 201:
        found.outcomes["posted"] += 1
        found.rows["done"] += done
        stands = queries.summary(watcher, told["id"])
        assert done == stands.rows - stands.left_out > 0
        return
    assert counted() == before
    assert done == 0
    assert ImportRun.objects.get(pk=told["id"]).status == "read"


def test_mutated_workbooks_sent_are_imported_whole_or_not_at_all(world: World, caller: Any) -> None:
    callers = {kind: caller(world, role) for kind, (role, _) in SENDERS.items()}
    found = Found()
    for number in range(SENT):
        seed = f"{SEED}/workbooks/{number}"
        draw = Random(seed)
        kind = draw.choice(("requisitions", *sorted(SENDERS)))
        content = odd_needs(draw) if kind == "requisitions" and draw.random() < 0.5 else mutated(draw)
        try:
            sent(callers[kind], world.system, world.store.code, kind, content, "来表.xlsx", found, seed)
        except AssertionError as fault:
            found.faults.append(f"seed {seed} {kind}: {str(fault)[:300]}")
    found.tell(f"{SENT} workbooks sent")
    assert not found.faults
    assert found.outcomes["read"], "no file was read at all"
    assert found.outcomes["posted"], "none was imported"


def test_random_texts_sent_are_answered(world: World, caller: Any) -> None:
    by, found = caller(world, "coordinator"), Found()
    for number in range(READ):
        seed = f"{SEED}/texts/{number}"
        draw = Random(seed)
        content, name = text_of(draw)
        try:
            if number % 10 == 0:
                sent(by, world.system, "", "requisitions", content, name or "消息.txt", found, seed)
            text = content.decode("utf-8", "replace")
            answer = timed(found, seed, lambda text=text: by.post("/readings", {"text": text}))
            found.outcomes["understood" if answer.status_code == 200 else "refused"] += 1
        except AssertionError as fault:
            found.faults.append(f"seed {seed}: {str(fault)[:300]}")
    found.tell(f"{READ} texts sent")
    assert not found.faults
    assert found.outcomes["understood"]
