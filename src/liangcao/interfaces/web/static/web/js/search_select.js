// data-search-select: a select becomes a field in which one types a name, a code or pinyin initials. The select stays and is
// what the form sends; without this script it is used as it is.
let made = 0;

export function bindSearchSelects(part) {
  part.querySelectorAll("select[data-search-select]").forEach((select) => {
    if (!select.dataset.bound && select.options.length > 8) build(select);
  });
}

function build(select) {
  select.dataset.bound = "1";
  const box = document.createElement("div");
  const field = document.createElement("input");
  const list = document.createElement("ul");
  made += 1;
  list.id = `chooser-${made}`;
  box.className = "chooser";
  list.className = "chooser-list is-hidden";
  list.setAttribute("role", "listbox");
  const name = select.getAttribute("aria-label") || (select.labels && select.labels[0] ? select.labels[0].textContent : "");
  list.setAttribute("aria-label", name);
  field.type = "text";
  field.autocomplete = "off";
  const roles = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-label": name };
  Object.keys(roles).forEach((key) => field.setAttribute(key, roles[key]));
  field.value = select.selectedOptions[0] ? select.selectedOptions[0].text : "";
  select.before(box);
  box.append(field, list);
  select.classList.add("is-hidden");
  select.required = false;
  listen(select, field, list);
}

function listen(select, field, list) {
  let shown = [];
  let place = 0;
  const mark = () => [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === place)));
  const close = () => {
    list.classList.add("is-hidden");
    field.setAttribute("aria-expanded", "false");
  };
  const open = () => {
    const words = field.value.trim().toLowerCase();
    const found = (option) => option.value && `${option.text} ${option.dataset.words || ""}`.toLowerCase().includes(words);
    shown = [...select.options].filter(found).slice(0, 40);
    list.replaceChildren ? list.replaceChildren() : (list.textContent = "");
    shown.forEach((option, index) => {
      const row = document.createElement("li");
      row.id = `${list.id}-${index}`;
      row.setAttribute("role", "option");
      row.textContent = option.text;
      list.append(row);
    });
    place = 0;
    mark();
    list.classList.toggle("is-hidden", shown.length === 0);
    field.setAttribute("aria-expanded", String(shown.length > 0));
  };
  const choose = (option) => {
    select.value = option ? option.value : "";
    field.value = option ? option.text : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  };
  field.addEventListener("input", open);
  field.addEventListener("focus", () => {
    field.select();
    field.value && select.value ? close() : open();
  });
  field.addEventListener("blur", () => {
    // A word that names nothing is not silently kept: what the form sends and what is seen agree.
    const text = field.value.trim();
    const option = [...select.options].find((each) => each.text === text && each.value);
    if (!option && text && shown.length === 1) choose(shown[0]);
    else if (!option || option.value !== select.value) choose(option || null);
    close();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.classList.contains("is-hidden")) open();
      else place = Math.min(Math.max(place + (event.key === "ArrowDown" ? 1 : -1), 0), shown.length - 1);
      mark();
    } else if (event.key === "Enter" && !list.classList.contains("is-hidden") && shown[place]) {
      event.preventDefault();
      choose(shown[place]);
    } else if (event.key === "Escape") close();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = event.target.closest("li");
    if (row) choose(shown[[...list.children].indexOf(row)]);
  });
}
