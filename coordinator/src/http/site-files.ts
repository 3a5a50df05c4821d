/**
 * The pages as client-web built them, held in memory with the compressed forms that were made at build time. Knows no request.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type Encoding = "br" | "gzip" | "identity";
/** One file of the site; `identity` is always there. */
export type SiteFile = { readonly type: string; readonly bodies: ReadonlyMap<Encoding, Buffer> };

export type Site = {
  /** By path, such as `/assets/index-4ao_aBdh.js`. */
  readonly files: ReadonlyMap<string, SiteFile>;
  /** The document in which atoms run, and the SHA-256 of its script in base64, as a Content-Security-Policy names it. */
  readonly frame: { readonly path: string; readonly scriptSha256: string };
};

const SUFFIXES: readonly [Encoding, string][] = [
  ["br", ".br"],
  ["gzip", ".gz"],
];
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** The site of this checkout; null when it is not built. */
export function builtSite(): Site | null {
  return siteIn(fileURLToPath(new URL("dist/site/", import.meta.resolve("@valence/client-web/package.json"))));
}

/** Null when nothing was built into the folder. @throws Error when what was built there is damaged */
export function siteIn(folder: string): Site | null {
  const manifest = join(folder, "site.json");
  if (!existsSync(manifest)) return null;
  const { frame, frameScript } = JSON.parse(readFileSync(manifest, "utf8")) as { frame: string; frameScript: string };
  const files = new Map<string, SiteFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const type = TYPES[extname(name)];
    if (type) files.set(`/${name.replaceAll("\\", "/")}`, { type, bodies: bodiesOf(join(folder, name)) });
  }
  return { files, frame: { path: frame, scriptSha256: frameScript } };
}

function bodiesOf(path: string): Map<Encoding, Buffer> {
  const bodies = new Map<Encoding, Buffer>([["identity", readFileSync(path)]]);
  for (const [encoding, suffix] of SUFFIXES) {
    if (existsSync(path + suffix)) bodies.set(encoding, readFileSync(path + suffix));
  }
  return bodies;
}
