"""A photo of codes at the pages: the script goes on with the code that is meant as if it had been typed, and is told
why where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from liangcao.foundation.files import pictures
from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.journal.models import JournalEntry
from liangcao.ledger.models import Lot
from tests.factories.labels import BOX, label_of, make_item_identifier
from tests.factories.photos import as_file, drawn, photo_of, scene


def send(client: Any, content: bytes, **more: Any) -> Any:
    photo = SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")
    return client.post(reverse("scan_photo"), {"photo": photo}, headers={"Accept": "application/json"}, **more)


def test_a_label_is_read_and_goes_the_way_of_a_typed_one(office: Any, storekeeper: Any) -> None:
    lot = Lot.objects.filter(item=office.world.mask)[0]
    answer = send(storekeeper, photo_of(label_of("lot", lot))).json()
    assert (answer["kind"], len(answer["codes"])) == ("photo", 1)
    assert lot.code in answer["codes"][0]["message"]
    read = storekeeper.get(reverse("scan_read"), {"code": answer["code"]}).json()
    assert (read["kind"], read["lots"]) == ("lot", [str(lot.pk)])


def test_gs1_data_keep_their_separators_on_that_way(office: Any, storekeeper: Any) -> None:
    make_item_identifier(office.world, office.world.mask, f"(01){BOX}", quantity=480)
    content = as_file(scene(drawn(f"(01){BOX}(10)A1(17)220630", "DataMatrix", gs1=True)))
    answer = send(storekeeper, content).json()
    assert answer["code"] == f"]d201{BOX}10A1␝17220630"
    read = storekeeper.get(reverse("scan_read"), {"code": answer["code"]}).json()
    assert (read["maker_lot"], read["expires_on"], read["quantity"]) == ("A1", "2022-06-30", 480)


def test_several_codes_are_shown_for_choice(office: Any, storekeeper: Any) -> None:
    labels = [label_of("lot", lot) for lot in Lot.objects.all()[:2]]
    answer = send(storekeeper, photo_of(*labels, "https://example.com/maker")).json()
    assert answer["code"] == ""
    assert [each["text"] for each in answer["codes"]] == labels
    assert all("批次" in each["message"] for each in answer["codes"])


def test_nothing_of_the_photo_is_kept(office: Any, storekeeper: Any) -> None:
    before = (StoredFile.objects.count(), JournalEntry.objects.count())
    label = label_of("lot", Lot.objects.all()[0])
    assert send(storekeeper, photo_of(label, "https://example.com/maker")).status_code == 200
    assert (StoredFile.objects.count(), JournalEntry.objects.count()) == before


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "PHOTO_EMPTY"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, 400, "PHOTO_HEIC"),
        (b"%PDF-1.7", 400, "PHOTO_KIND"),
        (b"\xff\xd8\xff\xe0", 400, "PHOTO_BROKEN"),
        (b"\xff\xd8\xff" + b"\x00" * pictures.MOST_BYTES, 413, "PHOTO_TOO_LARGE"),
    ],
)
def test_a_refused_photo_says_why_and_is_journalled_once(
    office: Any, storekeeper: Any, content: bytes, status: int, code: str
) -> None:
    answer = send(storekeeper, content)
    assert (answer.status_code, answer.json()["code"], answer.json()["kind"]) == (status, code, "refused")
    entry = JournalEntry.objects.latest("pk")
    assert (entry.action, entry.object_ref, entry.after["code"]) == ("item.view", "scan_photo", code)


def test_a_photo_of_useless_codes_tells_each_reason(office: Any, storekeeper: Any) -> None:
    answer = send(storekeeper, photo_of("https://example.com/maker", "6901234567893"))
    assert (answer.status_code, answer.json()["code"]) == (400, "PHOTO_NONE_KNOWN")
    assert "不是本系统的码" in answer.json()["message"] and "校验位" in answer.json()["message"]


def test_who_may_send_a_photo(office: Any, as_user: Callable[..., Any]) -> None:
    content = photo_of("x")
    hospital = office.world.hospital.code.lower()
    assert send(Client(), content).url.startswith(reverse("login"))
    assert send(as_user(hospital), content).status_code in (302, 403)
    assert send(as_user("storekeeper", enforce_csrf_checks=True), content).status_code == 403
    assert as_user("storekeeper").get(reverse("scan_photo")).status_code == 405


def test_every_field_for_a_code_has_its_form_for_photos(office: Any, storekeeper: Any) -> None:
    text = storekeeper.get(reverse("scan")).content.decode()
    form = text[text.index(f'action="{reverse("scan_photo")}"') :].partition("</form>")[0]
    assert "csrfmiddlewaretoken" in form
    assert 'accept="image/*" capture="environment"' in form
