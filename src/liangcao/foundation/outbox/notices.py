"""What a notice says, and whose turn it is: an act of access.toml, so that one file decides who is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something that waits for somebody. `act` on `object_name` is what they may do about it.

    With `organisation_id` the people of that organisation are told, else the bureau's desk; with `user_id` that person
    alone. `page` and `page_id` name the page that shows it. `key` names the event: announced twice, it is told once. No
    personal data in the texts.
    """

    key: str
    zh: str
    en: str
    page: str
    page_id: int
    bureau_id: int
    object_name: str
    act: str
    organisation_id: int | None = None
    user_id: int | None = None
