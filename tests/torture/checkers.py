"""What must hold after the fight. Every checker returns its findings; none are good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.torture.client import OK, REFUSED, UNKNOWN, Journal, call, pages
from tests.torture.system import System
from tests.torture.workload import tags_of
from tests.torture.world import CANARY, STRANGE, Field

READS = ("/moves", "/lots", "/balances", "/receipts", "/organisations", "/gifts")
Records = list[dict[str, Any]]


@dataclass
class Report:
    """What a run came to: how many calls had which outcome, and what each checker found."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: dict[str, list[str]] = field(default_factory=dict)
    recoveries: list[float] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def bad(self) -> dict[str, list[str]]:
        """The checkers that found something, with their first few findings."""
        return {name: found[:3] for name, found in self.findings.items() if found}

    def line(self) -> str:
        """One line for people."""
        times = sorted(self.recoveries)
        shown = f", recovery median {times[len(times) // 2]:.1f} s, longest {times[-1]:.1f} s" if times else ""
        return f"kills {dict(self.kills)}, calls {self.counts}{shown}, findings {self.bad or 'none'}"


def judge(system: System, world: Field, journals: Iterable[Journal], left_unknown: list[str]) -> Report:
    """Every checker over the journals of all clients and what the product exports."""
    journal = _together(journals)
    records = system.export(world.book)
    report = Report({name: len(journal.ids(name)) for name in (OK, REFUSED, UNKNOWN)})
    by_tag = _by_tag(records)
    report.findings = {
        "C1 lost": lost(journal, by_tag),
        "C2 ghost": ghosts(journal, by_tag),
        "C3 zombie": zombies(journal, by_tag),
        "C4 twice": twice(journal, by_tag),
        "C5 half": half(journal, by_tag),
        "C6 conserve": conserved(system, world, records),
        "C7 negative": negative(records),
        "C8 order": order(journal, records),
        "C11 chain": chain(system, records),
        "C13 scope": scope(system, world, records),
        "C14 unresolved": left_unknown,
    }
    return report


def _together(journals: Iterable[Journal]) -> Journal:
    whole = Journal.__new__(Journal)
    whole.asked, whole.answers = {}, {}
    for journal in journals:
        whole.asked |= journal.asked
        whole.answers |= journal.answers
    return whole


def _by_tag(records: Records) -> dict[str, Records]:
    found: dict[str, Records] = defaultdict(list)
    for record in records:
        for tag in set(tags_of(record)):
            found[tag].append(record)
    return found


def _posting(journal: Journal, outcome: str) -> list[str]:
    return sorted(held for held in journal.ids(outcome) if journal.asked[held].posts)


def lost(journal: Journal, by_tag: dict[str, Records]) -> list[str]:
    """Acknowledged, and not there."""
    return [f"{held} was acknowledged and is not in the book" for held in _posting(journal, OK) if not by_tag.get(held)]


def ghosts(journal: Journal, by_tag: dict[str, Records]) -> list[str]:
    """There, and never asked for by anybody."""
    known = set(journal.asked)
    return [f"nobody asked for {tag}" for tag in by_tag if len(tag) == 36 and tag.count("-") == 4 and tag not in known]


def zombies(journal: Journal, by_tag: dict[str, Records]) -> list[str]:
    """Refused, and there all the same."""
    return [f"{held} was refused and is in the book" for held in _posting(journal, REFUSED) if by_tag.get(held)]


def twice(journal: Journal, by_tag: dict[str, Records]) -> list[str]:
    """More than one document for one id, or two numbers told for it."""
    found = [f"{held} has {len(by_tag[held])} documents" for held in sorted(journal.asked) if len(by_tag[held]) > 1]
    for held, answers in sorted(journal.answers.items()):
        told = {answer.body.get("number") for answer in answers if answer.outcome == OK}
        if len(told) > 1:
            found.append(f"{held} was told the numbers {sorted(map(str, told))}")
    return found


def half(journal: Journal, by_tag: dict[str, Records]) -> list[str]:
    """A document whose entries are not the lines that were sent."""
    found = []
    for held in _posting(journal, OK):
        operation = journal.asked[held]
        for record in by_tag.get(held, []):
            posted = [(row[1], row[6]) for row in record["postings"]]
            if operation.lots is not None and sorted(posted) != sorted(operation.lots):
                found.append(f"{held}: sent {operation.lots}, posted {posted}")
            elif operation.total and sum(quantity for _, quantity in posted) != operation.total:
                found.append(f"{held}: sent {operation.total}, posted {posted}")
    return found


def fold(records: Records) -> dict[tuple[str, str], int]:
    """(account, lot's code) → what the entries leave there, without the zeros."""
    codes = {lot["id"]: lot["code"] for record in records for lot in record["lots"]}
    held: dict[tuple[str, str], int] = defaultdict(int)
    for record in records:
        for _line, lot, _item, _unit, source, target, quantity in record["postings"]:
            held[source, codes[lot]] -= quantity
            held[target, codes[lot]] += quantity
    return {key: quantity for key, quantity in held.items() if quantity}


def conserved(system: System, world: Field, records: Records) -> list[str]:
    """Entries, balances of the API and the rebuilt caches say the same."""
    folded = fold(records)
    told: dict[tuple[str, str], int] = {}
    found = []
    for row in pages(system.port, "/balances", world.keepers[0]):
        place = row["account"]
        key = (f"{place['kind']}:{place['store'] or '-'}:{place['organisation'] or '-'}", row["lot"])
        if key in told:
            found.append(f"two balances of {key}")
        told[key] = row["quantity"]
    named = {(_named(account), lot): quantity for (account, lot), quantity in folded.items()}
    if named != told:
        found.append(f"entries and balances differ: {sorted(set(named.items()) ^ set(told.items()))[:3]}")
    rebuilt = system.json("rebuild", "--check")
    return found if rebuilt["ok"] else [*found, f"rebuild --check: {rebuilt['first_bad']}"]


def _named(account: str) -> str:
    """An account of a record with "-" for a part that it does not have."""
    kind, store, party = account.split(":")
    has_party = kind in ("outside", "reserved", "transit", "recipient", "consumed")
    return f"{kind}:{store if kind not in ('outside', 'recipient', 'consumed') else '-'}:{party if has_party else '-'}"


def negative(records: Records) -> list[str]:
    """Something below zero, in the order of the book or of business dates."""
    found = []
    for name, ordered in (("seq", records), ("day", sorted(records, key=lambda r: (r["business_date"], r["seq"])))):
        held: dict[tuple[str, str], int] = defaultdict(int)
        for record in ordered:
            for _line, lot, _item, _unit, source, target, quantity in record["postings"]:
                held[target, lot] += quantity
                held[source, lot] -= quantity
            low = [key for key in held if held[key] < 0 and not key[0].startswith("outside:")]
            if low:
                found.append(f"by {name}: {low[0]} holds {held[low[0]]} after {record['number']}")
                break
    return found


def order(journal: Journal, records: Records) -> list[str]:
    """What was answered before another thing was sent stands before it in the book."""
    seqs = {tag: record["seq"] for record in records for tag in tags_of(record)}
    sent = []
    for held, answers in journal.answers.items():
        first_ok = next((answer for answer in answers if answer.outcome == OK), None)
        if held in seqs and first_ok is not None:
            sent.append((answers[0].sent_at, first_ok.received_at, seqs[held], held))
    done = sorted(sent, key=lambda row: row[1])
    found, place, highest = [], 0, 0
    for begun, _, seq, held in sorted(sent):
        while place < len(done) and done[place][1] < begun:
            highest = max(highest, done[place][2])
            place += 1
        if seq < highest:
            found.append(f"{held} was sent after #{highest} was acknowledged, and is #{seq}")
    return found


def chain(system: System, records: Records) -> list[str]:
    """`liangcao verify` passes, and the exported file passes alone."""
    found = []
    said = system.json("verify")
    if not said["ok"]:
        found.append(f"verify: {said['first_bad']}")
    alone = system.json("verify", str(system.home / "export.jsonl"))
    if not alone["ok"]:
        found.append(f"verify of the export: {alone['first_bad']}")
    if [record["seq"] for record in records] != list(range(1, len(records) + 1)):
        found.append("the book has gaps")
    return found


def scope(system: System, world: Field, records: Records) -> list[str]:
    """Nothing of the other bureau in the export or in any list."""
    strange = [record for record in records if record["book"] != world.book]
    found = [f"the export holds #{record['seq']} of {record['book']}" for record in strange]
    for path in READS:
        for token in (world.keepers[0], world.leader):
            status, body = call(system.port, "GET", f"{path}?limit=200", token)
            rows = body["results"] if status == 200 else []
            if CANARY in str(rows) or any(row.get("quantity") in (STRANGE, -STRANGE) for row in rows):
                found.append(f"{path} shows another bureau")
    return found
