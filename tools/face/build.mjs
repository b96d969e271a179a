// Builds what app/static holds: one style sheet, one sprite, one font, htmx. `npm ci && npm run build`, then commit.
import { brotliCompressSync, constants } from "node:zlib";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "..", "..", "app", "static");
const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;

function style() {
  const { css } = sass.compile(join(here, "scss", "app.scss"), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  const banner = `/*! Built from tools/face/scss. Holds parts of Bootstrap ${version("bootstrap")} (MIT, see vendor/bootstrap-LICENSE.txt). */\n`;
  writeFileSync(join(out, "app.css"), banner + css.replace(/^\uFEFF/, "").replace(/\/\*![\s\S]*?\*\//g, "") + "\n");
}

function symbol(name, svg) {
  const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  const paths = inner.replace(/\s*<path stroke="none"[^>]*>\s*/g, "").replace(/\s+/g, " ").replace(/> </g, "><").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${paths}</symbol>`;
}

function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean);
  const ours = readdirSync(join(here, "icons")).map((file) => [file.replace(/\.svg$/, ""), join(here, "icons", file)]);
  const theirs = names.map((name) => [name, join(modules, "@tabler", "icons", "icons", "outline", `${name}.svg`)]);
  const symbols = [...ours, ...theirs].map(([name, path]) => symbol(name, readFileSync(path, "utf8")));
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`);
}

function vendor() {
  const font = "@fontsource-variable/plus-jakarta-sans";
  mkdirSync(join(out, "vendor"), { recursive: true });
  mkdirSync(join(out, "fonts"), { recursive: true });
  copyFileSync(join(modules, font, "files", "plus-jakarta-sans-latin-wght-normal.woff2"), join(out, "fonts", "plus-jakarta-sans.woff2"));
  copyFileSync(join(modules, font, "LICENSE"), join(out, "fonts", "plus-jakarta-sans-LICENSE.txt"));
  copyFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"), join(out, "vendor", "htmx.min.js"));
  copyFileSync(join(modules, "htmx.org", "LICENSE"), join(out, "vendor", "htmx-LICENSE.txt"));
  copyFileSync(join(modules, "bootstrap", "LICENSE"), join(out, "vendor", "bootstrap-LICENSE.txt"));
  copyFileSync(join(modules, "@tabler", "icons", "LICENSE"), join(out, "vendor", "tabler-icons-LICENSE.txt"));
  const names = ["bootstrap", "htmx.org", "@tabler/icons", font];
  writeFileSync(join(out, "vendor", "VERSIONS.txt"), names.map((name) => `${name} ${version(name)}\n`).join(""));
}

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

function compress() {
  for (const path of walk(out).filter((name) => /\.(css|js|svg)$/.test(name))) {
    const plain = readFileSync(path);
    const packed = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });
    writeFileSync(`${path}.br`, packed);
    console.log(`${path.slice(out.length + 1)}  ${plain.length} -> ${packed.length}`);
  }
}

style();
sprite();
vendor();
compress();
