// data-opens-dialog: the link's act opens on top of the page instead of on a page of its own.
// data-closes-dialog: closes it and throws its content away.
export function bindDialog(root) {
  const dialog = () => root.getElementById("dialog");
  root.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "dialog-body" && !dialog().open) dialog().showModal();
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-closes-dialog]")) dialog().close();
    if (event.target.closest("[data-print]")) window.print();
  });
  root.addEventListener(
    "close",
    (event) => {
      if (event.target === dialog()) root.getElementById("dialog-body").textContent = "";
    },
    true
  );
}
