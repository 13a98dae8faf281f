// Works out modern CSS colours (oklch, light-dark, color-mix, relative oklch) as plain rgb, for browsers that cannot.
import parse from "postcss-value-parser";

const MODERN = /\b(?:color-mix|light-dark|oklch|oklab)\(/;
export const isModern = (text) => MODERN.test(text);

const words = (nodes) => nodes.filter((node) => node.type !== "space" && node.type !== "comment");
const text = (nodes) => parse.stringify(nodes).trim();

function splitAtCommas(nodes) {
  const parts = [[]];
  for (const node of nodes) {
    if (node.type === "div" && node.value === ",") parts.push([]);
    else parts[parts.length - 1].push(node);
  }
  return parts;
}

const linear = (channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const encoded = (channel) => (channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055);

function fromRgb(red, green, blue, alpha = 1) {
  const [r, g, b] = [red, green, blue].map((channel) => linear(channel / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    L: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    alpha,
  };
}

function toRgb({ L, a, b, alpha }) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((channel) => Math.round(255 * Math.min(1, Math.max(0, encoded(Math.max(0, channel))))));
  return alpha >= 1 ? `rgb(${channels.join(",")})` : `rgba(${channels.join(",")},${+alpha.toFixed(3)})`;
}

function fromHex(hex) {
  const digits = hex.length <= 5 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g);
  const [red, green, blue, alpha = 255] = digits.map((pair) => parseInt(pair, 16));
  return fromRgb(red, green, blue, alpha / 255);
}

const percent = (word) => (word.endsWith("%") ? parseFloat(word) / 100 : parseFloat(word));

export class Colours {
  // `variables` maps a custom property to its value at the root of the light theme.
  constructor(variables) {
    this.variables = variables;
  }

  // The colour of one value, or null when it cannot be known without the page.
  of(nodes, depth = 0) {
    const list = words(nodes);
    if (list.length !== 1 || depth > 12) return null;
    const [node] = list;
    if (node.type === "word") return this.ofWord(node.value);
    const handler = { var: "ofVariable", "light-dark": "ofLight", "color-mix": "ofMix", oklch: "ofOklch", rgb: "ofRgb", rgba: "ofRgb" };
    return node.type === "function" && handler[node.value] ? this[handler[node.value]](node, depth + 1) : null;
  }

  ofWord(word) {
    const named = { transparent: [0, 0, 0, 0], white: [255, 255, 255, 1], black: [0, 0, 0, 1], currentcolor: null };
    if (word.startsWith("#")) return fromHex(word);
    const found = named[word.toLowerCase()];
    return found ? fromRgb(...found) : null;
  }

  ofVariable(node, depth) {
    const [name, fallback] = splitAtCommas(node.nodes);
    const value = this.variables.get(text(name));
    const known = value === undefined ? null : this.of(parse(value).nodes, depth);
    return known ?? (fallback ? this.of(fallback, depth) : null);
  }

  ofLight(node, depth) {
    return this.of(splitAtCommas(node.nodes)[0], depth);
  }

  ofRgb(node) {
    const written = words(node.nodes).filter((part) => part.type === "word").map((part) => part.value);
    const channels = written.slice(0, 3).map((word) => percent(word) * (word.endsWith("%") ? 255 : 1));
    if (channels.length < 3 || !channels.every(Number.isFinite)) return null;
    return fromRgb(...channels, written[3] ? percent(written[3]) : 1);
  }

  ofOklch(node, depth) {
    const parts = words(node.nodes);
    if (parts[0]?.value === "from") return this.ofRelative(parts, depth);
    const [L, chroma, hue, , alpha] = parts.map((part) => part.value);
    const turn = (parseFloat(hue) * Math.PI) / 180;
    if (![percent(L), parseFloat(chroma), turn].every(Number.isFinite)) return null;
    return { L: percent(L), a: parseFloat(chroma) * Math.cos(turn), b: parseFloat(chroma) * Math.sin(turn), alpha: alpha ? percent(alpha) : 1 };
  }

  // oklch(from COLOUR calc(l ± n) c h): only the lightness is ever moved in Tabler.
  ofRelative(parts, depth) {
    const base = this.of([parts[1]], depth);
    const step = /^calc\(l ([+-]) ([\d.]+)\)$/.exec(parse.stringify(parts[2]));
    return base && step ? { ...base, L: base.L + (step[1] === "+" ? 1 : -1) * parseFloat(step[2]) } : null;
  }

  ofMix(node, depth) {
    const [, first, second] = splitAtCommas(node.nodes).map(words);
    if (!second) return null;
    const share = first.length > 1 ? this.share(first[1]) : 0.5;
    const [one, two] = [this.of([first[0]], depth), this.of([second[0]], depth)];
    if (!one || !two || share === null) return null;
    const alpha = one.alpha * share + two.alpha * (1 - share);
    const mix = (key) => (alpha ? (one[key] * one.alpha * share + two[key] * two.alpha * (1 - share)) / alpha : 0);
    return { L: mix("L"), a: mix("a"), b: mix("b"), alpha };
  }

  // 40%, or calc(var(--opacity, 1) * 100%).
  share(node) {
    const written = parse.stringify(node);
    if (/^[\d.]+%$/.test(written)) return percent(written);
    const [, name, fallback] = /^calc\(var\((--[\w-]+)(?:, *([\d.]+))?\) \* 100%\)$/.exec(written) ?? [];
    const value = this.variables.get(name) ?? fallback ?? (name && "1");
    return Number.isFinite(parseFloat(value)) ? parseFloat(value) : null;
  }

  // A whole declaration value with every modern colour in it worked out; null when one of them is not known.
  plain(value) {
    let known = true;
    const tree = parse(value);
    tree.walk((node) => {
      if (node.type !== "function" || !isModern(`${node.value}(`)) return true;
      const colour = this.of([node]);
      if (colour) Object.assign(node, { type: "word", value: toRgb(colour), nodes: undefined });
      else if (node.value === "light-dark") Object.assign(node, { type: "word", value: text(splitAtCommas(node.nodes)[0]), nodes: undefined });
      else known = false;
      return false;
    });
    const written = tree.toString();
    return known && !isModern(written) ? written : null;
  }
}
