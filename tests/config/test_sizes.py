"""A body that is too large is refused before it is read, as a page and as JSON."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

MEGABYTE = 1024 * 1024


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")


def announce(path: str, length: str, content_type: str) -> Any:
    """A request that says how long it is; nobody reads what follows."""
    said: Any = {"CONTENT_LENGTH": length, "CONTENT_TYPE": content_type, "wsgi.input": Unread()}
    return Client().generic("POST", path, b"", content_type, **said)


@pytest.mark.django_db
@pytest.mark.parametrize("length", [str(10 * MEGABYTE + 1), str(200 * MEGABYTE), "9" * 30])
def test_call(length: str) -> None:
    answer = announce("/api/v1/transfers", length, "application/json")
    assert answer.status_code == 413
    assert answer.json()["code"] == "BODY_TOO_LARGE" and answer.json()["request_id"] == answer["X-Request-Id"]


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["-1", "1e9", "²", "0x10"])
def test_length_that_is_no_number(length: str) -> None:
    assert announce("/login/", length, "application/x-www-form-urlencoded").status_code == 413


@pytest.mark.django_db
def test_form_and_upload_have_their_own_limits() -> None:
    form = announce(reverse("login"), str(11 * MEGABYTE), "application/x-www-form-urlencoded")
    assert form.status_code == 413 and "超过 10 MB" in form.content.decode()
    upload = announce(reverse("login"), str(21 * MEGABYTE), "multipart/form-data; boundary=x")
    assert upload.status_code == 413 and "超过 20 MB" in upload.content.decode()
    assert upload["X-Request-Id"] in upload.content.decode()
    assert announce("/api/v1/transfers", str(11 * MEGABYTE), "multipart/form-data; boundary=x").status_code == 413


@pytest.mark.django_db
def test_upload_within_the_limit_with_a_field_beyond_its_own(settings: Any) -> None:
    """The whole is small enough for a file, but a text field alone is larger than any form: 413, not a fault."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = Client().post(reverse("login"), {"username": "x" * 2000, "file": SimpleUploadedFile("a.txt", b"a")})
    assert answer.status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["DATA_UPLOAD_MAX_NUMBER_FIELDS", "DATA_UPLOAD_MAX_NUMBER_FILES"])
def test_too_many_fields_or_files(settings: Any, limit: str) -> None:
    setattr(settings, limit, 2)
    sent = {f"a{n}": SimpleUploadedFile("a", b"a") if "FILES" in limit else "1" for n in range(4)}
    answer = Client().post(reverse("login"), sent)
    assert answer.status_code == 400 and "太多" in answer.content.decode()
