// data-copies="#id": copies the text of that element, to be pasted into a chat group. data-done is what the button says after.
export function bindTexts(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = root.querySelector(button.dataset.copies);
    copy(source.value === undefined ? source.textContent : source.value).then(() => {
      button.textContent = button.dataset.done || button.textContent;
    });
  });
}

// An office network often has no https, and then there is no clipboard interface: fall back to the selection.
function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return Promise.resolve();
}
