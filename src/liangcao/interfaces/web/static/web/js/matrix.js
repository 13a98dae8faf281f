// data-matrix: cells whose number differs from the one this reader last saw flash once, so that a recomputed plan shows what moved.
const matrix = document.querySelector("[data-matrix]");

if (matrix) {
  const key = `plan-${matrix.dataset.matrix}`;
  const cells = [...matrix.querySelectorAll("[data-cell]")];
  let before = {};
  try {
    before = JSON.parse(sessionStorage.getItem(key) || "{}");
  } catch (error) {
    before = {};
  }
  cells.forEach((cell) => {
    const known = before[cell.dataset.cell];
    if (known !== undefined && known !== cell.dataset.planned) cell.classList.add("matrix-changed");
  });
  const now = {};
  cells.forEach((cell) => {
    now[cell.dataset.cell] = cell.dataset.planned;
  });
  sessionStorage.setItem(key, JSON.stringify(now));
}
