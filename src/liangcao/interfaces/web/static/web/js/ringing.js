// What waits rings: the count stands in the title of the tab, and a larger one sounds where the reader has switched the bell on.
// data-waiting="3": the badge with the count; htmx brings a new one every half minute.
// data-ring: a button that switches the bell. It is off until it has been clicked once on this computer.
const BELL = "liangcao.bell";
const SEEN = "liangcao.waiting";
let sound = null;

export function bindRinging(root) {
  showCount(root);
  showButtons(root);
  root.addEventListener("htmx:afterSettle", () => showCount(root));
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ring]");
    if (button) {
      keep(BELL, kept(BELL) === "on" ? "off" : "on");
      showButtons(root);
      if (kept(BELL) === "on") ring();
    }
  });
  // A browser lets a page sound only after the reader has touched it.
  ["click", "keydown"].forEach((name) => root.addEventListener(name, () => kept(BELL) === "on" && player(), { once: true }));
}

function showCount(root) {
  const badge = root.querySelector("[data-waiting]");
  if (!badge) return;
  const count = Number(badge.dataset.waiting) || 0;
  const plain = root.title.replace(/^\(\d+\) /, "");
  root.title = count ? `(${count}) ${plain}` : plain;
  const before = Number(kept(SEEN)) || 0;
  if (count !== before) keep(SEEN, String(count));
  if (count > before && kept(BELL) === "on") ring();
}

function showButtons(root) {
  const isOn = kept(BELL) === "on";
  root.querySelectorAll("[data-ring]").forEach((button) => {
    button.hidden = !window.AudioContext;
    button.setAttribute("aria-pressed", String(isOn));
    button.textContent = isOn ? button.dataset.on : button.dataset.off;
  });
}

function player() {
  if (!sound && window.AudioContext) sound = new AudioContext();
  if (sound && sound.state === "suspended") sound.resume();
  return sound;
}

// Two soft tones, the second higher.
function ring() {
  const audio = player();
  if (!audio) return;
  [660, 880].forEach((pitch, index) => {
    const start = audio.currentTime + index * 0.25;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.25, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
    tone.connect(volume);
    volume.connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.5);
  });
}

// A browser may forbid keeping anything: then the bell stays off.
function kept(name) {
  try {
    return window.localStorage.getItem(name);
  } catch (_forbidden) {
    return null;
  }
}

function keep(name, value) {
  try {
    window.localStorage.setItem(name, value);
  } catch (_forbidden) {
    // Nothing to do.
  }
}
