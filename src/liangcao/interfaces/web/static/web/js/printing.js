// Paper leaves the house like a file does: a page tells the journal that it goes to the printer.
export function bindPrinting(root) {
  const address = root.body.dataset.prints;
  window.addEventListener("beforeprint", () => {
    const token = root.querySelector("input[name=csrfmiddlewaretoken]");
    if (!address || !token || !navigator.sendBeacon) return;
    const told = new FormData();
    told.append("csrfmiddlewaretoken", token.value);
    told.append("address", window.location.pathname + window.location.search);
    navigator.sendBeacon(address, told);
  });
}
