/** Builds the phone app with esbuild: hashed names, a precache list, one classic service worker; with --tests, the tests for `node --test`. */

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const ROOT = "webapp/static/pwa";
const DIST = `${ROOT}/dist`;
const BASE = "/static/pwa/dist/";
/** Chrome 80 is the oldest WebView met in WeChat's field, Safari 15.4 the oldest iOS with Web Locks. */
const TARGET = ["chrome80", "safari15"];
const LEAFLET = "node_modules/leaflet/dist";

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

/** The build's name grows from the sources, so that equal sources make equal bundles. */
function buildName() {
  const hash = createHash("sha256").update(readFileSync("package-lock.json")).update(readFileSync("build.mjs"));
  for (const file of walk(`${ROOT}/src`).sort()) hash.update(file).update(readFileSync(file));
  hash.update(readFileSync("webapp/static/tokens.css"));
  return hash.digest("hex").slice(0, 10);
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

const common = { bundle: true, minify: true, target: TARGET, legalComments: "none", charset: "utf8", logLevel: "warning" };

async function bundlePage(build, dev) {
  const result = await esbuild.build({
    ...common,
    entryPoints: { app: `${ROOT}/src/main.tsx`, style: `${ROOT}/src/app.css` },
    outdir: DIST,
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    format: "esm",
    splitting: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { __BUILD__: JSON.stringify(build) },
    external: ["*.woff2"],
    metafile: true,
    sourcemap: dev ? "inline" : false,
  });
  return result.metafile.outputs;
}

/** The desk's camera at the counter: a page of its own, which phones never load. */
async function bundleCounter(build) {
  const result = await esbuild.build({
    ...common,
    entryPoints: { counter: `${ROOT}/src/counter.ts` },
    outdir: DIST,
    entryNames: "[name]-[hash]",
    format: "esm",
    define: { __BUILD__: JSON.stringify(build) },
    metafile: true,
  });
  return Object.keys(result.metafile.outputs)[0];
}

/** The service worker is one classic script; its name is fixed, for it is served at /app/sw.js. */
async function bundleWorker(build, shell, precache) {
  await esbuild.build({
    ...common,
    entryPoints: [`${ROOT}/src/sw.ts`],
    outfile: `${DIST}/sw.js`,
    format: "iife",
    define: { __BUILD__: JSON.stringify(build), __SHELL__: JSON.stringify(shell), __PRECACHE__: JSON.stringify(precache) },
  });
}

/** Leaflet's own stylesheet and pictures, for phone and desk; its script for the desk, which has no bundler. */
function copyLeaflet() {
  const folder = `${DIST}/leaflet`;
  mkdirSync(folder, { recursive: true });
  cpSync(`${LEAFLET}/images`, `${folder}/images`, { recursive: true });
  const named = (name, type) => {
    const bytes = readFileSync(`${LEAFLET}/${name}`);
    const target = `leaflet-${digest(bytes)}.${type}`;
    writeFileSync(`${folder}/${target}`, bytes);
    return `${BASE}leaflet/${target}`;
  };
  return { js: named("leaflet.js", "js"), css: named("leaflet.css", "css"), images: `${BASE}leaflet/images/` };
}

/** Copies what is served as it is: the manifest and the icons. */
function copyPublic() {
  for (const folder of [`${ROOT}/public`, `${ROOT}/icons`]) if (existsSync(folder)) cpSync(folder, DIST, { recursive: true });
}

/** The script, the style and what the script always imports; lazy parts such as the map come later or never. */
function firstLoad(outputs, entry) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const part of outputs[path].imports) if (part.kind === "import-statement" && outputs[part.path]) visit(part.path);
  };
  visit(entry);
  return [...seen];
}

function entryOf(outputs, source) {
  return Object.keys(outputs).find((path) => outputs[path].entryPoint?.endsWith(source));
}

const sizeOf = (paths) => paths.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);

/** Packs the page's own files as small as they get, once and for every phone, beside themselves. */
function packTightly(paths) {
  for (const path of paths) if (/\.(js|css)$/.test(path)) writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
}

async function buildApp(dev = false) {
  rmSync(DIST, { recursive: true, force: true });
  const build = buildName();
  const outputs = await bundlePage(build, dev);
  const [js, css] = [entryOf(outputs, "main.tsx"), entryOf(outputs, "app.css")];
  const leaflet = copyLeaflet();
  copyPublic();
  const url = (path) => BASE + path.slice(DIST.length + 1);
  const icons = readdirSync(DIST)
    .filter((name) => /\.(png|svg)$/.test(name))
    .map((name) => BASE + name);
  const precache = [
    ...Object.keys(outputs)
      .filter((path) => !path.endsWith(".map"))
      .map(url),
    ...icons,
    leaflet.css,
  ];
  await bundleWorker(build, { js: url(js), css: url(css) }, precache);
  const first = [...firstLoad(outputs, js), css];
  const sizes = { first_load_gzip: sizeOf(first), all_gzip: sizeOf(Object.keys(outputs)) };
  const counter = await bundleCounter(build);
  packTightly([...Object.keys(outputs), counter]);
  const info = {
    build,
    entry: { js: url(js), css: url(css) },
    preload: firstLoad(outputs, js).slice(1).map(url),
    precache,
    sw: "sw.js",
    counter: url(counter),
    leaflet,
    sizes,
  };
  writeFileSync(`${DIST}/build.json`, JSON.stringify(info, null, 1));
  console.log(`phone app ${build}: first load ${sizes.first_load_gzip} B gzip, all parts ${sizes.all_gzip} B`);
}

async function buildTests() {
  const out = "build/phone-tests";
  rmSync(out, { recursive: true, force: true });
  const files = walk("tests/phone").filter((file) => /\.test\.tsx?$/.test(file));
  await esbuild.build({
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
    entryPoints: files,
    outdir: out,
    outbase: "tests/phone",
    packages: "external",
    outExtension: { ".js": ".mjs" },
    define: { __BUILD__: '"test"' },
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  console.log(`${files.length} test files, the first ${basename(files[0] ?? "none")}`);
}

async function watch() {
  const { watch: watchFolder } = await import("node:fs");
  await buildApp(true);
  let pending;
  watchFolder(`${ROOT}/src`, { recursive: true }, () => {
    clearTimeout(pending);
    pending = setTimeout(() => buildApp(true).catch((error) => console.error(error.message)), 100);
  });
}

if (process.argv.includes("--tests")) await buildTests();
else if (process.argv.includes("--watch")) await watch();
else await buildApp();
