/**
 * From an author's file to what the grid takes: one ES module without imports, whose name and schema can be read without running
 * it. Everything happens on the author's side; the coordinator sees the module alone.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { builtinModules, createRequire } from "node:module";
import { basename, dirname, extname, resolve } from "node:path";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import { type Comment, parse } from "acorn";
import { type BuildFailure, type BuildOptions, build, type Message, type Plugin } from "esbuild";
import { isReadable } from "./bundle/is-readable.js";
import { readOutline } from "./bundle/outline.js";
import { BundleError } from "./bundle-error.js";

const FAULTS_SHOWN_MAX = 10;
const NO_BUILTIN = "An atom runs in browsers as well as in Node, so it cannot import";
const PLAIN = new Set([".js", ".mjs"]);

/**
 * The module's text. A JavaScript file that needs no bundling stays as it is, byte for byte; a bundle above the limit of an atom is
 * minified. A schema or a name that is computed is found by running the module in a thread, and written into the bundle.
 *
 * @throws BundleError
 */
export async function bundleAtom(file: string): Promise<string> {
  const entry = resolve(file);
  if (!existsSync(entry)) throw new BundleError(`There is no file ${file}.`);
  const { text, alone } = await bundled({ entryPoints: [entry] });
  const source = alone && PLAIN.has(extname(entry)) ? await readFile(entry, "utf8") : text;
  const whole = isReadable(source) ? source : await withOutline(entry, source);
  if (Buffer.byteLength(whole) <= ATOM_BYTES_MAX) return whole;
  const { text: small } = await bundled({ stdin: stdin(entry, whole), minify: true });
  return small;
}

/** Wraps the atom into one whose name and schema are written out. A module that cannot be run is left to the coordinator to judge. */
async function withOutline(entry: string, source: string): Promise<string> {
  const outline = await readOutline(source);
  if (outline === null) return source;
  const { name, payload } = outline;
  const schema = payload === undefined ? "" : `payload: ${JSON.stringify(payload)},`;
  const wrapper = `import atom from ${JSON.stringify(`./${basename(entry)}`)};
export default { name: ${JSON.stringify(name)}, ${schema} process: (payload, context) => atom.process(payload, context) };`;
  const { text } = await bundled({ stdin: stdin(entry, wrapper) });
  return text;
}

function stdin(entry: string, contents: string): NonNullable<BuildOptions["stdin"]> {
  return { contents, resolveDir: dirname(entry), sourcefile: "atom.js", loader: "js" };
}

/** `alone`: the entry imports nothing. */
async function bundled(options: BuildOptions): Promise<{ text: string; alone: boolean }> {
  try {
    const { outputFiles, metafile } = await build({ ...SETTINGS, ...options, write: false, metafile: true });
    const inputs = Object.values(metafile.inputs);
    const alone = inputs.length === 1 && inputs.every(({ imports }) => imports.length === 0);
    return { text: withoutPaths(outputFiles[0]?.text ?? "", Object.keys(metafile.inputs)), alone };
  } catch (error) {
    if (isBuildFailure(error)) throw new BundleError(sentences(error.errors), { cause: error });
    throw error;
  }
}

/** Takes out the comments that name the author's folders: the same code has the same id wherever it is bundled. */
function withoutPaths(text: string, paths: readonly string[]): string {
  const comments: Comment[] = [];
  parse(text, { ecmaVersion: "latest", sourceType: "module", onComment: comments });
  const ours = comments.filter(({ value }) => paths.includes(value.trim()));
  return ours.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end).trimStart(), text);
}

/** Code that runs in a tab as well as in Node, so that neither's modules are there. */
const SETTINGS: BuildOptions = {
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  charset: "utf8",
  treeShaking: true,
  mainFields: ["browser", "module", "main"],
  conditions: ["worker", "browser", "module"],
  legalComments: "none",
  logLevel: "silent",
  plugins: [productPlugin(), builtinsPlugin()],
};

/** `@valence/shared/…`, where `defineAtom` is, is found wherever the author's file lies. */
function productPlugin(): Plugin {
  const require = createRequire(import.meta.url);
  return {
    name: "product",
    setup: (build) =>
      build.onResolve({ filter: /^@valence\/shared\// }, ({ path }) => {
        try {
          return { path: require.resolve(path), sideEffects: false };
        } catch {
          return { errors: [{ text: `There is no ${path}; defineAtom comes from "@valence/shared/atom".` }] };
        }
      }),
  };
}

function builtinsPlugin(): Plugin {
  const builtins = new Set(builtinModules);
  return {
    name: "builtins",
    setup: (build) =>
      build.onResolve({ filter: /^[a-z]/ }, async ({ path, resolveDir, kind, pluginData }) => {
        if (!path.startsWith("node:") && !builtins.has(path)) return null;
        if (pluginData === "asked") return null;
        // A package of that name, such as a polyfill, is as good as any other.
        const found = await build.resolve(path, { resolveDir, kind, pluginData: "asked" });
        if (found.errors.length === 0) return { path: found.path };
        return {
          errors: [{ text: `${NO_BUILTIN} ${JSON.stringify(path)}; pass what it needs as payload or params.` }],
        };
      }),
  };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

function sentences(messages: readonly Message[]): string {
  const shown = messages.slice(0, FAULTS_SHOWN_MAX).map(sentence);
  const more = messages.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more.`] : [])].join("\n");
}

function sentence({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}
