// data-once: a second click on the button does nothing while the first is under way (the id in the form makes it harmless anyway).
// data-submit-on-change: a form without a button of its own.
export function bindForms(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (!form.hasAttribute("hx-post")) form.dataset.sent = "1";
  });
  // Back in the browser's history shows the page as it was left: let it be sent again.
  window.addEventListener("pageshow", () => {
    root.querySelectorAll("form[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
  });
  // data-list-tools: a filter that is not set does not stand in the address.
  root.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = event.detail;
    if (!elt.matches("[data-list-tools]")) return;
    [...elt.querySelectorAll("[name]")].forEach((field) => {
      if (!parameters[field.name]) delete parameters[field.name];
    });
  });
  root.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.submit();
  });
}
