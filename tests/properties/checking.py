"""What every step of the machine goes through: the call, what it may answer, and the ten invariants after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.chain import canonical
from liangcao.foundation.kernel.errors import Refusal
from liangcao.ledger.entries import AccountRef
from liangcao.ledger.export import book_records
from liangcao.ledger.holdings import held_at
from liangcao.ledger.models import Balance, Book, BookHead, Move, StockAccount
from liangcao.ledger.record import account_name
from liangcao.ledger.registers import holdings_at
from liangcao.ledger.trace import trace
from liangcao.ledger.verify import first_cache_error, verify_book
from liangcao.ledger.verify_records import ChainCheck
from liangcao.reference.parties.models import Organisation, Store
from tests.factories.world import NOON, World
from tests.properties.model import BookModel, Line, kind_of

FEW = st.integers(1, 40)
PICK = st.integers(0, 50)
BACK = st.sampled_from([0, 0, 0, 1, 2, 4, 8, -1])
GONE = frozenset({"GOODS_MOVED_ON", "STOCK_SHORT"})


@dataclass(frozen=True)
class Told:
    """A report as it was told: as known at a place of the chain. It must never say anything else."""

    seq: int
    store_id: int
    held: dict[Any, int]


@dataclass(frozen=True)
class Sent:
    """A call that was taken, to be sent again. `is_claimed`: its action gives the first answer again."""

    client_id: UUID
    call: Callable[[UUID], Any]
    answer: Any
    is_claimed: bool


class CheckedBook(RuleBasedStateMachine):
    """One book beside its model. Every example runs in a savepoint of the test's transaction."""

    world: World
    stranger: Actor

    def __init__(self) -> None:
        super().__init__()
        self._savepoint = transaction.atomic()
        self._savepoint.__enter__()
        self.model = BookModel()
        self.check = ChainCheck()
        self.at: datetime = NOON
        self.calls: list[Sent] = []
        self.told: list[Told] = []
        self.makers: dict[int, int | None] = {}
        self.made = 0
        self.codes = dict(Store.objects.values_list("pk", "code")), dict(Organisation.objects.values_list("pk", "code"))

    def teardown(self) -> None:
        """The whole proof at the end, then everything is as before."""
        try:
            self._whole_proof()
        finally:
            transaction.set_rollback(True)
            self._savepoint.__exit__(None, None, None)

    # --- one step

    def new_id(self) -> UUID:
        """The next client-made id; the same in every run."""
        self.made += 1
        return uuid5(NAMESPACE_OID, str(self.made))

    def name(self, ref: AccountRef) -> str:
        """An account as records write it."""
        stores, parties = self.codes
        if ref.party_id not in parties:
            parties.update(Organisation.objects.values_list("pk", "code"))
        return account_name(ref.kind, stores[ref.store_id], parties[ref.party_id])

    @property
    def stores(self) -> list[AccountRef]:
        """The stock accounts of both stores."""
        return [AccountRef("store", store.pk) for store in (self.world.store, self.world.second_store)]

    def lots_in(self, *refs: AccountRef) -> list[tuple[UUID, AccountRef, int]]:
        """(lot, account, quantity) of what lies in these accounts."""
        held = self.model.balances()
        found = [(UUID(lot), ref, held[name, lot]) for ref in refs for name, lot in held if name == self.name(ref)]
        return sorted(found)

    def line(self, lot: UUID, source: AccountRef, target: AccountRef, quantity: Any) -> Line:
        """A posting as records write it."""
        return str(lot), self.name(source), self.name(target), quantity

    def who(self, role: str) -> dict[str, Any]:
        """The two arguments that every action takes."""
        return {"by": self.world.actor(role), "at": self.at}

    @property
    def today(self) -> date:
        """The business date of the clock."""
        return (self.at + timedelta(hours=8)).date()

    def step(
        self,
        call: Callable[[UUID], Any],
        *,
        refusal: str | Collection[str] | None = None,
        lines: list[Line] | None = None,
        is_claimed: bool = True,
    ) -> Any:
        """Make a call with a new id. `refusal`: the code or codes one of which must come, "" or empty for none, None
        when the model does not know. `lines`: what must be posted then. Returns None when it was refused."""
        codes = {refusal} - {""} if isinstance(refusal, str) else set(refusal or ())
        before, client_id = self._head(), self.new_id()
        self.at += timedelta(seconds=1)
        refused, answer = outcome(call, client_id)
        if refused is not None:
            told = {refused.code} | {problem.code for problem in refused.problems}
            assert refusal is None or codes & told, f"{refused} where the model says {codes or 'yes'}"
            assert self._head() == before, "a refused act leaves nothing"
            assert not Move.objects.filter(pk=client_id).exists()
            return None
        assert not codes, f"taken where the model says {codes}"
        self._absorb(before[0], lines)
        self.calls.append(Sent(client_id, call, plain(answer), is_claimed))
        return answer

    def _head(self) -> tuple[int, str]:
        head = BookHead.objects.get(book=self.world.book)
        return head.seq, head.hash

    def _absorb(self, after: int, lines: list[Line] | None) -> None:
        """Read what was written the way an auditor does, and fold it into the model."""
        posted = []
        for record in book_records(self.world.system, self.world.bureau.pk, after=after):
            assert self.check.add(record), self.check.first_bad
            self.model.absorb(record)
            self.makers[record["seq"]] = record["actor"]["id"]
            posted += [(lot, source, target, quantity) for _, lot, _, _, source, target, quantity in record["postings"]]
        assert lines is None or posted == lines, f"posted {posted}, asked {lines}"

    # --- the invariants, by their numbers in the list of ten

    @invariant()
    def ten(self) -> None:
        """After every step; the parts that read everything again come at the end."""
        self.balances_are_the_model()
        self.documents_are_whole_and_single()
        self.past_days_add_up()
        self.what_was_told_stays()
        self.every_piece_is_somewhere()

    def balances_are_the_model(self) -> None:
        """1 conservation, 2 balance = fold, 3 never negative; now and, in the model, at the end of every day."""
        stored: dict[tuple[str, str], int] = {}
        sums: dict[UUID, int] = {}
        rows = Balance.objects.filter(book=self.world.book).exclude(quantity=0)
        for account, lot, quantity in rows.values_list("account_id", "lot_id", "quantity"):
            stored[self._account(account), str(lot)] = quantity
            sums[lot] = sums.get(lot, 0) + quantity
        assert stored == self.model.balances()
        assert not any(sums.values())
        assert all(quantity >= 0 or kind_of(key[0]) == "outside" for key, quantity in stored.items())
        assert first_cache_error(Book.objects.get(pk=self.world.book.pk)) is None

    def _account(self, pk: int) -> str:
        if pk not in self._accounts:
            rows = StockAccount.objects.filter(book=self.world.book).values_list("pk", "kind", "store_id", "party_id")
            self._accounts.update({row[0]: self.name(AccountRef(*row[1:])) for row in rows})
        return self._accounts[pk]

    @property
    def _accounts(self) -> dict[int, str]:
        known: dict[int, str] = self.__dict__.setdefault("_known_accounts", {})
        return known

    def documents_are_whole_and_single(self) -> None:
        """4 atomic documents, 5 exactly once, 10 acknowledged is there and refused is not: the ids of the book are
        those of the model, and the chain ends where the records end (7)."""
        ids = set(Move.objects.filter(book=self.world.book).values_list("pk", flat=True))
        assert {str(pk) for pk in ids} == self.model.ids
        assert self._head() == (self.check.seq, self.check.hash)

    def past_days_add_up(self) -> None:
        """2 and 3 on a past day: the balance as of a day is the fold up to that day."""
        day = self.today - timedelta(days=len(self.model.records) % 5)
        codes = {self.world.mask.pk: "T-mask", self.world.suit.pk: "T-suit"}
        for by_lot in (False, True):  # From the changes of the days, and from the balances of now back.
            asked: Counter[str] = Counter()
            for row in holdings_at(self.world.system, self.world.bureau.pk, day=day, kinds=["store"], by_lot=by_lot):
                asked[codes[row.item_id]] += row.quantity
            assert asked == self.model.as_of(day, "store")

    def what_was_told_stays(self) -> None:
        """8: a report as known at a place of the chain says the same for ever."""
        store = self.world.store.pk
        self.told.append(Told(self.check.seq, store, self._report(self.check.seq, store)))
        old = self.told[len(self.model.records) * 7 % len(self.told)]
        assert self._report(old.seq, old.store_id) == old.held

    def _report(self, seq: int, store_id: int) -> dict[Any, int]:
        places = ("store", "quarantine", "receiving", "reserved")
        return held_at(self.world.system, self.world.bureau.pk, store_id=store_id, seq=seq, kinds=places)

    def every_piece_is_somewhere(self) -> None:
        """6 trace closed: what came of a lot is at exactly one place each, in the product's own trace."""
        if not self.model.lots:
            return
        lot = sorted(self.model.lots)[len(self.model.records) % len(self.model.lots)]
        [code] = [row["code"] for record in self.model.records for row in record["lots"] if row["id"] == lot]
        [found] = trace(self.world.system, self.world.bureau.pk, code).items
        assert found.adds_up
        here = {key[0]: q for key, q in self.model.balances().items() if key[1] == lot}
        assert found.came == sum(q for account, q in here.items() if kind_of(account) != "outside")
        assert found.came == -sum(q for account, q in here.items() if kind_of(account) == "outside")

    def _whole_proof(self) -> None:
        """7 the chain from the first document, 8 the bytes of old records, 9 makers and second signatures."""
        proof = verify_book(self.world.system, self.world.bureau.pk)
        assert proof.ok, proof.first_bad
        assert proof.moves == len(self.model.records)
        again = list(book_records(self.world.system, self.world.bureau.pk))
        assert [canonical(record) for record in again] == [canonical(record) for record in self.model.records]
        for old in self.told:
            assert self._report(old.seq, old.store_id) == old.held
        for record in self.model.records:
            self._check_signatures(record)
        connection.check_constraints()

    def _check_signatures(self, record: dict[str, Any]) -> None:
        """9 authority: who decides is not who asked or counted."""
        names = {signature["role"]: signature["name"] for signature in record["signatures"]}
        if record["kind"] == "loss":
            assert names["asked"] != names["approved"]
        if record["kind"] == "count":
            assert names["confirmed"] not in (names["counted"], names["signed"])
        assert record["actor"]["name"]


def plain(answer: Any) -> Any:
    """What must come again when the same id is sent again."""
    return getattr(answer, "number", None) or getattr(answer, "pk", answer)


def outcome(call: Callable[[UUID], Any], client_id: UUID) -> tuple[Refusal | None, Any]:
    """The refusal or the answer of a call."""
    try:
        return None, call(client_id)
    except Refusal as refused:
        return refused, None
