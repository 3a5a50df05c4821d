import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT } from "@valence/client-node/cli/exit-code";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LiveGrid, liveGrid } from "./testing/live-grid.js";
import { type Block, bash, blocksOf, promisesOf } from "./testing/pages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = readdirSync(join(root, "examples")).filter((name) =>
  existsSync(join(root, "examples", name, "atom.ts")),
);
const PAGES = ["README.md", ...examples.map((name) => `examples/${name}/README.md`)];
/** What `npx --no` does, for a third of its time. The real one runs where it must pass a signal on. */
const NPX = 'npx() { [ "$1" = --no ] && shift && "node_modules/.bin/$@"; }\n';
const blocks = PAGES.flatMap((page) => blocksOf(page, join(root, page)));
const named = (block: Block) => [`${block.page}:${block.line} ${block.text.split("\n")[0]}`, block] as const;
const readme = readFileSync(join(root, "README.md"), "utf8");

describe.skipIf(process.platform === "win32")("what the pages tell to type", () => {
  let live: LiveGrid;
  /** As a checkout looks to a reader who has a coordinator's data in it. */
  let cwd: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    live = await liveGrid({ clients: 3 }); // an automatic chunk is fixed as soon as three have answered
    cwd = mkdtempSync(join(tmpdir(), "valence-readme-"));
    for (const name of ["node_modules", "examples", "client-node"]) symlinkSync(join(root, name), join(cwd, name));
    symlinkSync(live.dataDir, join(cwd, "data"));
    const { VALENCE_URL: _url, VALENCE_TOKEN: _token, VALENCE_DATA_DIR: _dir, ...rest } = process.env;
    env = rest;
  });
  afterAll(async () => {
    await live.stop();
    rmSync(cwd, { recursive: true });
  });

  test.each(blocks.filter(({ language }) => language === "sh" || language === "js" || language === "ts").map(named))(
    "%s",
    async (_, block) => {
      if (block.mark === "checkout") return expectScripts(block);
      if (block.language !== "sh") return keep(block);
      const until = /^until=(.+)$/.exec(block.mark)?.[1];
      const VALENCE_URL = live.url;
      const serving = block.text.includes("valence serve");
      const surroundings = serving ? { PORT: "0", VALENCE_DATA_DIR: join(cwd, "other") } : { VALENCE_URL };
      const script = (until === undefined ? NPX : "") + block.text.replaceAll("http://127.0.0.1:8080", VALENCE_URL);
      const { code, stdout, stderr } = await bash(script, { cwd, env: { ...env, ...surroundings }, until });
      // npx itself is ended by the signal, with what it started.
      expect(until === undefined ? [0] : [0, 143, null], stdout + stderr).toContain(code);
      if (until !== undefined) expect(stdout + stderr).toContain(until);
      for (const words of promisesOf(block)) expect(stdout.replace(/\s+/g, " ")).toContain(words);
    },
    60_000,
  );

  /** A file to write: the ones that are to run are run by a later block. */
  function keep({ text, page, line }: Block): void {
    const name = /^\/\/ ([\w.-]+)$/m.exec(text)?.[1];
    expect(name, `${page}:${line} names its file`).toBeDefined();
    writeFileSync(join(cwd, name as string), `${text}\n`);
    const later = blocks.filter((block) => block.page === page && block.line > line && block.language === "sh");
    expect(later.some((block) => block.text.includes(name as string))).toBe(true);
  }
});

/** These would run this very test, and install over its feet. */
function expectScripts({ text }: Block): void {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [install, run] = text.split(" && ");
  expect(install).toBe("npm ci");
  const name = /^npm (?:run )?(\w+)$/.exec(run ?? "")?.[1] ?? "";
  expect(existsSync(join(root, scripts[name].replace(/^node /, "")))).toBe(true);
}

test("every block is of a kind that is tried here", () => {
  expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(["ini", "js", "sh", "ts"]);
});

test("the two commands stand there literally", () => {
  expect(readme).toContain("npm ci && npm run demo");
  expect(readme).toContain("npm ci && npm test");
});

test("the unit for systemd is one, and starts a command that exists", () => {
  const [unit, ...more] = blocks.filter(({ language }) => language === "ini");
  expect(more).toEqual([]);
  const lines = (unit?.text ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines.filter((line) => !/^(\[\w+\]|\w+=\S.*)$/.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith("["))).toEqual(["[Unit]", "[Service]", "[Install]"]);
  const start = lines.find((line) => line.startsWith("ExecStart="))?.split(" ") ?? [];
  expect(start[1]).toBe("/opt/valence/client-node/bin/valence.mjs");
  const help = execFileSync(process.execPath, [
    join(root, "client-node/bin/valence.mjs"),
    start[2] as string,
    "--help",
  ]);
  for (const flag of start.filter((word) => word.startsWith("--"))) expect(help.toString()).toContain(flag);
  const codes = lines.find((line) => line.startsWith("RestartPreventExitStatus="));
  expect(codes).toBe(`RestartPreventExitStatus=${EXIT.usage} ${EXIT.notAllowed}`);
});

test("every setting of the coordinator and every exit code is in the tables", () => {
  const settings = readFileSync(join(root, "coordinator/src/settings.ts"), "utf8");
  const sources = [...settings.matchAll(/^ {2}(\w+): \{ variable: "(\w+)", otherwise: "(.*)" \},$/gm)];
  expect(sources.length).toBeGreaterThan(5);
  for (const [, , variable, otherwise] of sources) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${variable}\` |`));
    expect(row, variable).toContain(otherwise);
  }
  for (const code of Object.values(EXIT)) expect(readme).toMatch(new RegExp(`^\\| ${code} \\| \\w`, "m"));
});
