// data-hotkey="k": Ctrl+K (or Cmd+K) goes to this field, or follows this link.
export function bindKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.length !== 1) return;
    const field = root.querySelector(`[data-hotkey="${CSS.escape(event.key.toLowerCase())}"]`);
    if (field && field.offsetParent) {
      event.preventDefault();
      if (field.matches("a")) return field.click();
      field.focus();
      field.select();
    }
  });
}
