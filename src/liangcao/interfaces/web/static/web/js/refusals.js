// A refused request of htmx (4xx with a page of ours) is shown where the form stands, not thrown away.
export function bindRefusals(root) {
  root.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || xhr.status >= 500) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  // After a refusal the eye goes to the first refused field.
  const first = root.querySelector(".field-refused input, .field-refused select, .field-refused textarea");
  if (first) first.focus();
}
