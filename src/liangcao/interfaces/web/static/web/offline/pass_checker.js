// Checks codes of passes without a network. ES2019 and BigInt; no WebCrypto, which a page from a file or from plain
// http may not have. Only public things are computed here, so it need not run in constant time.
(function () {
  "use strict";
  const at = (id) => document.getElementById(id);
  const data = JSON.parse(at("data").textContent);
  const words = data.words;
  const big = (hex) => BigInt("0x" + hex);
  const P = big("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  const N = big("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const G = [
    big("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
    big("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
  ];
  const ZERO = BigInt(0), ONE = BigInt(1), TWO = BigInt(2), THREE = BigInt(3);
  const mod = (a, m) => ((a % m) + m) % m;

  function inverse(a, m) {
    let r0 = m, r1 = mod(a, m), t0 = ZERO, t1 = ONE;
    while (r1 !== ZERO) {
      const q = r0 / r1;
      [r0, r1] = [r1, r0 - q * r1];
      [t0, t1] = [t1, t0 - q * t1];
    }
    return mod(t0, m);
  }

  function plus(a, b) {
    if (!a) return b;
    if (!b) return a;
    let slope;
    if (a[0] === b[0]) {
      if (mod(a[1] + b[1], P) === ZERO) return null;
      slope = (THREE * a[0] * a[0] - THREE) * inverse(TWO * a[1], P);
    } else slope = (b[1] - a[1]) * inverse(b[0] - a[0], P);
    const x = mod(slope * slope - a[0] - b[0], P);
    return [x, mod(slope * (a[0] - x) - a[1], P)];
  }

  function sha256(text) {
    const roots = (power, count) => {
      const found = [];
      for (let n = 2; found.length < count; n += 1) {
        let prime = true;
        for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
        if (prime) { const root = Math.pow(n, power); found.push(((root - Math.floor(root)) * 4294967296) | 0); }
      }
      return found;
    };
    const K = roots(1 / 3, 64), H = roots(1 / 2, 8);
    const bytes = Array.from(text, (sign) => sign.charCodeAt(0));
    const length = bytes.length;
    bytes.push(128);
    while (bytes.length % 64 !== 56) bytes.push(0);
    bytes.push(0, 0, 0, 0);
    for (let n = 3; n >= 0; n -= 1) bytes.push(((length * 8) >>> (8 * n)) & 255);
    const turn = (v, n) => (v >>> n) | (v << (32 - n));
    for (let start = 0; start < bytes.length; start += 64) {
      const w = [];
      for (let n = 0; n < 64; n += 1) {
        if (n < 16) {
          const p = start + n * 4;
          w.push((bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3]);
        } else {
          const a = w[n - 15], b = w[n - 2];
          w.push((w[n - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[n - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0);
        }
      }
      let [a, b, c, d, e, f, g, h] = H;
      for (let n = 0; n < 64; n += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[n] + w[n]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((v, n) => { H[n] = (H[n] + v) | 0; });
    }
    return H.map((v) => (v >>> 0).toString(16).padStart(8, "0")).join("");
  }

  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  function isSigned(text) {
    const dot = text.lastIndexOf(".");
    const content = text.slice(0, dot), signature = text.slice(dot + 1);
    const key = Object.prototype.hasOwnProperty.call(data.keys, content.split(".")[1]) && data.keys[content.split(".")[1]];
    if (!key || !/^[0-9A-Za-z_-]{86}$/.test(signature)) return false;
    const bits = Array.from(signature, (sign) => LETTERS.indexOf(sign).toString(2).padStart(6, "0")).join("");
    // 512 bits are said; what is left over counts only as zeros.
    if (bits.slice(512) !== "0000") return false;
    const r = BigInt("0b" + bits.slice(0, 256)), s = BigInt("0b" + bits.slice(256, 512));
    if (r === ZERO || s === ZERO || r >= N || s >= N) return false;
    const w = inverse(s, N), Q = [big(key.slice(2, 66)), big(key.slice(66))];
    const one = mod(big(sha256(content)) * w, N).toString(2).padStart(256, "0");
    const two = mod(r * w, N).toString(2).padStart(256, "0");
    const both = plus(G, Q);
    let sum = null;
    for (let n = 0; n < 256; n += 1) {
      sum = plus(sum, sum);
      const which = one[n] + two[n];
      if (which !== "00") sum = plus(sum, which === "10" ? G : which === "01" ? Q : both);
    }
    return sum !== null && mod(sum[0], N) === r;
  }

  const two = (n) => String(n).padStart(2, "0");
  // The day in Beijing, wherever the phone thinks it is.
  const today = () => {
    const d = new Date(Date.now() + 8 * 3600000);
    return two(d.getUTCFullYear() % 100) + two(d.getUTCMonth() + 1) + two(d.getUTCDate());
  };
  const day = (text) => "20" + text.slice(0, 2) + "-" + text.slice(2, 4) + "-" + text.slice(4, 6);
  const moment = (t) => new Date(Date.UTC(2000 + Number(t.slice(0, 2)), Number(t.slice(2, 4)) - 1, Number(t.slice(4, 6)), Number(t.slice(6, 8)), Number(t.slice(8, 10))));
  const list = data.list.split(".");
  const revoked = {};
  list[4].split(";").filter(Boolean).forEach((row) => { revoked[row.split(":")[0]] = row.split(":")[1]; });
  const listIsGood = isSigned(data.list);

  const CODE = /^LCP1\.[0-9a-f]{8}\.[0-9]{1,18}\.[0-9A-Z-]{1,30}\.[0-9A-Zgjx]{8,9}\.[0-9]{6}\.[0-9]{6}\.[A-Z]\.[0-9A-Za-z_-]{86}$/;

  function check(given) {
    const text = given.trim();
    if (!CODE.test(text) || !isSigned(text)) return { word: "forged" };
    const part = text.split(".");
    const plate = data.provinces[part[4].slice(0, 2)] + part[4].slice(2).replace(/[gjx]$/, (sign) => data.ends[sign]);
    const found = { plate: plate, number: part[3], from: part[5], until: part[6], kind: data.kinds[part[7]] || part[7] };
    if (part[2] === list[2] && Object.prototype.hasOwnProperty.call(revoked, part[3])) {
      return Object.assign(found, { word: "revoked", at: revoked[part[3]] });
    }
    if (today() > part[6]) return Object.assign(found, { word: "expired" });
    if (today() < part[5]) return Object.assign(found, { word: "not_yet" });
    return Object.assign(found, { word: part[2] === list[2] ? "valid" : "elsewhere" });
  }

  function line(place, text, name) {
    const p = document.createElement("p");
    p.textContent = text;
    if (name) p.className = name;
    place.appendChild(p);
  }

  function show(given) {
    const place = at("result");
    place.textContent = "";
    if (!given.trim() || !listIsGood) return;
    const found = check(given), box = document.createElement("div");
    box.className = found.word;
    line(box, words[found.word], "word");
    if (found.plate) {
      line(box, found.plate, "plate");
      line(box, words.compare + " · " + found.kind);
      line(box, words.days + " " + day(found.from) + " — " + day(found.until));
      line(box, words.number + " " + found.number);
    }
    if (found.at) line(box, moment(found.at).toLocaleString());
    if (words[found.word + "_more"]) line(box, words[found.word + "_more"]);
    place.appendChild(box);
  }

  function warn() {
    const age = Date.now() - moment(list[3]).getTime();
    const text = !listIsGood ? words.list_bad : age > 86400000 ? words.old : age < -120000 ? words.future : "";
    at("warning").textContent = text;
    at("warning").hidden = !text;
    at("today").textContent = " · " + words.today + " " + day(today());
  }

  at("form").addEventListener("submit", (event) => { event.preventDefault(); warn(); show(at("code").value); });
  at("clear").addEventListener("click", () => { at("code").value = ""; show(""); });
  warn();

  let running = null;
  async function look(detector, video) {
    while (running) {
      const seen = await detector.detect(video).catch(() => []);
      const code = seen.map((each) => each.rawValue).find((text) => text);
      if (code) {
        running.getTracks().forEach((track) => track.stop());
        running = null;
        video.hidden = true;
        at("code").value = code;
        warn();
        show(code);
      }
      await new Promise((done) => setTimeout(done, 150));
    }
  }
  if (typeof BarcodeDetector === "function" && navigator.mediaDevices) {
    at("camera").hidden = false;
    at("camera").addEventListener("click", async () => {
      try {
        running = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch (refused) {
        at("no-camera").textContent = words.no_camera;
        at("no-camera").hidden = false;
        return;
      }
      const video = at("video");
      video.srcObject = running;
      video.hidden = false;
      await video.play();
      look(new BarcodeDetector({ formats: ["qr_code"] }), video);
    });
  } else {
    at("no-camera").textContent = words.no_camera;
    at("no-camera").hidden = false;
  }
})();
