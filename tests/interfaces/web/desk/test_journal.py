"""The journal's pages and its API: for auditors alone, searched by person, object, act, result, days, door and text."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

import liangcao
from liangcao.foundation.identity.access import ACCESS_FILE
from liangcao.foundation.identity.actions import make_token
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.journal import actions as journal
from liangcao.foundation.journal.batches import cut_batches
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.web.journal_fields import FIELDS, OBJECTS, RESULTS, VERBS, compared
from liangcao.interfaces.web.journal_words import ACTS, act_word
from tests.factories.world import NOON, make_world

CANARY = "外局原因金丝雀"


@pytest.fixture
def acts(office: Any) -> Any:
    """Three acts of the bureau, one of another, one refusal."""
    world, other = office.world, make_world("other")
    user = user_by_name("leader")
    assert user is not None
    leader = Actor(user_id=user.pk, name="", grants=world.actor("leader").grants, origin="page 10.1.2.3 request00001")
    common: dict[str, Any] = {"at": NOON, "object_kind": "requisition", "bureau_id": world.bureau.pk}
    journal.record(
        by=leader, action="approve_requisition", object_ref="XQ20200203-1", before={"status": "submitted"},
        after={"status": "approved", "quantity": 1_200}, reason="物资紧缺,先批一半", **common,
    )  # fmt: skip
    journal.record(by=world.system, action="withdraw_requisition", object_ref="XQ20200203-2", **common)
    journal.record_refusal(
        by=leader,
        action="requisition.approve",
        object_ref="77",
        result="out_of_scope",
        details={"status": 404},
        **common,
    )
    journal.record(
        by=other.system, at=NOON, action="close_source", object_kind="source", object_ref="JZ-9", reason=CANARY,
        bureau_id=other.bureau.pk,
    )  # fmt: skip
    return user


def shown(client: Client, **query: str) -> str:
    answer = client.get(reverse("journal"), query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode().partition("<tbody>")[2]


class TestList:
    @pytest.mark.parametrize("role", ["administrator", "leader", "coordinator", "storekeeper", "u01"])
    def test_is_for_auditors_alone(self, office: Any, as_user: Callable[..., Client], role: str) -> None:
        client = as_user(role if role != "u01" else office.world.hospital.code.lower())
        assert client.get(reverse("journal")).status_code in (302, 403)
        assert client.get(reverse("journal_entry", args=[1])).status_code in (302, 403, 404)
        assert f'href="{reverse("journal")}"' not in client.get("/", follow=True).content.decode()

    def test_an_auditor_sees_the_bureau_and_no_other(self, acts: Any, as_user: Callable[..., Client]) -> None:
        client = as_user("auditor")
        text = shown(client)
        assert "XQ20200203-1" in text and "XQ20200203-2" in text and CANARY not in text
        foreign = JournalEntry.objects.get(reason=CANARY)
        assert client.get(reverse("journal_entry", args=[foreign.pk])).status_code == 404
        assert f'href="{reverse("journal")}"' in client.get("/").content.decode()

    @pytest.mark.parametrize(
        ("query", "found", "missed"),
        [
            ({"action": "withdraw_requisition"}, "XQ20200203-2", "XQ20200203-1"),
            ({"object": "requisition", "result": "refused"}, ">77<", "XQ20200203-1"),
            ({"result": "out_of_scope"}, ">77<", "XQ20200203-2"),
            ({"door": "page"}, "XQ20200203-1", "XQ20200203-2"),
            ({"q": "10.1.2.3"}, "XQ20200203-1", "XQ20200203-2"),
            ({"q": "request00001"}, ">77<", "XQ20200203-2"),
            ({"q": "先批一半"}, "XQ20200203-1", ">77<"),
            ({"q": "submitted"}, "XQ20200203-1", "XQ20200203-2"),
            ({"q": "组长甲"}, "XQ20200203-1", "XQ20200203-2"),
            ({"from": "2020-02-03", "to": "2020-02-03"}, "XQ20200203-1", "nothing"),
        ],
        ids=["action", "refused", "result", "door", "address", "request", "reason", "before", "name", "days"],
    )
    def test_search(
        self, acts: Any, as_user: Callable[..., Client], query: dict[str, str], found: str, missed: str
    ) -> None:
        text = shown(as_user("auditor"), **query)
        assert found in text and missed not in text

    def test_by_person_and_outside_the_period(self, acts: Any, as_user: Callable[..., Client]) -> None:
        client = as_user("auditor")
        assert "XQ20200203-2" not in shown(client, person=str(acts.pk))
        assert "XQ20200203-1" not in shown(client, **{"from": "2020-02-04"})
        assert client.get(reverse("journal"), {"strange": "1"}).status_code == 400
        assert client.get(reverse("journal"), {"from": "yesterday"}).status_code == 400

    def test_pages_by_key_and_exports_itself_into_the_journal(self, acts: Any, as_user: Callable[..., Client]) -> None:
        JournalEntry.objects.bulk_create(
            JournalEntry(
                at=NOON, action="export", object_kind="ledger", object_ref=f"R{n}", bureau_id=make_bureau(acts)
            )
            for n in range(60)
        )
        client = as_user("auditor")
        answer = client.get(reverse("journal")).content.decode()
        assert 'rel="next"' in answer and "after=" in answer
        assert client.get(reverse("journal"), {"format": "csv"}).status_code == 200
        entry = JournalEntry.objects.filter(action="export", object_ref="journal").get()
        assert entry.user_id == user_by_name("auditor").pk  # type: ignore[union-attr]


def make_bureau(user: Any) -> int:
    """The bureau of the acts."""
    return JournalEntry.objects.filter(user_id=user.pk, action="approve_requisition").get().bureau_id or 0


class TestEntry:
    def test_before_and_after_in_words(self, acts: Any, as_user: Callable[..., Client]) -> None:
        entry = JournalEntry.objects.get(action="approve_requisition")
        client = as_user("auditor")
        text = client.get(reverse("journal_entry", args=[entry.pk])).content.decode()
        for words in ("审核通过", "组长", "10.1.2.3", "request00001", "之前", "之后", "数量", "1,200", "一分钟内入链"):
            assert words in text
        assert "submitted" not in text and "approved" not in text
        cut_batches()
        assert "第 1 批" in client.get(reverse("journal_entry", args=[entry.pk])).content.decode()

    def test_leads_to_the_object(self, office: Any, as_user: Callable[..., Client]) -> None:
        _lot, moved = office.world.put_in(office.world.mask, 5)
        entry = journal.record(
            by=office.world.system, at=NOON, action="transfer", object_kind="move", object_ref=moved.number,
            bureau_id=office.world.bureau.pk,
        )  # fmt: skip
        text = as_user("auditor").get(reverse("journal_entry", args=[entry])).content.decode()
        assert reverse("move", args=[moved.id]) in text

    def test_in_english(self, acts: Any, as_user: Callable[..., Client]) -> None:
        client = as_user("auditor")
        client.post(reverse("switch_language"), {"language": "en"})
        entry = JournalEntry.objects.get(action="approve_requisition")
        text = client.get(reverse("journal_entry", args=[entry.pk])).content.decode()
        assert "Before" in text and "After" in text and "Request number" in text


class TestPrinting:
    def test_a_print_is_journalled(self, office: Any, as_user: Callable[..., Client]) -> None:
        client = as_user("coordinator")
        address = "/ledger/registers/stock_statement/?q=13812345678"
        assert client.post(reverse("journal_print"), {"address": address}).status_code == 204
        entry = JournalEntry.objects.get(action="print")
        assert (entry.object_ref, entry.after) == ("register", {"filters": {"q": "…", "kind": "stock_statement"}})

    def test_an_address_that_is_none_of_ours(self, office: Any, as_user: Callable[..., Client]) -> None:
        assert as_user("coordinator").post(reverse("journal_print"), {"address": "//x/y"}).status_code == 204
        assert Client().post(reverse("journal_print"), {"address": "/"}).status_code == 302
        assert as_user("coordinator").get(reverse("journal_print")).status_code == 405
        assert not JournalEntry.objects.filter(action="print").exists()


class TestApi:
    def call(self, username: str, path: str) -> Any:
        user = user_by_name(username)
        assert user is not None
        token = make_token(user=user, at=now())
        return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})

    def test_lists_and_shows(self, acts: Any) -> None:
        answer = self.call("auditor", "/journal-entries?result=out_of_scope")
        (entry,) = answer.json()["results"]
        assert (entry["object_ref"], entry["user"], entry["batch"]) == ("77", acts.pk, None)
        one = self.call("auditor", f"/journal-entries/{entry['id']}").json()
        assert one == entry
        found = self.call("auditor", "/journal-entries?search=先批一半&from=2020-02-03&to=2020-02-03").json()["results"]
        assert [row["object_ref"] for row in found] == ["XQ20200203-1"]
        assert CANARY not in json.dumps(self.call("auditor", "/journal-entries").json(), ensure_ascii=False)

    def test_refuses(self, acts: Any, office: Any) -> None:
        assert self.call("leader", "/journal-entries").status_code == 403
        assert self.call("auditor", "/journal-entries?strange=1").status_code == 400
        assert self.call("auditor", "/journal-entries?from=2020-02-03&to=2020-02-01").status_code == 400
        foreign = JournalEntry.objects.get(reason=CANARY)
        assert self.call("auditor", f"/journal-entries/{foreign.pk}").status_code == 404
        assert self.call(office.world.hospital.code.lower(), "/journal-entries").status_code in (400, 403, 404)


class TestWords:
    SOURCE = Path(liangcao.__file__).parent

    def recorded(self) -> tuple[set[str], set[str], set[str]]:
        """Acts, kinds of objects and fields that the actions write as literals."""
        acts: set[str] = set()
        kinds: set[str] = set()
        fields: set[str] = set()
        for path in self.SOURCE.rglob("actions/**/*.py"):
            self._read(path, acts, kinds, fields)
        for path in self.SOURCE.rglob("*.py"):
            if "actions" not in path.parts and "interfaces" not in path.parts:
                self._read(path, acts, kinds, fields)
        return acts, kinds, fields

    def _read(self, path: Path, acts: set[str], kinds: set[str], fields: set[str]) -> None:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if ast.unparse(node.func) == "_record" and len(node.args) > 2 and isinstance(node.args[2], ast.Constant):
                acts.add(str(node.args[2].value))
            given = {word.arg: word.value for word in node.keywords}
            if not {"action", "object_kind", "object_ref"} <= set(given):
                continue
            for name, into in (("action", acts), ("object_kind", kinds)):
                value = given[name]
                if isinstance(value, ast.Constant):
                    into.add(str(value.value))
            for part in ("before", "after"):
                if isinstance(given.get(part), ast.Dict):
                    keys = given[part].keys  # type: ignore[attr-defined]
                    fields |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}

    def test_everything_has_words(self) -> None:
        acts, kinds, fields = self.recorded()
        assert len(acts) > 30 and len(fields) > 30
        assert sorted(acts - set(ACTS)) == []
        assert sorted(kinds - set(OBJECTS)) == []
        assert sorted(fields - set(FIELDS)) == []

    def test_every_right_has_words(self) -> None:
        access = tomllib.loads(ACCESS_FILE.read_text(encoding="utf-8"))["access"]
        assert sorted(set(access) - set(OBJECTS)) == []
        assert sorted({act for acts in access.values() for act in acts} - set(VERBS)) == []

    def test_every_word_is_in_english_too(self) -> None:
        words = {"act": ACTS, "object": OBJECTS, "verb": VERBS, "field": FIELDS, "result": RESULTS}
        with translation.override("en"):
            chinese = [
                f"{kind} {key}"
                for kind, known in words.items()
                for key, word in known.items()
                if any(c >= "一" for c in str(word))
            ]
        assert chinese == []

    def test_refused_acts_are_named_by_what_was_asked(self) -> None:
        assert str(act_word("requisition.approve")) == "申领:审核"
        assert str(act_word("nobody.knows")) == "nobody:办理"

    def test_values(self) -> None:
        rows = compared(
            {"quantity": 1000, "final": False},
            {"quantity": 900, "final": True, "lines": [["A", 1], ["B", 2]]},
            kind="plan",
        )
        told = [(str(row["field"]), row["before"], row["after"], row["differs"]) for row in rows]
        assert told == [
            ("数量", "1,000", "900", True),
            ("是否结清", "否", "是", True),
            ("明细", "—", "A、1;B、2", True),
        ]
