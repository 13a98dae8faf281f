// data-lines="prefix": a document form with rows. data-add-line adds one from the template row; a row that is filled adds
// the next by itself. The unit field of a row (name ending in -unit) is offered the units of the chosen item.
export function bindLines(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-line]");
    if (!button) return;
    const row = addLine(button.closest("[data-lines]"));
    const first = row.querySelector("input:not([type=hidden]):not(.is-hidden), select:not(.is-hidden)");
    if (first) first.focus();
  });
  root.addEventListener("change", (event) => {
    const row = event.target.closest("[data-line]");
    if (!row) return;
    if (event.target.matches("select[name$='-item'], select[name$='-item_id']")) offerUnits(row, event.target);
    grow(row, event.target);
  });
  // While one types, not when one leaves the field: the button that is being pressed would move away under the finger.
  root.addEventListener("input", (event) => {
    const row = event.target.closest("[data-line]");
    if (row && event.target.name) grow(row, event.target);
  });
}

function grow(row, field) {
  const lines = row.closest("[data-lines]");
  if (row === row.parentElement.lastElementChild && field.value && lines.querySelector("[data-add-line]")) addLine(lines);
}

export function addLine(lines) {
  const total = lines.querySelector("input[name$='-TOTAL_FORMS']");
  const holder = document.createElement("tbody");
  holder.innerHTML = lines.querySelector("[data-line-template]").innerHTML.replace(/__prefix__/g, total.value);
  const row = holder.firstElementChild;
  total.value = Number(total.value) + 1;
  row.querySelector(".cell-line").prepend(total.value);
  lines.querySelector("[data-line-rows]").append(row);
  row.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: row } }));
  return row;
}

// The list of units hangs on the field as a datalist, so that typing another word is still possible and is then refused.
function offerUnits(row, select) {
  const unit = row.querySelector("input[name$='-unit']");
  const option = select.selectedOptions[0];
  if (!unit || !option || !option.dataset.unit) return;
  const packs = (option.dataset.packs || "").split("|").filter(Boolean).map((pack) => pack.split("="));
  const list = document.createElement("datalist");
  list.id = `${unit.id}-units`;
  [[option.dataset.unit, ""], ...packs].forEach(([name, factor]) => {
    const choice = document.createElement("option");
    choice.value = name;
    choice.label = factor ? `${name} = ${factor} ${factor === "1" ? option.dataset.unit : option.dataset.units}` : name;
    list.append(choice);
  });
  const old = document.getElementById(list.id);
  if (old) old.remove();
  unit.after(list);
  unit.setAttribute("list", list.id);
  unit.placeholder = option.dataset.unit;
}
