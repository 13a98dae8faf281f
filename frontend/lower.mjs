// PostCSS plug-in: makes Tabler's CSS readable by Chromium 86 (360, the browser inside WeChat) without loss elsewhere.
// Old browsers drop a whole rule for one selector they do not know and a whole declaration for one unknown function.
import selectorParser from "postcss-selector-parser";
import { Colours, isModern } from "./colours.mjs";

const SIDES = { inline: ["left", "right"], block: ["top", "bottom"] };
const CORNERS = { "start-start": "top-left", "start-end": "top-right", "end-start": "bottom-left", "end-end": "bottom-right" };

function rootVariables(sheet) {
  const everywhere = new Map();
  const atRoot = new Map();
  sheet.walkDecls(/^--/, (declaration) => {
    const selector = declaration.parent.selector ?? "";
    if (/:root|data-bs-theme=light|^\*/.test(selector) && declaration.parent.parent.type === "root") atRoot.set(declaration.prop, declaration.value);
    else if (!everywhere.has(declaration.prop)) everywhere.set(declaration.prop, declaration.value);
  });
  return new Map([...everywhere, ...atRoot]);
}

// margin-inline and friends: both our languages run from left to right, so the physical sides are the same thing.
function physicalNames(property) {
  const corner = /^border-(start|end)-(start|end)-radius$/.exec(property);
  if (corner) return [`border-${CORNERS[`${corner[1]}-${corner[2]}`]}-radius`];
  const side = /^(inset|margin|padding|border)-(inline|block)(?:-(start|end))?(-width|-style|-color)?$/.exec(property);
  if (!side) return null;
  const [, kind, axis, end, tail = ""] = side;
  const wanted = end ? [SIDES[axis][end === "start" ? 0 : 1]] : SIDES[axis];
  return wanted.map((name) => (kind === "inset" ? name : `${kind}-${name}${tail}`));
}

function makePhysical(declaration) {
  if (/^(transition|transition-property|will-change)$/.test(declaration.prop)) {
    declaration.value = declaration.value.replace(/\binset-inline-start\b/g, "left").replace(/\binset-inline-end\b/g, "right");
    return;
  }
  const names = physicalNames(declaration.prop);
  if (!names) return;
  const twoValued = names.length === 2 && !/^border-(inline|block)$/.test(declaration.prop);
  const values = twoValued ? declaration.value.match(/(?:[^\s()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+/g) : [declaration.value];
  names.forEach((prop, index) => declaration.cloneBefore({ prop, value: values[index] ?? values[0] }));
  declaration.remove();
}

// The worked-out colour stands first; what the browser understands later wins. A custom property takes any text,
// so there the original must stand behind @supports.
function addPlainColour(declaration, colours, AtRule) {
  if (!isModern(declaration.value)) return;
  const value = colours.plain(declaration.value);
  if (value === null) return;
  if (!declaration.prop.startsWith("--")) {
    declaration.cloneBefore({ value });
    return;
  }
  const rule = declaration.parent;
  const modern = rule.clone({ nodes: [] });
  modern.append(declaration.clone());
  declaration.value = value;
  rule.modern ??= rule.after(new AtRule({ name: "supports", params: "(color: light-dark(oklch(from red l c h), red))" })).next();
  const last = rule.modern.last;
  if (last) last.append(modern.first);
  else rule.modern.append(modern);
}

// :is(a, b) and :where(a, b) written out; :not(a, b) as :not(a):not(b).
function expand(selector) {
  const found = [];
  selector.walkPseudos((pseudo) => {
    if ([":is", ":where", ":not"].includes(pseudo.value) && (pseudo.value !== ":not" || pseudo.nodes.length > 1 || /:(is|where)\(/.test(String(pseudo)))) found.push(pseudo);
  });
  const target = found.find((pseudo) => pseudo.value !== ":not") ?? found[0];
  if (!target || hasCombinator(target)) return [selector];
  if (target.value === ":not") {
    const negations = target.nodes.map((inner) => selectorParser.pseudo({ value: ":not", nodes: [inner.clone()] }));
    target.replaceWith(...negations);
    return expand(selector);
  }
  const path = [];
  for (let node = target; node !== selector; node = node.parent) path.unshift(node.parent.index(node));
  const insideNot = target.parent.parent?.value === ":not" && target.parent.parent !== selector;
  if (insideNot) return expandInsideNot(selector, target);
  return target.nodes.flatMap((choice) => {
    const copy = selector.clone();
    const place = path.reduce((node, index) => node.at(index), copy);
    place.replaceWith(...choice.clone().nodes.map((node) => trimmed(node)));
    return expand(copy);
  });
}

// ".a:is(.b .c)" has no written-out form; it stays as it is, in a rule of its own.
const hasCombinator = (pseudo) => pseudo.value !== ":not" && pseudo.nodes.some((choice) => choice.nodes.some((node) => node.type === "combinator"));
const isTooNew = (selector) => /:(has|is|where)\(/.test(selector);

function expandInsideNot(selector, target) {
  const negation = target.parent.parent;
  const choices = target.nodes.map((choice) => selectorParser.pseudo({ value: ":not", nodes: [choice.clone()] }));
  negation.replaceWith(...choices);
  return expand(selector);
}

function trimmed(node) {
  node.spaces.before = "";
  node.spaces.after = "";
  return node;
}

function lowerSelectors(rule) {
  if (rule.parent.type === "atrule" && /keyframes$/.test(rule.parent.name)) return;
  if (!/:(is|where|has|not)\(/.test(rule.selector)) return;
  const tree = selectorParser().astSync(rule.selector);
  const all = tree.nodes.flatMap((selector) => expand(selector)).map((selector) => String(selector).trim());
  const modern = all.filter(isTooNew);
  const plain = all.filter((selector) => !isTooNew(selector));
  if (modern.length && plain.length) rule.cloneAfter({ selectors: modern });
  rule.selectors = plain.length ? plain : modern;
}

export default function lower() {
  return {
    postcssPlugin: "liangcao-lower",
    Once(sheet, { AtRule }) {
      const colours = new Colours(rootVariables(sheet));
      sheet.walkRules(lowerSelectors);
      sheet.walkDecls(makePhysical);
      const declarations = [];
      sheet.walkDecls((declaration) => declarations.push(declaration));
      for (const declaration of declarations) addPlainColour(declaration, colours, AtRule);
    },
  };
}
lower.postcss = true;
