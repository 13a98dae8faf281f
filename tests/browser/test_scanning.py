"""A keyboard scanner and a camera at work: one scan fills a receipt's line, jumps to a count's line, confirms a pick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_every_page import OVERFLOW, sign_in
from tests.factories.accounts import make_office
from tests.factories.dispatch import make_delivery
from tests.factories.labels import BOX, label_of, make_item_identifier
from tests.factories.photos import photo_of
from tests.factories.stocktaking import open_sheet
from tests.factories.supply import make_source

FIELD = "[data-scan] input[name=code]"
RIGHT, WRONG = "[data-scan-answer].is-right", "[data-scan-answer].is-wrong"
REFUSED = "Failed to load resource"


def scan(page: Any, code: str, answer: str) -> str:
    """Type like a scanner does, separators as Ctrl+], Enter at the end; the answer's words."""
    # Whatever stands there from the scan before is taken away, so that the next answer is not mistaken for it.
    page.eval_on_selector("[data-scan-answer]", "place => { place.textContent = ''; place.className = 'scan-answer'; }")
    page.focus(FIELD)
    page.keyboard.press("Control+a")
    for number, part in enumerate(code.split("\x1d")):
        if number:
            page.keyboard.press("Control+]")
        page.keyboard.type(part)
    with page.expect_response(lambda response: "scan/read" in response.url or "picks" in response.url):
        page.keyboard.press("Enter")
    page.wait_for_selector(answer)
    return str(page.locator("[data-scan-answer]").inner_text())


@pytest.mark.browser
def test_one_scan_fills_a_line_of_a_receipt(live_app: Any, new_page: Callable[..., Any]) -> None:
    from django.urls import reverse

    office = make_office()
    world = office.world
    source = make_source(world, (world.suit, 100))
    page = new_page()
    page.allowed_errors.append(REFUSED)
    sign_in(page, live_app.url, "storekeeper")
    page.goto(f"{live_app.url}{reverse('source_receipt', args=[source.pk])}")

    code = f"]d201{BOX}10A1\x1d17220630"
    assert "第一次见到" in scan(page, code, WRONG)
    teaching = page.locator("[data-scan-answer] a")
    assert teaching.get_attribute("target") == "_blank"
    make_item_identifier(world, world.suit, f"(01){BOX}", quantity=20)

    assert "医用防护服" in scan(page, code, RIGHT)
    assert page.input_value("[name=lines-0-maker_lot]") == "A1"
    assert page.input_value("[name=lines-0-expires_on]") == "2022-06-30"
    assert page.input_value("[name=lines-0-packs]") == "1"
    scan(page, code, RIGHT)
    assert page.input_value("[name=lines-0-packs]") == "2"
    assert "40" in page.locator("[data-count-sum]").first.inner_text()

    assert "另一个批号" in scan(page, f"(01){BOX}(10)B9", WRONG)
    assert "校验位" in scan(page, "6901234567893", WRONG)
    assert page.input_value("[name=lines-0-maker_lot]") == "A1"


@pytest.mark.browser
def test_a_scan_jumps_to_the_line_of_a_count(live_app: Any, new_page: Callable[..., Any]) -> None:
    from django.urls import reverse

    from liangcao.ledger.models import Lot

    world = make_office().world
    first, _ = world.put_in(world.mask, 50)
    lot_id, _ = world.put_in(world.mask, 70)
    sheet = open_sheet(world)
    later, _ = world.put_in(world.suit, 5)
    page = new_page(width=390, height=844)
    page.allowed_errors.append(REFUSED)
    sign_in(page, live_app.url, "storekeeper")
    page.goto(f"{live_app.url}{reverse('count_entry', args=[sheet.pk])}")
    scan(page, label_of("lot", Lot.objects.get(pk=lot_id)), RIGHT)
    focused = page.evaluate("document.activeElement.closest('[data-lot]').dataset.lot")
    assert focused == str(lot_id)
    page.keyboard.type("68")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "code"
    assert "不在本页" in scan(page, label_of("lot", Lot.objects.get(pk=later)), WRONG)
    assert page.input_value(f"[data-lot='{lot_id}'] [name$=-quantity]") == "68"
    # The next label, scanned while the cursor still stood in a quantity.
    scan(page, label_of("lot", Lot.objects.get(pk=lot_id)), RIGHT)
    page.keyboard.press("End")
    page.keyboard.type(label_of("lot", Lot.objects.get(pk=first)))
    with page.expect_response(lambda response: "scan/read" in response.url):
        page.keyboard.press("Enter")
    page.wait_for_selector(f"[data-lot='{first}'].is-scanned")
    assert page.input_value(f"[data-lot='{lot_id}'] [name$=-quantity]") == "68"


def open_picks(page: Any, app: Any) -> tuple[Any, str]:
    """The pick list of a delivery before the storekeeper: its one line, and the label of a lot that is none of it."""
    from django.urls import reverse

    from liangcao.ledger.models import Lot

    world = make_office().world
    delivery = make_delivery(world)
    wrong, _ = world.put_in(world.suit, 5)
    page.allowed_errors.append(REFUSED)
    sign_in(page, app.url, "storekeeper")
    page.goto(f"{app.url}{reverse('delivery_picks', args=[delivery.pk])}")
    return delivery.lines.get(), label_of("lot", Lot.objects.get(pk=wrong))


@pytest.mark.browser
def test_a_pick_is_ticked_and_a_wrong_lot_is_not(live_app: Any, new_page: Callable[..., Any]) -> None:
    page = new_page()
    line, wrong = open_picks(page, live_app)
    assert "拿错了" in scan(page, wrong, WRONG)
    assert page.locator(".is-picked").count() == 0
    assert line.lot.code in scan(page, label_of("lot", line.lot), RIGHT)
    page.wait_for_selector(f"[data-pick-line='{line.pk}'].is-picked")
    assert "全部拣完" in page.locator("[data-pick-left]").inner_text()
    line.refresh_from_db()
    assert line.picked_by == "仓管员甲"


WITHOUT = "delete window.BarcodeDetector"


def choose(page: Any, content: bytes) -> None:
    """Take a photo, as far as the page knows."""
    with page.expect_file_chooser() as chooser:
        page.click("[data-scan-photo]:not([hidden])")
    chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content})


def photograph(page: Any, content: bytes, answer: str) -> str:
    """Take a photo; the answer's words."""
    page.eval_on_selector("[data-scan-answer]", "place => { place.textContent = ''; place.className = 'scan-answer'; }")
    choose(page, content)
    page.wait_for_selector(answer)
    return str(page.locator("[data-scan-answer]").inner_text())


@pytest.mark.browser
def test_a_photo_jumps_to_the_line_of_a_count(live_app: Any, new_page: Callable[..., Any]) -> None:
    from django.urls import reverse

    from liangcao.ledger.models import Lot

    world = make_office().world
    lots = [world.put_in(item, 50)[0] for item in (world.mask, world.suit)]
    sheet = open_sheet(world)
    labels = [label_of("lot", Lot.objects.get(pk=lot)) for lot in lots]
    page = new_page(width=390, height=844)
    page.allowed_errors.append(REFUSED)
    page.add_init_script(WITHOUT)
    sign_in(page, live_app.url, "storekeeper")
    page.goto(f"{live_app.url}{reverse('count_entry', args=[sheet.pk])}")
    assert "没有找到码" in photograph(page, photo_of("x", blur=40), WRONG)
    assert "HEIC" in photograph(page, b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, WRONG)
    assert "请点" in photograph(page, photo_of(labels[1], angle=30), RIGHT)
    assert page.evaluate("document.activeElement.closest('[data-lot]').dataset.lot") == str(lots[1])
    page.keyboard.type("48")
    # Two labels in one photo: the person says which.
    choose(page, photo_of(*labels))
    page.wait_for_selector("[data-scan-choices] button")
    assert page.locator("[data-scan-choices] button").count() == 2
    assert page.evaluate(OVERFLOW) == 0
    page.click(f"[data-scan-choices] button:has-text('{labels[0]}')")
    page.wait_for_selector(f"[data-lot='{lots[0]}'].is-scanned")
    assert page.input_value(f"[data-lot='{lots[1]}'] [name$=-quantity]") == "48"


@pytest.mark.browser
def test_a_photo_ticks_a_pick_and_refuses_a_wrong_lot(live_app: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=390, height=844)
    page.add_init_script(WITHOUT)
    line, wrong = open_picks(page, live_app)
    assert "拿错了" in photograph(page, photo_of(wrong), WRONG)
    assert line.lot.code in photograph(page, photo_of(label_of("lot", line.lot)), RIGHT)
    page.wait_for_selector(f"[data-pick-line='{line.pk}'].is-picked")


CAMERA = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return window.inSight ? [{ rawValue: window.inSight }] : []; }
};
const canvas = document.createElement("canvas");
const picture = canvas.getContext("2d");
setInterval(() => { picture.fillStyle = Date.now() % 2 ? "#000" : "#fff"; picture.fillRect(0, 0, 300, 150); }, 200);
Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => canvas.captureStream(5) } });
"""


@pytest.mark.browser
def test_the_camera_reads_where_the_browser_can_and_says_so_where_not(
    live_app: Any, new_page: Callable[..., Any]
) -> None:
    from django.urls import reverse

    from liangcao.ledger.models import Lot

    world = make_office().world
    lot_id, _ = world.put_in(world.mask, 50)
    label = label_of("lot", Lot.objects.get(pk=lot_id))
    without = new_page()
    without.add_init_script(WITHOUT)
    sign_in(without, live_app.url, "storekeeper")
    without.goto(f"{live_app.url}{reverse('scan')}")
    without.wait_for_selector("[data-scan-without]:not(.is-hidden)")
    assert without.locator("[data-scan-camera]").is_hidden()
    with without.expect_navigation():
        choose(without, photo_of(label))
    assert without.url.endswith(reverse("lot", args=[lot_id]))

    page = new_page()
    page.add_init_script(CAMERA)
    sign_in(page, live_app.url, "storekeeper")
    page.goto(f"{live_app.url}{reverse('scan')}")
    page.click("[data-scan-camera]:not([hidden])")
    page.wait_for_selector("[data-scan-view]:not(.is-hidden)")
    with page.expect_navigation():
        page.evaluate("code => { window.inSight = code; }", label)
    assert page.url.endswith(reverse("lot", args=[lot_id]))
