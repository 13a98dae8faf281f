"""Proof of the seals in the database: each against the book, and what is kept beside them against what they signed."""

from __future__ import annotations

from liangcao.foundation.files.queries import is_intact
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.models import SHARED, JournalBatch
from liangcao.ledger.models import Book, BookHead, ClosingBalance, Seal, StockAccount
from liangcao.ledger.posting import account_names
from liangcao.ledger.seals_proof import DayBooks, SealChain, SealFault, check_book, closing_digest
from liangcao.ledger.seals_queries import file_digests, seal_records


class SealedBook:
    """The seals of a book as the database holds them, beside what its documents say."""

    def __init__(self, actor: Actor, book: Book, days: DayBooks) -> None:
        self.book = book
        self.chain = SealChain()
        for record in seal_records(actor, book.bureau_id):
            if not self.chain.add(record):
                break
        self._days = days
        if self.chain.seals:
            days.files = set(file_digests(actor, book.bureau_id))
            batches = JournalBatch.objects.visible_to(actor).filter(bureau_id__in=(SHARED, book.bureau_id))
            days.batches = {
                (bureau, seq): link for bureau, seq, link in batches.values_list("bureau_id", "seq", "hash")
            }

    def signed_fault(self) -> SealFault | None:
        """What the seals signed and the book no longer says."""
        return self.chain.fault or check_book(self._days, self.chain.seals)

    def kept_fault(self) -> SealFault | None:
        """What is kept beside the seals and is not what they signed: columns, closing balances, files, the head."""
        rows = list(Seal.objects.filter(book=self.book).order_by("number"))
        for row in rows:
            if (row.number, row.day.isoformat()) != (row.content["number"], row.content["day"]):
                return SealFault(row.number, "seal_record", f"seal {row.number} says another day or number")
            fault = self._closing_fault(row)
            if fault:
                return fault
        sealed = BookHead.objects.values_list("sealed_through", flat=True).get(book=self.book)
        if sealed != (rows[-1].day if rows else None):
            return SealFault(len(rows), "seal_head", f"the head says sealed through {sealed}")
        return self._file_fault()

    def _closing_fault(self, row: Seal) -> SealFault | None:
        held = list(ClosingBalance.objects.filter(seal=row).values_list("account", "lot", "quantity"))
        names = account_names(StockAccount.objects.filter(pk__in={account for account, _, _ in held}))
        said = closing_digest([[names[account], str(lot), quantity] for account, lot, quantity in held])
        if said == row.content["closing"]["digest"]:
            return None
        return SealFault(
            row.number, "closing_balance", f"the closing balances of {row.day} are not those that it signed"
        )

    def _file_fault(self) -> SealFault | None:
        """Each file that a seal named lies on the disk as it was."""
        for content in self.chain.seals:
            for each in content["files"]:
                if not is_intact(each):
                    return SealFault(content["number"], "stored_file", f"the file {each[:16]}… is missing or altered")
        return None
