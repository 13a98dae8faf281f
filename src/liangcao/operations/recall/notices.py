"""What of a recall waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

from collections.abc import Iterator

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.recall.models import Recall


def begun(recall: Recall, organisation_ids: list[int]) -> Iterator[Notice]:
    """Every holder is to stop using the goods; at the desk, who hands goods over is to leave them where they are."""
    item = recall.item
    words = (
        f"请停用“{item.name}”的召回批次(召回单 {recall.number}),并填写还有多少",
        f'Stop using the recalled lots of "{item.english}" (recall {recall.number}) and say how much is left',
    )
    yield from (_to_holder(recall, each, "begun", words) for each in organisation_ids)
    yield Notice(
        key=f"{recall.bureau_id} {recall.number} begun",
        zh=f"“{item.name}”有批次召回(召回单 {recall.number}):已预留、待出库的不要发出",
        en=f'Lots of "{item.english}" are recalled ({recall.number}): hand out nothing that is reserved or picked',
        page="recall",
        page_id=recall.pk,
        bureau_id=recall.bureau_id,
        object_name="delivery",
        act="hand_over",
    )


def lifted(recall: Recall, organisation_ids: list[int]) -> Iterator[Notice]:
    """The goods may be used again."""
    words = (
        f"召回单 {recall.number} 已解除,“{recall.item.name}”可以照常使用",
        f'Recall {recall.number} is lifted: "{recall.item.english}" may be used again',
    )
    yield from (_to_holder(recall, each, "lifted", words) for each in organisation_ids)


def _to_holder(recall: Recall, organisation_id: int, stage: str, words: tuple[str, str]) -> Notice:
    return Notice(
        key=f"{recall.bureau_id} {recall.number} {stage} {organisation_id}",
        zh=words[0],
        en=words[1],
        page="portal_recall",
        page_id=recall.pk,
        bureau_id=recall.bureau_id,
        object_name="recall",
        act="answer",
        organisation_id=organisation_id,
    )
