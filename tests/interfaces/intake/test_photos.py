"""Codes are found in photos as they are taken: of each kind, turned, blurred, several at once. What a picture may cost
is bounded, and whatever is no photo of a code is refused with what to do."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from typing import Any

import pytest
from PIL import Image

from liangcao.foundation.files import pictures
from liangcao.foundation.kernel.codes import MakerCode, OwnLabel, read_code
from liangcao.foundation.kernel.errors import Invalid, NotFound, Refusal
from liangcao.interfaces.intake import photos
from liangcao.interfaces.intake.photos import CodeRead, read_photo, texts_in, the_one
from liangcao.ledger.models import Lot
from tests.factories.labels import BOX, PIECE, label_of, make_item_identifier
from tests.factories.photos import as_file, drawn, photo_of, scene
from tests.factories.world import NOON, World, make_world

LABEL = "HTTPS://LIANGCAO.EXAMPLE/Q/L/RK20200203-12/K3M7ZQ5T"
GS1 = f"(01){BOX}(10)A1(17)220630"
ELEMENTS = f"01{BOX}10A1␝17220630"
DAY = date(2020, 2, 3)


def refused(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as told:
        texts_in(content)
    assert told.value.zh and told.value.en and told.value.field == "photo"
    return told.value


@pytest.mark.parametrize(
    ("carrier", "text", "gs1", "expected"),
    [
        ("QRCode", LABEL, False, LABEL),
        ("QRCode", GS1, True, f"]Q3{ELEMENTS}"),
        ("DataMatrix", GS1, True, f"]d2{ELEMENTS}"),
        ("DataMatrix", "MA.156.M0.100001.12345678.L9.E260101", False, "MA.156.M0.100001.12345678.L9.E260101"),
        ("Code128", GS1, True, f"]C1{ELEMENTS}"),
        ("Code128", "83511220108561233000", False, "83511220108561233000"),
        ("EAN13", "6901234567892", False, "6901234567892"),
        ("EAN8", "96385074", False, "96385074"),
        ("UPCA", "036000291452", False, "0036000291452"),
        ("ITF", BOX, False, BOX),
    ],
)
def test_each_kind_of_code_is_read_as_a_scanner_sends_it(carrier: str, text: str, gs1: bool, expected: str) -> None:
    content = as_file(scene(drawn(text, carrier, module=4, gs1=gs1)))
    assert texts_in(content) == [expected]
    assert isinstance(read_code(expected, today=DAY), OwnLabel if text == LABEL else MakerCode)


def test_separators_of_gs1_data_reach_the_one_who_reads_codes() -> None:
    for carrier in ("DataMatrix", "Code128", "QRCode"):
        (text,) = texts_in(as_file(scene(drawn(GS1, carrier, module=4, gs1=True))))
        read = read_code(text, today=DAY)
        assert isinstance(read, MakerCode)
        assert (read.identifier, read.maker_lot, read.expires_on) == (BOX, "A1", date(2022, 6, 30))


@pytest.mark.parametrize("angle", [90, 180, 270, 20, 45, 70])
def test_turned_codes(angle: int) -> None:
    assert texts_in(photo_of(LABEL, angle=angle)) == [LABEL]
    for text, carrier in (("6901234567892", "EAN13"), (BOX, "ITF")):
        assert texts_in(as_file(scene(drawn(text, carrier, module=5), angle=angle))) == [text]


def test_a_part_of_a_bar_code_is_none() -> None:
    """ITF of any other length is none of goods: shorter ones are read into long ones that are seen askew."""
    assert refused(as_file(scene(drawn("16901234", "ITF", module=4)))).code == "PHOTO_NO_CODE"


def test_a_photo_without_a_steady_hand_or_light() -> None:
    picture = scene(drawn(LABEL, module=8), angle=7, blur=3, noise=14).point(lambda value: value // 3)
    assert texts_in(as_file(picture, quality=60)) == [LABEL]
    bars = scene(drawn(GS1, "Code128", module=5, gs1=True), angle=4, blur=2, noise=10)
    assert texts_in(as_file(bars)) == [f"]C1{ELEMENTS}"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_however_the_phone_was_held(orientation: int) -> None:
    """What the file says of the way up need not be read: all four sides are tried, mirrored ones too."""
    turned = [
        None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_90, Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_270,
    ][orientation - 1]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    for carrier, text, expected in (("QRCode", LABEL, LABEL), ("Code128", GS1, f"]C1{ELEMENTS}")):
        picture = scene(drawn(text, carrier, module=4, gs1=text == GS1))
        held = picture if turned is None else picture.transpose(turned)
        assert texts_in(as_file(held, exif=exif)) == [expected]


def test_kinds_of_pictures() -> None:
    picture = scene(drawn(LABEL))
    clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=picture.point(lambda value: 255 if value < 90 else 0))
    files = [
        as_file(picture, "PNG"), as_file(picture.convert("RGB"), "WEBP"), as_file(picture.convert("CMYK")),
        as_file(picture.convert("P"), "PNG"), as_file(clear, "PNG"), as_file(picture, progressive=True),
        as_file(picture, "MPO", save_all=True, append_images=[picture.resize((40, 40))]),
    ]  # fmt: skip
    assert [texts_in(content) for content in files] == [[LABEL]] * len(files)


def test_a_large_photo_is_read_small() -> None:
    code = drawn(LABEL, module=12)
    picture = Image.new("L", (7000, 7000), 190)
    picture.paste(code, (3000, 2800))
    assert texts_in(as_file(picture)) == [LABEL]


def test_several_codes_in_the_order_of_the_picture_each_once() -> None:
    codes = [drawn("6901234567892", "EAN13"), drawn(GS1, "Code128", module=3, gs1=True), drawn(LABEL)]
    assert texts_in(as_file(scene(*codes, codes[2]))) == ["6901234567892", f"]C1{ELEMENTS}", LABEL]


def test_a_code_with_what_no_request_holds() -> None:
    long = texts_in(photo_of("A" * 900))
    assert [len(text) for text in long] == [501]
    assert texts_in(photo_of("a\nb\tc")) == ["a\ufffdb\ufffdc"]


def heic(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 100


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "PHOTO_EMPTY", "没有收到照片"),
        (heic(b"heic"), "PHOTO_HEIC", "兼容性最佳"),
        (heic(b"mif1"), "PHOTO_HEIC", "兼容性最佳"),
        (heic(b"qt  "), "PHOTO_KIND", "不是照片"),
        (b"GIF89a" + b"\x00" * 50, "PHOTO_KIND", "JPEG"),
        (b"<svg xmlns='x'/>", "PHOTO_KIND", "JPEG"),
        (b"%PDF-1.7", "PHOTO_KIND", "JPEG"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "PHOTO_BROKEN", "再拍一次"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "PHOTO_BROKEN", "再拍一次"),
    ],
)
def test_what_is_no_photo(content: bytes, code: str, said: str) -> None:
    told = refused(content)
    assert (told.code, told.status) == (code, 400)
    assert said in told.zh


def test_half_a_photo() -> None:
    content = photo_of(LABEL)
    assert refused(content[: len(content) // 2]).code == "PHOTO_BROKEN"


def test_a_photo_without_a_code() -> None:
    told = refused(as_file(Image.new("L", (900, 700), 190)))
    assert told.code == "PHOTO_NO_CODE"
    assert "靠近" in told.zh and "整个码" in told.zh


def test_more_bytes_than_a_photo_has() -> None:
    told = refused(b"\xff\xd8\xff" + b"\x00" * pictures.MOST_BYTES)
    assert (told.code, told.status) == ("PHOTO_TOO_LARGE", 413)
    assert "10 MB" in told.zh


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes with this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(7200, 7200), (10_000, 10_000), (60_000, 60_000), (51_000_001, 1)])
def test_more_pixels_than_a_photo_has_are_never_unpacked(size: tuple[int, int]) -> None:
    told = refused(png_that_says(*size))
    assert told.code == "PHOTO_PIXELS"
    assert "5100 万" in told.zh


def test_a_jpeg_of_thousands_of_scans_is_not_opened() -> None:
    content = as_file(scene(drawn(LABEL)), progressive=True)
    start = content.rindex(b"\xff\xda")
    assert refused(content[:start] + content[start:-2] * 100 + content[-2:]).code == "PHOTO_BROKEN"


def test_a_wall_of_codes() -> None:
    rows = [drawn(f"RK20200203-{number}", module=3) for number in range(13)]
    assert refused(as_file(scene(*rows))).code == "PHOTO_CODES_MANY"


def test_who_comes_while_others_are_read_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "SECONDS_TO_WAIT", 0.0)
    with photos._SLOT:
        told = refused(photo_of(LABEL))
    assert (told.code, told.status) == ("PHOTO_BUSY", 503)
    assert texts_in(photo_of(LABEL)) == [LABEL], "the place is free again"


def look(world: World, content: bytes) -> list[CodeRead]:
    return read_photo(world.actor("storekeeper"), content, bureau_id=world.bureau.pk, at=NOON)


def meant(read: list[CodeRead]) -> str:
    one = the_one(read)
    return one.text if one else ""


@pytest.mark.django_db
def test_the_only_code_that_is_understood_is_meant(world: World) -> None:
    lot_id, _ = world.put_in(world.mask, 5)
    label = label_of("lot", Lot.objects.get(pk=lot_id))
    alone = look(world, photo_of(label))
    assert (meant(alone), [each.found.kind for each in alone if each.found]) == (label, ["lot"])
    beside = look(world, photo_of("https://example.com/maker", label, "0571-1234567"))
    assert meant(beside) == label
    assert [each.refusal.code if each.refusal else "" for each in beside] == ["CODE_FOREIGN", "", "CODE_FOREIGN"]


@pytest.mark.django_db
def test_two_codes_that_are_understood_are_left_to_the_person(world: World) -> None:
    make_item_identifier(world, world.mask, f"(01){BOX}", quantity=480)
    pair = scene(drawn(f"(01){BOX}", "Code128", module=3, gs1=True), drawn("(17)220630(10)A1", "Code128", gs1=True))
    read = look(world, as_file(pair))
    assert [each.found.kind for each in read if each.found] == ["item", "dates"]
    assert meant(read) == ""


@pytest.mark.django_db
def test_one_refused_code_goes_the_way_of_a_typed_one_and_several_are_refused_together(world: World) -> None:
    alone = look(world, photo_of("https://example.com/maker"))
    assert meant(alone) == "https://example.com/maker"
    with pytest.raises(Invalid) as told:
        look(world, photo_of("https://example.com/maker", f"{PIECE[:-1]}3"))
    assert told.value.code == "PHOTO_NONE_KNOWN"
    assert [problem.code for problem in told.value.problems] == ["CODE_FOREIGN", "CHECK_DIGIT_WRONG"]


@pytest.mark.django_db
def test_a_label_of_another_bureau_is_answered_as_one_that_never_was(world: World) -> None:
    other = make_world("other")
    lot_id, _ = other.put_in(other.mask, 5)
    answers: list[Any] = [
        look(world, photo_of(text))[0].refusal for text in (label_of("lot", Lot.objects.get(pk=lot_id)), LABEL)
    ]
    assert [type(refusal) for refusal in answers] == [NotFound, NotFound]
    assert answers[0].zh == answers[1].zh
