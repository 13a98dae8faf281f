"""Writes of the briefing: freezing an edition. Nothing below is changed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.files.actions import store
from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.chain import canonical, digest
from liangcao.foundation.kernel.clock import day_end
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import check_text
from liangcao.oversight.briefing import queries
from liangcao.oversight.briefing.models import Edition
from liangcao.oversight.briefing.queries import Briefing
from liangcao.oversight.briefing.wording import day_zh
from liangcao.reference.parties.queries import current_emergency

NOTE_LENGTH = 2000
_FILE_NAME = {"docx": "应急物资保障情况通报", "xlsx": "应急物资保障情况通报附表"}


class EditionUnchanged(Conflict):
    """The last revision of the day has the same figures and note."""


@transaction.atomic
def freeze_edition(*, bureau_id: int, day: date, note: str = "", by: Actor, at: datetime, client_id: UUID) -> Edition:
    """Freeze the briefing of a day as it stands: figures, texts, Word and Excel with their digests.

    Its cut-off is 24:00, or `at` while the day goes on. Raises Forbidden, Invalid DATE_IN_FUTURE, TEXT_TOO_LONG or
    TEXT_INVALID,
    EditionUnchanged (409) when nothing differs from the last revision of the day.
    """
    guard.check(by, "freeze", "briefing", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "day": day, "note": note}
    done = claim(client_id=client_id, action="freeze_edition", body=body, by=by, at=at)
    if done:
        return queries.edition(by, int(done))
    note = check_text(note, field="note", zh="会商意见", en="note", longest=NOTE_LENGTH)
    made = queries.briefing(by, bureau_id, day, at=at, note=note)
    revision = _next_revision(made, note, day)
    plain = queries.plain_figures(made.figures)
    edition = Edition.objects.create(
        bureau_id=bureau_id,
        emergency_id=_emergency(bureau_id),
        business_date=day,
        revision=revision,
        cutoff_at=min(at, day_end(day)),
        previous=made.previous,
        figures=plain,
        figures_digest=digest(canonical(plain)),
        text_zh=made.text("zh-hans").plain,
        text_en=made.text("en").plain,
        chat_zh=made.chat("zh-hans"),
        note=note,
        word=_keep(made, "docx", bureau_id, revision, by, at),
        excel=_keep(made, "xlsx", bureau_id, revision, by, at),
        frozen_by=by.name,
        frozen_user_id=by.user_id,
        frozen_at=at,
        client_id=client_id,
    )
    record(
        by=by,
        at=at,
        action="freeze_edition",
        object_kind="edition",
        object_ref=f"{day}/{revision}",
        bureau_id=bureau_id,
        after={"figures": edition.figures_digest, "word": edition.word.digest, "excel": edition.excel.digest},
    )
    settle(client_id=client_id, ref=str(edition.pk))
    return edition


def _next_revision(made: Briefing, note: str, day: date) -> int:
    last = made.previous
    if last is None or last.business_date != day:
        return 1
    if not made.changes and last.note == note and last.cutoff_at == made.figures.cutoff_at:
        raise EditionUnchanged(
            "EDITION_UNCHANGED",
            f"{day_zh(day)}通报第 {last.revision} 版之后没有变化,不用再次定稿",
            f"Nothing has changed since revision {last.revision} of {day}; no need to freeze again",
        )
    return int(last.revision) + 1


def _emergency(bureau_id: int) -> int | None:
    try:
        return int(current_emergency(bureau_id).pk)
    except Conflict:
        return None


def _keep(made: Briefing, ending: str, bureau_id: int, revision: int, by: Actor, at: datetime) -> StoredFile:
    content, content_type = queries.briefing_file(made, ending, actor=by, bureau_id=bureau_id, language="zh-hans")
    name = f"{made.figures.bureau_name}{made.figures.day}{_FILE_NAME[ending]}(第{revision}版).{ending}"
    return store(bureau_id=bureau_id, name=name, content=content, content_type=content_type, at=at)
