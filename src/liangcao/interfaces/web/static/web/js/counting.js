// data-count: one item at the gate. Adds whole packs, loose pieces and damaged ones up beside what was announced.
// data-count-all fills in the announced amount; data-add-count adds a card for something else.
const words = {
  zh: { sum: "合计", good: "完好", short: "比通知少", over: "比通知多", equal: "与通知相符" },
  en: { sum: "Total", good: "good", short: "short of the advice by", over: "over the advice by", equal: "as advised" },
};
const said = () => words[document.documentElement.lang.startsWith("en") ? "en" : "zh"];
const field = (card, name) => card.querySelector(`[name$="-${name}"]`);
const figure = (card, name) => Number(((field(card, name) || {}).value || "").replace(/[,\s]/g, "")) || 0;

function goods(card) {
  const select = card.querySelector("select[name$='-item_id']");
  const option = select && select.selectedOptions[0];
  const from = option && option.dataset.unit ? option.dataset : card.dataset;
  const packs = new Map((from.packs || "").split("|").filter(Boolean).map((text) => text.split("=")));
  return { unit: from.unit || "", units: from.units || from.unit || "", packs };
}

function show(card) {
  const { unit, units, packs } = goods(card);
  const good = figure(card, "packs") * Number(packs.get((field(card, "unit") || {}).value) || 0) + figure(card, "quantity_good");
  const all = good + figure(card, "quantity_damaged");
  const place = card.querySelector("[data-count-sum]");
  const text = said();
  const number = (value) => `${value.toLocaleString("en-US")} ${value === 1 ? unit : units}`;
  const expected = Number(card.dataset.expected || 0);
  const parts = [`${text.sum} ${number(all)}`];
  if (good !== all) parts.push(`${text.good} ${number(good)}`);
  if (expected && all < expected) parts.push(`${text.short} ${number(expected - all)}`);
  if (expected && all > expected) parts.push(`${text.over} ${number(all - expected)}`);
  if (expected && all === expected) parts.push(text.equal);
  place.textContent = all ? parts.join(" · ") : "";
  place.classList.toggle("count-short", Boolean(all && expected && all < expected));
}

function fillAll(card) {
  const { packs } = goods(card);
  const expected = Number(card.dataset.expected || 0);
  const factor = Number(packs.get((field(card, "unit") || {}).value) || 0);
  if (factor && field(card, "packs")) {
    field(card, "packs").value = Math.floor(expected / factor) || "";
    field(card, "quantity_good").value = expected % factor || "";
  } else field(card, "quantity_good").value = expected;
  show(card);
}

function addCard(lines) {
  const total = lines.querySelector("input[name$='-TOTAL_FORMS']");
  const holder = document.createElement("div");
  holder.innerHTML = lines.querySelector("[data-line-template]").innerHTML.replace(/__prefix__/g, total.value);
  const card = holder.firstElementChild;
  total.value = Number(total.value) + 1;
  lines.querySelector("[data-line-rows]").append(card);
  card.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: card } }));
  const first = card.querySelector("input:not([type=hidden])");
  if (first) first.focus();
}

document.addEventListener("input", (event) => {
  const card = event.target.closest("[data-count]");
  if (card) show(card);
});
document.addEventListener("change", (event) => {
  const card = event.target.closest("[data-count]");
  if (card) show(card);
});
document.addEventListener("click", (event) => {
  const all = event.target.closest("[data-count-all]");
  const add = event.target.closest("[data-add-count]");
  if (all) fillAll(all.closest("[data-count]"));
  if (add) addCard(add.closest("[data-lines]"));
});
document.querySelectorAll("[data-count]").forEach(show);
