// data-sign: while everything came whole there is nothing to fill in line by line. Without this script the fields stay in sight.
const form = document.querySelector("[data-sign]");

function show() {
  const chosen = form.querySelector("input[name=is_whole]:checked");
  const isWhole = chosen && chosen.value === "yes";
  form.querySelectorAll("[data-sign-difference]").forEach((part) => part.classList.toggle("is-hidden", Boolean(isWhole)));
}

if (form) {
  form.addEventListener("change", show);
  show();
}
