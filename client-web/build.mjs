// Builds what the coordinator serves, into dist/site: the pages, the volunteer's worker, and the frame in which atoms run. The
// frame is one document with its script inside, since nothing may be fetched in it; site.json names it and its script.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { gzipAsync } from "@gfx/zopfli";
import { build } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const common = {
  root,
  configFile: false,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
};
/** Ours speak WebSocket alone, so the client's other ways, of 2.5 KB compressed, need not come along: see `socket-io.ts`. */
const webSocketAlone = {
  name: "websocket-alone",
  transform(code, id) {
    const file = /\/engine\.io-client\/build\/esm\/transports\/([\w.-]+)$/.exec(id)?.[1];
    if (!file) return null;
    const table = 'import { WS } from "./websocket.node.js"; export const transports = { websocket: WS };';
    return { code: file === "index.js" ? table : code, map: null, moduleSideEffects: false };
  },
};
/** Files that are worth compressing; the others are compressed already. */
const TEXT = /\.(js|css|html|svg|json)$/;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Whoever starts it: by the `test` of a test runner Vite would build pages for development, a third larger and slower.
  process.env.NODE_ENV = "production";
  await buildSite("index.html", join(root, "dist/site"));
}

/** Builds a site around one document of this folder; tests have one of their own. */
export async function buildSite(document, site) {
  const worker = JSON.stringify(await script("src/sandbox/atom-worker.ts"));
  const frame = frameDocument(await script("src/sandbox/frame.ts", { __ATOM_WORKER__: worker }));
  await rm(site, { recursive: true, force: true });
  await build({
    ...common,
    define: { __FRAME_PATH__: JSON.stringify(frame.path) },
    plugins: [webSocketAlone],
    worker: { format: "es", plugins: () => [webSocketAlone] },
    build: {
      outDir: site,
      target: "es2023",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, document) },
    },
  });
  if (document !== "index.html") await rename(join(site, document), join(site, "index.html"));
  await mkdir(join(site, "sandbox"));
  await writeFile(join(site, frame.path), frame.html);
  await writeFile(join(site, "site.json"), JSON.stringify({ frame: frame.path, frameScript: frame.scriptSha256 }));
  await compressAll(site);
}

/** One classic script with everything in it. */
async function script(entry, define = {}) {
  const lib = { entry: join(root, entry), formats: ["iife"], name: "valence", fileName: "script" };
  const [{ output }] = await build({
    ...common,
    define,
    build: { write: false, target: "es2023", minify: true, lib },
  });
  return output[0].code;
}

function frameDocument(code) {
  // Inside a string literal `<\/script` is `</script`; in the document the latter would end the element.
  const safe = code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const html = `<!doctype html><meta charset="utf-8"><title>Atoms</title><script>${safe}</script>`;
  const path = `/sandbox/frame-${sha256(html, "hex").slice(0, 16)}.html`;
  return { html, path, scriptSha256: sha256(safe, "base64") };
}

async function compressAll(site) {
  const names = await readdir(site, { recursive: true });
  await Promise.all(names.filter((name) => TEXT.test(name)).map((name) => compress(join(site, name))));
}

async function compress(path) {
  const bytes = await readFile(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
  await writeFile(`${path}.gz`, await gzipAsync(bytes, {})); // 4 % smaller than zlib makes it, at the price of a second
}

function sha256(text, encoding) {
  return createHash("sha256").update(text).digest(encoding);
}
