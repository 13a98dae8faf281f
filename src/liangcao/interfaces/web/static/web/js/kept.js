// What was typed is not lost when the session ended meanwhile, or the page was from before another log-in: the fields of
// the last form that was sent stay in this window, and come back when the same person opens the same form again.
// Never passwords, never files; gone with the window, after half an hour, and with logging out.
import { addLine } from "./lines.js";

const KEY = "form-sent";
const LONGEST = 30 * 60 * 1000;
const NEVER = ["csrfmiddlewaretoken"];
const FORMS = "form.act[method=post]";

export function bindKept(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form[action*='/logout']")) forget();
    else if (form.matches(FORMS)) keep(form);
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-reopens]")) lose();
  });
  const held = read();
  if (!held) return;
  const reader = root.body.dataset.reader;
  if (Date.now() - held.at > LONGEST || (reader && reader !== held.reader)) return forget();
  const form = [...root.querySelectorAll(FORMS)].find((each) => each.getAttribute("action") === held.path);
  const next = root.querySelector("form.login input[name=next]");
  const way = root.querySelector("a[data-reopens]");
  if (held.isLost && form) {
    restore(form, held.fields);
    tell(form, root.body.dataset.restored);
    forget();
  } else if ((next && next.value === held.path) || (way && way.getAttribute("href") === held.path)) lose();
  else if (!held.isLost) forget();
}

function keep(form) {
  const secret = [...form.querySelectorAll("input[type=password]")].map((field) => field.name);
  const fields = [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !NEVER.includes(name) && !secret.includes(name)
  );
  write({ path: form.getAttribute("action"), reader: document.body.dataset.reader, fields, at: Date.now(), isLost: false });
}

function lose() {
  const held = read();
  if (held) write({ ...held, isLost: true });
}

// The id of the form comes back as well: what had been written after all is not written twice.
function restore(form, fields) {
  const typed = new Map();
  fields.forEach(([name, value]) => typed.set(name, [...(typed.get(name) || []), value]));
  form.querySelectorAll("[data-lines]").forEach((lines) => {
    const total = lines.querySelector("input[name$='-TOTAL_FORMS']");
    const wanted = Number((typed.get(total.name) || ["0"])[0]);
    while (lines.querySelector("[data-add-line]") && Number(total.value) < wanted) addLine(lines);
  });
  [...form.elements].forEach((field) => {
    if (!field.name || NEVER.includes(field.name) || ["file", "password"].includes(field.type)) return;
    if (/-(TOTAL|INITIAL)_FORMS$/.test(field.name)) return;
    const values = typed.get(field.name) || [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = values.includes(option.value)));
    else if (values.length) field.value = values.shift();
  });
}

function tell(form, words) {
  const note = document.createElement("div");
  note.className = "notice";
  note.setAttribute("role", "status");
  note.textContent = words;
  form.prepend(note);
}

// A browser that forbids storage keeps nothing; the form works all the same.
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch (error) {
    return null;
  }
}

function write(held) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(held));
  } catch (error) {
    forget();
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch (error) {
    // Nothing was kept.
  }
}
