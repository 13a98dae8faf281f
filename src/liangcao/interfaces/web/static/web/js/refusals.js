// A refused request of htmx (4xx with a page of ours) is shown where the form stands, not thrown away; so is the sentence
// of a database or disk that does not take the act now (503, 507).
const BROKEN_OFF = [503, 507];

export function bindRefusals(root) {
  root.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const isBrokenOff = BROKEN_OFF.includes(xhr.status) && xhr.getResponseHeader("HX-Retarget");
    if ((xhr.status < 400 || xhr.status >= 500) && !isBrokenOff) return;
    // One sentence, however often it is tried again.
    root.querySelectorAll("#dialog-body > .refusal").forEach((box) => box.remove());
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  // After a refusal the eye goes to the first refused field.
  const first = root.querySelector(".field-refused input, .field-refused select, .field-refused textarea");
  if (first) first.focus();
}
