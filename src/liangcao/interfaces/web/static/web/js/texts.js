// data-copies="#id": copies the text of that element, to be pasted into a chat group. data-done is what the button says after.
// data-copies-from: a link to a text that is fetched and copied. What cannot be copied is opened, as without JavaScript.
export function bindTexts(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-copies-from]");
    if (link) {
      event.preventDefault();
      fetched(link.href).then(copy).then(
        () => { link.textContent = link.dataset.done; },
        () => { window.location.assign(link.href); },
      );
      return;
    }
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = root.querySelector(button.dataset.copies);
    copy(source.value === undefined ? source.textContent : source.value).then(() => {
      button.textContent = button.dataset.done || button.textContent;
    });
  });
}

function fetched(address) {
  return fetch(address, { credentials: "same-origin" }).then((answer) => {
    const kind = answer.headers.get("Content-Type") || "";
    if (!answer.ok || !kind.startsWith("text/plain")) throw new Error(String(answer.status));
    return answer.text();
  });
}

// An office network often has no https, and then there is no clipboard interface: fall back to the selection.
function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied ? Promise.resolve() : Promise.reject(new Error("not copied"));
}
