"""Refusals: what a person is told when an act is not done. Each kind maps to one HTTP status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Refusal(Exception):
    """An act that was refused, with nothing written.

    `code` is stable and in UPPER_SNAKE; `zh` and `en` are whole sentences that say what is wrong, where, and what to
    do. `problems` holds several refusals told at once (a sheet with three bad rows is refused once, with three
    problems).
    """

    status = 400

    def __init__(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        field: str | None = None,
        row: int | None = None,
        sheet: str | None = None,
        column: str | None = None,
        problems: Iterable[Refusal] = (),
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en
        self.field = field
        self.row = row
        self.sheet = sheet
        self.column = column
        self.problems = tuple(problems)

    def message(self, language: str) -> str:
        """The sentence in the reader's language: English when `language` starts with "en", else Chinese."""
        return self.en if language.startswith("en") else self.zh


class Invalid(Refusal):
    """The input itself is wrong."""

    status = 400


class Forbidden(Refusal):
    """The actor's appointment does not allow this act."""

    status = 403


class NotFound(Refusal):
    """Unknown, or not the actor's to see: from outside the two look the same."""

    status = 404

    def __init__(
        self, zh: str = "未找到,或不在您的范围内", en: str = "Not found, or not within your scope", **where: object
    ):
        super().__init__("NOT_FOUND", zh, en, **where)  # type: ignore[arg-type]


class Conflict(Refusal):
    """The input is right but the state of things does not allow it now."""

    status = 409


class KeyReused(Refusal):
    """The same client-made id came with another body."""

    status = 422


class Unavailable(Refusal):
    """Not the input is wrong: the database or its disk cannot take the act now. `applied` is False where nothing was
    written, None where nobody can know before the same id is sent again."""

    status = 503
    applied: bool | None = False


class OutcomeUnknown(Unavailable):
    """The database broke off while an act was committed: it may have been written or not."""

    applied = None

    def __init__(self) -> None:
        super().__init__(
            "OUTCOME_UNKNOWN",
            "操作结果未知,请用同一编号重试(直接重新提交即可),不会重复入账",
            "The outcome is not known. Send again with the same id (just submit again): nothing is entered twice",
        )


def raise_all(problems: list[Refusal]) -> None:
    """Raise nothing, the one problem, or one `Invalid` that carries all of them."""
    if not problems:
        return
    if len(problems) == 1:
        raise problems[0]
    raise Invalid(
        "SEVERAL_PROBLEMS",
        f"共有 {len(problems)} 处问题,全部未保存:" + ";".join(p.zh for p in problems[:5]),
        f"{len(problems)} problems, nothing was saved: " + "; ".join(p.en for p in problems[:5]),
        problems=problems,
    )


@contextmanager
def collected(problems: list[Refusal]) -> Iterator[None]:
    """Put a refusal raised inside on the list instead of ending the act, so that all problems are told at once."""
    try:
        yield
    except Refusal as problem:
        problems.extend(problem.problems or (problem,))
