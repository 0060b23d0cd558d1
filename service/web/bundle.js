// Builds what the pages load: one style sheet, a few scripts, the icons in use. Names carry a hash of their content, and each file lies
// compressed beside itself. assets/manifest.json tells which name is which.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const web = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(web));
const packages = join(root, "node_modules");
const target = ["chrome99", "firefox97", "safari15.4"];

function files(folder, endings) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((each) => each.isFile() && endings.includes(extname(each.name)))
    .map((each) => join(each.parentPath ?? each.path, each.name))
    .filter((path) => !relative(web, path).startsWith("assets"))
    .sort();
}

const written = [...files(join(root, "service"), [".html", ".py"]), ...files(join(web, "scripts"), [".js"])];

// ---- style: Tabler less what no page names, then the theme ----

async function style() {
  const tabler = readFileSync(join(packages, "@tabler/core/dist/css/tabler.css"), "utf8");
  const [purged] = await new PurgeCSS().purge({
    content: written,
    css: [{ raw: tabler }],
    keyframes: true,
    // Names of classes alone: a page that names a tag or a state by other means keeps it.
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    safelist: { standard: ["html", "body", /^:/, /^alert-(success|info|warning|danger)$/], greedy: [/data-bs-theme/, /htmx/] },
  });
  const theme = await esbuild.build({
    entryPoints: [join(web, "styles/theme.css")], bundle: true, write: false, minify: true, target,
  });
  const small = await esbuild.transform(purged.css, { loader: "css", minify: true, target, legalComments: "none" });
  return small.code + theme.outputFiles[0].text;
}

// ---- scripts ----

async function script(name) {
  const built = await esbuild.build({
    entryPoints: [join(web, "scripts", name)], bundle: true, write: false, minify: true, format: "iife", target, legalComments: "none",
  });
  return built.outputFiles[0].text;
}

// ---- icons: every `icon("name")` of a template, every `icon="name"` and `icon_named("name")` of a module ----

function icons() {
  const names = new Set(["alert-triangle"]);
  for (const path of written) {
    for (const found of readFileSync(path, "utf8").matchAll(/\bicon(?:_named)?\s*(?:\(|=|:)\s*["']([a-z0-9-]+)["']/g)) names.add(found[1]);
  }
  const symbols = [...names].sort().map((name) => {
    const svg = readFileSync(join(packages, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${inside}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

// ---- written at once, so that no service starts on half of it ----

const assets = join(web, "assets");
const fresh = `${assets}.new`;
const manifest = {};

function keep(name, text) {
  const bytes = Buffer.from(text);
  const ending = extname(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const hashed = `${name.slice(0, -ending.length)}.${hash}${ending}`;
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  manifest[name] = hashed;
  writeFileSync(join(fresh, hashed), bytes);
  writeFileSync(join(fresh, `${hashed}.br`), brotli);
  writeFileSync(join(fresh, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
  console.log(`${name.padEnd(16)}${String(bytes.length).padStart(9)} bytes ${String(brotli.length).padStart(8)} compressed`);
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
keep("miaopi.css", await style());
keep("icons.svg", icons());
for (const name of readdirSync(join(web, "scripts")).filter((each) => each.endsWith(".js")).sort()) keep(name, await script(name));
writeFileSync(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 2));
rmSync(assets, { recursive: true, force: true });
renameSync(fresh, assets);
