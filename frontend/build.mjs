// Usage: node build.mjs OUT_FOLDER. Writes app.js, app.css and the licences of what went into them.
import { mkdirSync, readFileSync } from "node:fs";
import { build } from "esbuild";
import postcss from "postcss";
import lower from "./lower.mjs";

const out = process.argv[2];
mkdirSync(out, { recursive: true });

const lowered = {
  name: "lowered-css",
  setup(bundler) {
    bundler.onLoad({ filter: /tabler\.css$/ }, async ({ path }) => {
      const source = readFileSync(path, "utf8").replace(/\/\*# sourceMappingURL.*?\*\//, "");
      const result = await postcss([lower()]).process(source, { from: path, map: false });
      return { contents: result.css, loader: "css" };
    });
  },
};

await build({
  entryPoints: ["app.js", "app.css"],
  bundle: true,
  minify: true,
  outdir: out,
  target: ["es2019", "chrome86"],
  format: "iife",
  loader: { ".woff2": "file", ".svg": "dataurl" },
  legalComments: "linked",
  logLevel: "warning",
  plugins: [lowered],
});
