// data-signature: a box to draw one's name in; the picture goes into the hidden field, and is drawn again after a refusal.
// data-shrinks: photos are made smaller before they are sent, so that they get through where the network is weak.

const LONGEST_SIDE = 1600;
const SMALL_ENOUGH = 1000000;

function drawable(box) {
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("input[type=hidden]");
  const again = box.querySelector("button");
  const pen = canvas.getContext("2d");
  pen.lineWidth = 6;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  canvas.hidden = false;

  function place(event) {
    const seen = canvas.getBoundingClientRect();
    return [((event.clientX - seen.left) * canvas.width) / seen.width, ((event.clientY - seen.top) * canvas.height) / seen.height];
  }

  function keep() {
    field.value = canvas.toDataURL("image/png");
    again.hidden = false;
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", keep);
  again.addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
    again.hidden = true;
  });
  if (field.value) {
    const earlier = new Image();
    earlier.onload = () => pen.drawImage(earlier, 0, 0);
    earlier.src = field.value;
    again.hidden = false;
  }
}

async function smaller(file) {
  if (file.size <= SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return made && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // The server says what is wrong with it.
  }
}

document.querySelectorAll("[data-signature]").forEach(drawable);
document.querySelectorAll("input[type=file][data-shrinks]").forEach((input) => {
  input.addEventListener("change", async () => {
    const files = await Promise.all([...input.files].map(smaller));
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    input.files = chosen.files;
  });
});
