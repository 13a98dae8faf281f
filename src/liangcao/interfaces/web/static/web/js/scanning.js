// data-scan="go|receipt|count|pick": a field for a code. A keyboard scanner types into it and sends Enter; where the browser
// can, the camera fills it, elsewhere a photo that the server reads. Without this script the form opens what the code leads to (go), or confirms the pick.
const words = {
  zh: {
    elsewhere: "这一行不在本页待点的行里:", notHere: "这张单里没有可填的行:", lotDiffers: "这一行已填了另一个批号,请另加一行:",
    filled: "已填:", jumped: "请点:", teach: "登记条码", open: "打开", lost: "没有连上服务器,请再扫一次", noCamera: "摄像头打不开:请在浏览器里允许使用,或手工输入",
    first: "请先扫物资的码,再扫批号的码",
    reading: "正在识别照片……", several: "照片里有几个码,请点要用的:", tooLarge: "照片超过 10 MB,请在相机设置里选小一些的尺寸再拍", noAnswer: "照片没有识别,请稍等片刻,刷新本页再拍,或手工输入",
  },
  en: {
    elsewhere: "Not among the lines to count here: ", notHere: "No line of this form fits: ", lotDiffers: "This line holds another lot already, add a line: ",
    filled: "Filled in: ", jumped: "Count: ", teach: "Record the bar code", open: "Open", lost: "The server was not reached: scan again", noCamera: "The camera did not open: allow it in the browser, or type",
    first: "Scan the code of the goods first, then that of the lot",
    reading: "Reading the photo…", several: "The photo shows several codes. Tap the one you want:", tooLarge: "The photo has more than 10 MB: choose a smaller size in the camera's settings", noAnswer: "The photo was not read: wait a moment, reload this page and take it again, or type",
  },
};
const said = () => words[document.documentElement.lang.startsWith("en") ? "en" : "zh"];
// A separator that scanners send and no request may hold is written as the sign for it.
const GS = "\u241d";
let audio = null;
let lastCard = null;

document.querySelectorAll("[data-scan]").forEach(bind);

function bind(form) {
  const field = form.elements.code;
  field.addEventListener("keydown", (event) => {
    if (event.key === "\u001d" || (event.ctrlKey && event.key === "]") || event.key === "F8") {
      event.preventDefault();
      field.setRangeText(GS, field.selectionStart, field.selectionEnd, "end");
    }
  });
  form.addEventListener("submit", (event) => {
    field.value = field.value.replace(/\u001d/g, GS);
    if (form.dataset.scan === "go") return;
    event.preventDefault();
    player();
    const code = field.value.trim();
    field.select();
    if (code) look(form, code);
  });
  camera(form);
}

async function look(form, code) {
  const answer = await ask(form, code);
  if (form.dataset.scan === "pick") picked(form, answer);
  else if (answer.kind === "refused") tell(form, false, answer.message);
  else if (answer.kind === "unknown") tell(form, false, answer.message, answer.teaching, said().teach);
  else if (form.dataset.scan === "receipt") fill(form, answer);
  else jump(form, answer);
}

async function ask(form, code) {
  try {
    const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
    let address = `${form.dataset.scanRead}?code=${encodeURIComponent(code)}`;
    if (form.dataset.scan === "pick") {
      options.method = "POST";
      options.body = new FormData(form);
      address = form.action;
    }
    const response = await fetch(address, options);
    return await response.json();
  } catch (error) {
    return { kind: "refused", message: said().lost };
  }
}

// Right and wrong are told by colour, by words, and by sound: one high tone, or two low ones and a shake.
function tell(form, isRight, message, url, label) {
  const place = form.querySelector("[data-scan-answer]");
  place.className = `scan-answer ${isRight ? "is-right" : "is-wrong"}`;
  place.textContent = `${isRight ? "✓" : "✗"} ${message}`;
  if (url) {
    const link = document.createElement("a");
    link.href = url;
    // What stands in the form beside it is not lost.
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = label;
    place.append(link);
  }
  sound(isRight);
  if (!isRight && navigator.vibrate) navigator.vibrate([200, 100, 200]);
}

function player() {
  if (!audio && window.AudioContext) audio = new AudioContext();
  if (audio && audio.state === "suspended") audio.resume();
}

function sound(isRight) {
  if (!audio) return;
  (isRight ? [1320] : [220, 180]).forEach((pitch, index) => {
    const start = audio.currentTime + index * 0.22;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = isRight ? "sine" : "square";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.2, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.2);
    tone.connect(volume);
    volume.connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.2);
  });
}

// Receipt: the card of the item gets maker's lot, dates, and one more pack. The second bar code of a box goes to the last card.
function fill(form, answer) {
  const card = answer.kind === "dates" ? lastCard : answer.item && cardFor(answer);
  if (!card) return tell(form, false, answer.kind === "dates" ? said().first : said().notHere + answer.message);
  const lot = part(card, "maker_lot");
  if (lot && lot.value && answer.maker_lot && lot.value !== answer.maker_lot) return tell(form, false, said().lotDiffers + answer.message);
  ["maker_lot", "expires_on", "produced_on"].forEach((name) => {
    const field = part(card, name);
    if (field && answer[name]) field.value = answer[name];
  });
  if (answer.kind === "item") addPieces(card, answer);
  const details = card.querySelector("details");
  if (details && (answer.maker_lot || answer.expires_on)) details.open = true;
  lastCard = card;
  mark(card);
  card.dispatchEvent(new Event("change", { bubbles: true }));
  const sum = card.querySelector("[data-count-sum]");
  return tell(form, true, [said().filled + answer.message, sum ? sum.textContent : ""].filter(Boolean).join(" · "));
}

const part = (card, name) => card.querySelector(`[name$="-${name}"]`);
const chosen = (card) => card.dataset.item || (part(card, "item_id") || {}).value || "";

function cardFor(answer) {
  const cards = [...document.querySelectorAll("[data-count]")];
  const same = cards.filter((card) => chosen(card) === String(answer.item));
  const lotOf = (card) => (part(card, "maker_lot") || {}).value || "";
  const fitting = same.find((card) => !answer.maker_lot || !lotOf(card) || lotOf(card) === answer.maker_lot);
  if (fitting) return fitting;
  let empty = cards.find((card) => part(card, "item_id") && !chosen(card));
  const add = document.querySelector("[data-add-count]");
  if (!empty && add && !(same.length && same[0].dataset.item)) {
    add.click();
    empty = [...document.querySelectorAll("[data-count]")].pop();
  }
  return empty && choose(empty, answer.item) ? empty : same[0];
}

function choose(card, item) {
  const select = part(card, "item_id");
  const option = [...select.options].find((each) => each.value === String(item));
  if (!option) return false;
  select.value = option.value;
  const chooser = select.previousElementSibling;
  if (chooser && chooser.matches(".chooser")) chooser.querySelector("input").value = option.text;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function addPieces(card, answer) {
  const select = part(card, "item_id");
  const option = select && select.selectedOptions[0];
  const packs = ((option && option.dataset.packs) || card.dataset.packs || "").split("|").filter(Boolean).map((text) => text.split("="));
  const pack = packs.find((each) => Number(each[1]) === answer.quantity);
  const number = (field) => Number(field.value.replace(/[,\s]/g, "")) || 0;
  if (pack && part(card, "packs")) {
    const unit = part(card, "unit");
    if (!number(part(card, "packs")) || unit.value === pack[0]) {
      unit.value = pack[0];
      part(card, "packs").value = number(part(card, "packs")) + (answer.count || 1);
      return;
    }
  }
  const pieces = part(card, "quantity_good");
  pieces.value = number(pieces) + answer.quantity * (answer.count || 1);
}

function mark(element) {
  document.querySelectorAll(".is-scanned").forEach((each) => each.classList.remove("is-scanned"));
  element.classList.add("is-scanned");
}

// Count: the line of the lot, and the cursor in its quantity. A sheet's own code opens the sheet.
function jump(form, answer) {
  if (answer.kind === "count") {
    window.location.assign(answer.url);
    return;
  }
  const lines = [...document.querySelectorAll("[data-lot]")];
  const ofLot = lines.filter((line) => answer.lots.includes(line.dataset.lot));
  const ofItem = lines.filter((line) => answer.kind === "item" && line.dataset.item === String(answer.item) && (!answer.maker_lot || line.dataset.makerLot === answer.maker_lot));
  const fitting = ofLot.length ? ofLot : ofItem;
  const open = fitting.find((line) => !part(line, "quantity").value) || fitting[0];
  if (!open) {
    tell(form, false, said().elsewhere + answer.message);
    return;
  }
  mark(open);
  open.scrollIntoView({ block: "center" });
  tell(form, true, said().jumped + answer.message);
  const field = part(open, "quantity");
  field.focus({ preventScroll: true });
  if (!field.dataset.takesScans) field.addEventListener("keydown", (event) => onward(form, event));
  field.dataset.takesScans = "1";
}

// A number, Enter, and the next scan: the cursor goes back to the field for codes instead of sending the sheet. A code that
// was scanned into the quantity is taken out of it.
function onward(form, event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const field = event.target;
  const stray = /^([\d,\s]*)((?:https?:|ma\.|[\](]|[a-z]{2}\d{8}-).+)$/i.exec(field.value);
  if (stray) {
    field.value = stray[1];
    look(form, stray[2]);
  }
  form.elements.code.value = "";
  form.elements.code.focus();
}

// Pick: the server has confirmed the lot or refused it; the id of the next act comes with the answer.
function picked(form, answer) {
  if (answer.client_id) form.elements.client_id.value = answer.client_id;
  (answer.lines || []).forEach((line) => {
    const row = document.querySelector(`[data-pick-line="${line.id}"]`);
    if (!row) return;
    row.classList.add("is-picked");
    row.querySelector("[data-pick-state]").textContent = line.state;
    if (line.is_scanned) mark(row);
  });
  const left = document.querySelector("[data-pick-left]");
  if (left && answer.left) left.textContent = answer.left;
  tell(form, answer.kind === "picked", answer.message);
  form.elements.code.focus({ preventScroll: true });
}

async function camera(form) {
  const isThere = "BarcodeDetector" in window && window.isSecureContext && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
  const button = form.querySelector("[data-scan-camera]");
  const formats = isThere ? await window.BarcodeDetector.getSupportedFormats() : [];
  if (!formats.length) {
    form.querySelector("[data-scan-without]").classList.remove("is-hidden");
    photos(form);
    return;
  }
  button.hidden = false;
  const detector = new window.BarcodeDetector({ formats });
  button.addEventListener("click", () => {
    player();
    film(form, detector);
  });
}

async function film(form, detector) {
  const view = form.querySelector("[data-scan-view]");
  const video = view.querySelector("video");
  if (video.srcObject) return;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    view.classList.remove("is-hidden");
    await video.play();
  } catch (error) {
    video.srcObject = null;
    view.classList.add("is-hidden");
    tell(form, false, said().noCamera);
    photos(form);
    return;
  }
  let before = { code: "", seen: 0 };
  const timer = window.setInterval(async () => {
    const found = await detector.detect(video).catch(() => []);
    if (!found.length || !video.srcObject) return;
    const code = found[0].rawValue.replace(/\u001d/g, GS);
    // A code that stays in sight counts once; it counts again when it comes back.
    const isSame = code === before.code && Date.now() - before.seen < 1500;
    before = { code, seen: Date.now() };
    if (isSame) return;
    send(form, code);
  }, 250);
  const stop = () => {
    window.clearInterval(timer);
    if (video.srcObject) video.srcObject.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    view.classList.add("is-hidden");
  };
  view.querySelector("[data-scan-stop]").addEventListener("click", stop, { once: true });
  window.addEventListener("pagehide", stop, { once: true });
}

// As if it had been typed.
function send(form, code) {
  form.elements.code.value = code;
  form.requestSubmit ? form.requestSubmit() : form.querySelector("[type=submit]").click();
}

// Where the browser reads no codes, or its camera stays shut: a photo, which the server reads and forgets. The form that
// sends it stands behind that of the code, because a form holds no other.
const MOST_BYTES = 10 * 1024 * 1024;

function photos(form) {
  const button = form.querySelector("[data-scan-photo]");
  if (!button.hidden) return;
  button.hidden = false;
  const sender = form.nextElementSibling;
  const field = sender.elements.photo;
  button.addEventListener("click", () => {
    player();
    field.click();
  });
  field.addEventListener("change", async () => {
    const photo = field.files[0];
    if (!photo) return;
    const body = new FormData(sender);
    // The same file may be chosen again.
    field.value = "";
    button.disabled = true;
    plain(form, said().reading);
    const answer = photo.size > MOST_BYTES ? { kind: "refused", message: said().tooLarge } : await post(sender.action, body);
    button.disabled = false;
    if (answer.kind !== "photo") tell(form, false, answer.message);
    else if (answer.code) take(form, answer.code);
    else choice(form, answer.codes);
  });
}

async function post(address, body) {
  let response = null;
  try {
    response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
    return await response.json();
  } catch (error) {
    // What answered was no reader of photos: the log-in page, an old token, too many photos.
    return { kind: "refused", message: response ? said().noAnswer : said().lost };
  }
}

function plain(form, message) {
  form.querySelector("[data-scan-choices]").textContent = "";
  const place = form.querySelector("[data-scan-answer]");
  place.className = "scan-answer";
  place.textContent = message;
}

function take(form, code) {
  plain(form, "");
  send(form, code);
}

// The list stays when one was tapped: the second bar code of a box stands in the same photo.
function choice(form, codes) {
  plain(form, said().several);
  codes.forEach((each) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = each.message;
    const text = document.createElement("span");
    text.className = "code";
    text.textContent = each.text;
    button.append(text);
    button.addEventListener("click", () => send(form, each.text));
    const line = document.createElement("li");
    line.append(button);
    form.querySelector("[data-scan-choices]").append(line);
  });
}
