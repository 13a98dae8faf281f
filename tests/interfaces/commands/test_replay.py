"""replay: stock cards of the OpenLMIS shape go through the ledger's own posting and give the known balances."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.commands.replay import LOADER, replay
from liangcao.interfaces.commands.stock_cards import read_stock_cards
from tests.interfaces.commands.conftest import Shell

CARDS = "id,facilityId,lotId,orderableId,programId,originEventId\nA,f1,L1,o1,p,e\nB,f1,,o2,p,e\nC,f2,,o1,p,e\n"
LINES = "id,occurredDate,processedDate,destinationId,reasonId,quantity,sourceId,stockCardId\n"
RECEIPT, LOST = "313f2f5f-0c22-4626-8c49-3554ef763de3", "b7e99f5b-af04-433d-9c30-d4f90c60c47b"
DAY = "2017-03-01,2017-03-02 10:00:00"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., str]:
    def write(*lines: str, cards: str = CARDS, **more: str) -> str:
        text = LINES + "".join(f"{number},{line}\n" for number, line in enumerate(lines))
        for name, content in {"stock_cards": cards, "stock_card_line_items": text, **more}.items():
            (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8-sig")
        return str(tmp_path)

    return write


BALANCED = (
    # Written down later, happened earlier: the order is that of the days, then of the writing.
    f"2017-03-05,2017-03-05T08:00:00,,{LOST},4,,A",
    f"2017-03-01,2017-03-06 09:00:00.5,,{RECEIPT},10,,A",
    "2017-03-05,2017-03-05 09:00:00,,,9,,A",  # a count finds 3 more than the 6 that are there
    "2017-03-05,2017-03-05 10:00:00,n1,,9,,A",  # and all of them go
    "2017-03-07,2017-03-07 10:00:00,,,0,,A",  # a count that agrees posts nothing
    "2017-03-01,2017-03-01 10:00:00,,,0,,B",
    "2017-03-02,2017-03-02 10:00:00,,,5,n2,B",
    "2017-03-03,2017-03-03 10:00:00,,,3,,B",  # a count finds 2 fewer
)


@pytest.mark.django_db
def test_counts_post_their_variance_and_zero_lines_post_nothing(folder: Callable[..., str]) -> None:
    from liangcao.foundation.identity.actor import Actor
    from liangcao.ledger import queries

    cards = read_stock_cards(folder(*BALANCED))
    found = [(card, day.isoformat(), held) for card, day, held in replay(cards)]
    assert found == [
        ("A", "2017-03-01", 10),
        ("A", "2017-03-05", 0),
        ("A", "2017-03-07", 0),
        ("B", "2017-03-01", 0),
        ("B", "2017-03-02", 5),
        ("B", "2017-03-03", 3),
    ]
    actor = Actor.system(LOADER, 0)
    [book] = queries.books(actor)
    kinds = [move.kind for move in queries.moves(actor, book.bureau_id).order_by("seq")]
    assert kinds == ["receipt", "receipt", "count", "issue", "count", "issue"]
    sources = {lot.source_kind for lot in queries.lots(actor, book.bureau_id)}
    assert sources == {"allotment", "found"}
    again = replay(read_stock_cards(folder(*BALANCED)))
    assert [(card, day.isoformat(), held) for card, day, held in again] == found
    assert queries.moves(actor, book.bureau_id).count() == len(kinds)


@pytest.mark.django_db
def test_a_card_never_goes_below_zero(folder: Callable[..., str]) -> None:
    from liangcao.ledger.models import Move

    with pytest.raises(Refusal) as told:
        replay(read_stock_cards(folder(f"{DAY},,{RECEIPT},5,,A", "2017-03-04,2017-03-04,n1,,6,,A")))
    assert told.value.code == "CARD_SHORT"
    assert "第 3 行" in told.value.message("zh-hans")
    assert not Move.objects.exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{DAY},,{RECEIPT},-1,,A", "quantity“-1”"),
        (f"{DAY},,{RECEIPT},1.5,,A", "quantity“1.5”"),
        (f"{DAY},,{RECEIPT},²,,A", "quantity“²”"),
        (f"{DAY},,{RECEIPT},9999999999,,A", "quantity“9999999999”"),
        (f"{DAY},,{RECEIPT},1,,Z", "没有这张卡片"),
        (f"{DAY},,unheard-of,1,,A", "不认识的原因"),
        (f"2017-02-30,2017-03-01,,{RECEIPT},1,,A", "occurredDate“2017-02-30”"),
        (f"2017-03-01,yesterday,,{RECEIPT},1,,A", "processedDate“yesterday”"),
        (f"{DAY},,{RECEIPT},1", "须有 8 列"),
    ],
)
def test_a_bad_line_is_named_by_file_row_and_column(folder: Callable[..., str], line: str, said: str) -> None:
    with pytest.raises(Refusal) as told:
        read_stock_cards(folder(line))
    assert "stock_card_line_items.csv 第 2 行" in told.value.message("zh-hans")
    assert said in told.value.message("zh-hans")


def test_bad_files_are_refused(folder: Callable[..., str], tmp_path: Path) -> None:
    for place, code in ((str(tmp_path / "none"), "FOLDER_MISSING"), (folder(cards="id,lotId\n"), "COLUMN_MISSING")):
        with pytest.raises(Refusal) as told:
            read_stock_cards(place)
        assert told.value.code == code
    (tmp_path / "stock_cards.csv").write_bytes("编号".encode("gb18030"))
    with pytest.raises(Refusal, match="FILE_UNREADABLE"):
        read_stock_cards(str(tmp_path))
    (tmp_path / "stock_cards.csv").unlink()
    with pytest.raises(FileNotFoundError):
        read_stock_cards(str(tmp_path))


def test_a_reason_of_one_s_own_is_read_from_the_folder(folder: Callable[..., str]) -> None:
    reasons = "id,name,reasonType\nmine,Gift,CREDIT\n"
    cards = read_stock_cards(folder(f"{DAY},,mine,7,,A", stock_card_line_item_reasons=reasons))
    assert cards.lines[0].change == 7


def test_replay_makes_the_database_and_prints_json_lines(
    empty_shell: Shell, folder: Callable[..., str], tmp_path: Path
) -> None:
    place = folder(*BALANCED)
    printed = empty_shell.said("replay", place, "--json")
    assert json.loads(printed.splitlines()[1]) == {"stockcardid": "A", "occurreddate": "2017-03-05", "stockonhand": 0}
    assert "6 个结存" in empty_shell.said("replay", place)
    assert "Verified" in empty_shell.said("verify", language="en")
    assert "没有文件夹" in empty_shell.refused("replay", str(tmp_path / "none"))


@pytest.mark.django_db
def test_the_real_cards_give_all_known_balances(data_folder: Callable[[str], Path]) -> None:
    place = data_folder("openlmis_stock")
    found = {(card, day.isoformat()): held for card, day, held in replay(read_stock_cards(str(place)))}
    with (place / "calculated_stocks_on_hand.csv").open(encoding="utf-8", newline="") as file:
        known = {(row["stockcardid"], row["occurreddate"]): int(row["stockonhand"]) for row in csv.DictReader(file)}
    assert len(known) > 0
    assert found == known
