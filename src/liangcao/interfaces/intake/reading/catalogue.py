"""Which item of the catalogue a written name means: by name, code or alias, else by likeness, never across a grade.

What is not certain is asked, never guessed: `match` says whether the best candidate may be taken as it stands.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from liangcao.interfaces.intake.reading.lines import Candidate
from liangcao.interfaces.intake.reading.traits import QUALIFIED, Traits, ceiling, plain_key, same_words, traits
from liangcao.reference.catalog.naming import LONGEST_NAME, name_key

SAME = 1.0
# The same but for words that change nothing (大号, 各类), and the same words in another order.
PLAIN, SAME_WORDS = 0.97, 0.96
# A candidate that is not the same name is certain from here on, when the next one is so much behind.
CERTAIN, AHEAD = 0.9, 0.15
# The most that likeness alone is worth, and the least that is shown.
ALIKE, LEAST = 0.95, 0.4
# What sounds alike is worth a little less, what holds the name within it less again, and pinyin that was typed.
SOUND, WITHIN, TYPED = 0.93, 0.85, 0.8
_UNHEARD = chr(0x10FFFF)
_LOOKED_AT = 40
_REMEMBERED = 20_000
_DATA = "liangcao.reference.catalog"


@dataclass(frozen=True, slots=True)
class Entry:
    """An item: `packs` are names of packs with the base units in each."""

    code: str
    name: str
    name_en: str
    base_unit: str
    category: str
    packs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Name:
    """One name by which an item goes."""

    code: str
    plain: str
    traits: Traits


class Catalogue:
    """The items with their aliases, prepared for finding. Never changed once made."""

    def __init__(self, entries: Iterable[Entry], aliases: Iterable[tuple[str, str]] = ()) -> None:
        """`aliases` are pairs of an item's code and what people call it; those of unknown items are left out."""
        self.entries: dict[str, Entry] = {entry.code: entry for entry in entries}
        kept = [(code, alias) for code, alias in aliases if code in self.entries]
        self._traits = {code: traits(entry.name) for code, entry in self.entries.items()}
        self._exact = self._by_key(kept)
        self._names = [
            _Name(code, plain_key(name), traits(name))
            for code, name in [*((code, entry.name) for code, entry in self.entries.items()), *kept]
        ]
        self._order = {code: number for number, code in enumerate(self.entries)}
        self._plain: dict[str, list[_Name]] = defaultdict(list)
        self._words: dict[tuple[str, ...], list[_Name]] = defaultdict(list)
        for each in self._names:
            self._plain[each.plain].append(each)
            self._words[each.traits.words].append(each)
        self._keys = [each.plain for each in self._names]
        heard = [_syllables(key) for key in self._keys]
        # A private character for each syllable, so that sounds are compared syllable by syllable.
        self._syllables = {
            syllable: chr(0xF0000 + number % 0xFFFF)
            for number, syllable in enumerate(sorted({syllable for each in heard for syllable in each}))
        }
        self._sounds = [self._sound(each) for each in heard]
        self._typed = ["".join(each).upper() for each in heard]
        self._known: dict[str, tuple[Candidate, ...]] = {}

    @classmethod
    def shipped(cls) -> Catalogue:
        """The catalogue and the aliases that the product ships."""
        return _shipped()

    def _by_key(self, aliases: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
        """key → the items that it names: names go before codes, codes before aliases."""
        found: dict[str, tuple[str, ...]] = {}
        names = [(code, entry.name) for code, entry in self.entries.items()]
        for pairs in (names, [(code, code) for code in self.entries], aliases):
            level: dict[str, dict[str, None]] = defaultdict(dict)
            for code, written in pairs:
                level[name_key(written)][code] = None
            found = {key: tuple(codes) for key, codes in level.items() if key} | found
        return found

    def candidates(self, item: str, limit: int = 3) -> tuple[Candidate, ...]:
        """Items that a written name may mean, the best first; none when nothing is like it."""
        return self._candidates(item)[: max(limit, 0)]

    def match(self, item: str) -> tuple[tuple[Candidate, ...], bool]:
        """The candidates, and whether the first may be taken without asking."""
        found = self.candidates(item)
        if not found:
            return found, False
        best = found[0]
        if len(found) > 1 and found[1].score == SAME:
            return found, best.name == item.strip()
        if best.score >= SAME_WORDS:
            return found, len(found) == 1 or found[1].score < best.score
        second = found[1].score if len(found) > 1 else 0.0
        return found, best.score >= CERTAIN and best.score - second >= AHEAD

    def _candidates(self, item: str) -> tuple[Candidate, ...]:
        item = item[:LONGEST_NAME]
        known = self._known.get(item)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[item] = self._ranked(item)
        return known

    def _ranked(self, item: str) -> tuple[Candidate, ...]:
        key = name_key(item)
        if not key:
            return ()
        scores = self._alike(item)
        for code in self._one_of_several_names(item):
            scores[code] = PLAIN
        for code in self._exact.get(key, ()):
            scores[code] = SAME
        written = item.strip()
        ranked = sorted(
            ((score, self.entries[code]) for code, score in scores.items() if score >= LEAST),
            key=lambda pair: (-pair[0], pair[1].name != written, self._order[pair[1].code]),
        )
        return tuple(Candidate(entry.code, entry.name, round(score, 3)) for score, entry in ranked)

    def _one_of_several_names(self, item: str) -> tuple[str, ...]:
        """The item where all names between strokes are names of it: 防冲击眼罩/护目镜/防护眼镜."""
        parts = [name_key(part) for part in re.split(r"[/|／]", item)]
        named = {self._exact.get(part, ()) for part in parts if part}
        return named.pop() if len(parts) > 1 and len(named) == 1 else ()

    def _alike(self, item: str) -> dict[str, float]:
        """code → how like it is, grades, kinds and figures kept apart."""
        plain, said = plain_key(item), traits(item)
        scores = self._by_pinyin(plain)
        for index, likeness in self._near(plain):
            code = self._names[index].code
            scores[code] = max(scores.get(code, 0.0), min(likeness, ceiling(said, self._traits[code]), ALIKE))
        for each in self._words.get(said.words, ()):
            if same_words(said, each.traits):
                scores[each.code] = max(scores.get(each.code, 0.0), _worth(SAME_WORDS, said, each))
        for each in self._plain.get(plain, ()):
            scores[each.code] = max(scores.get(each.code, 0.0), _worth(PLAIN, said, each))
        return scores

    def _near(self, plain: str) -> Iterator[tuple[int, float]]:
        """Index of a name and how like it is in writing or in sound, for the names that are the most like."""
        for _, score, index in process.extract(plain, self._keys, scorer=fuzz.ratio, score_cutoff=40, limit=_LOOKED_AT):
            yield index, score / 100
        for _, score, index in process.extract(
            plain, self._keys, scorer=fuzz.partial_ratio, score_cutoff=50, limit=_LOOKED_AT
        ):
            # One name within another says little when it is short: 帽 in 无纺布帽.
            share = min(len(plain), len(self._keys[index])) / max(len(plain), len(self._keys[index]), 1)
            yield index, score / 100 * WITHIN * min(1.0, 0.6 + 0.8 * share)
        sound = self._sound(_syllables(plain))
        for _, score, index in process.extract(
            sound, self._sounds, scorer=fuzz.ratio, score_cutoff=40, limit=_LOOKED_AT
        ):
            yield index, score / 100 * SOUND

    def _by_pinyin(self, plain: str) -> dict[str, float]:
        """code → how like its pinyin is, where somebody typed Latin letters alone."""
        scores: dict[str, float] = {}
        if plain.isascii() and plain.isalpha():
            for _, score, index in process.extract(
                plain, self._typed, scorer=fuzz.ratio, score_cutoff=40, limit=_LOOKED_AT
            ):
                code = self._names[index].code
                scores[code] = max(scores.get(code, 0.0), score / 100 * TYPED)
        return scores

    def _sound(self, syllables: Iterable[str]) -> str:
        return "".join(self._syllables.get(syllable, _UNHEARD) for syllable in syllables)


def _syllables(key: str) -> list[str]:
    """The pinyin of a key; what is not Chinese stays as single characters."""
    return lazy_pinyin(key, errors=list)  # type: ignore[arg-type]


def _worth(score: float, said: Traits, each: _Name) -> float:
    """An item of things not stated is not the same as the item that was named plainly."""
    return min(score, QUALIFIED) if each.traits.is_qualified and not said.is_qualified else score


@cache
def _shipped() -> Catalogue:
    packs: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows("packs.csv"):
        packs[row["item"]][row["name"]] = int(row["factor"])
    entries = [
        Entry(row["code"], row["name"], row["name_en"], row["base_unit"], row["category"], packs[row["code"]])
        for row in _rows("items.csv")
    ]
    return Catalogue(entries, [(row["item"], row["alias"]) for row in _rows("aliases.csv")])


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(_DATA).joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))
