import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { JobEvent } from "@valence/shared/job-event";
import type { JobView } from "@valence/shared/job-view";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { run, says, start } from "../testing/command.js";
import { type FakeGrid, fakeGrid, JOB, ndjson, properties, TOKEN } from "../testing/fake-grid.js";

const NASTY = "pi\x1b[2J\u202e\nx";
/** Nobody is at work on it, and why says what no terminal may get. */
const STILL = { ...JOB, id: "still", state: "queued" as const, eta: null };
const REASON = { code: "foreign_atom", message: `Strangers' atoms are refused: ${NASTY}`, count: 1, until: null };
const KNOWN: Record<string, JobView> = {
  still: STILL,
  good: { ...JOB, id: "good", state: "succeeded", result: 664_579, endedAt: "2026-11-01T00:00:03.000Z" },
  bad: { ...JOB, id: "bad", state: "failed", error: { code: "dead_letter", message: `electron 3: ${NASTY}` } },
};
const LETTER = {
  electron: 3,
  item: 30,
  payload: { text: NASTY },
  attempts: 4,
  errors: [
    { attempt: 1, code: "error", message: NASTY, stack: `Error\n  at ${NASTY}`, volunteer: "v1", at: JOB.createdAt },
  ],
};
const STAMP = { number: 7, at: JOB.createdAt };
const EVENTS: JobEvent[] = [
  { ...STAMP, kind: "dead_letter", letter: { electron: 3, code: NASTY, message: NASTY } },
  { ...STAMP, kind: "act", act: "retry", electron: 3, by: NASTY },
  { ...STAMP, kind: "failed", error: { code: NASTY, message: NASTY } },
];
/** What no terminal may get from strangers. */
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}]/u;

let grid: FakeGrid;
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "valence-cli-"));
  writeFileSync(join(folder, "admin-token"), TOKEN);
  writeFileSync(join(folder, "pi.ts"), "export default { name: 'pi', process: (n: number): number => n };");
  grid = await fakeGrid({
    job: async (id) => KNOWN[id] ?? { ...JOB, id },
    explain: async (id) => ({ job: id, state: "queued", deadline: null, reasons: [REASON] }),
    watch: async (id, _caller, onView) => {
      onView(KNOWN[id] ?? { ...JOB, id });
      return () => {};
    },
    jobs: async () => ({ items: [{ ...JOB, name: NASTY }], next: null }),
    deadLetters: async () => ({ items: [LETTER], next: null }),
    events: async (id) => ({
      over: false,
      frames: (async function* () {
        yield { type: "reset", number: 6, view: KNOWN.bad! };
        yield { type: "events", events: EVENTS };
        if (id === "long") await new Promise(() => {});
        yield { type: "end", number: 7, view: KNOWN.bad! };
      })(),
    }),
    results: async () =>
      (async function* () {
        yield ndjson(properties(0, NASTY), properties(1));
      })(),
  });
});
beforeEach(() => {
  grid.api.asked.length = 0;
});
afterAll(async () => {
  await grid.close();
  rmSync(folder, { recursive: true });
});

const valence = (line: string, options: { input?: string; env?: Record<string, string> } = {}) =>
  run(line.split(" ").filter(Boolean), {
    ...options,
    cwd: folder,
    env: { VALENCE_URL: grid.url, VALENCE_DATA_DIR: folder, ...options.env },
  });
const submitted = () => grid.api.asked.find(({ call }) => call === "submit")?.args[0];

describe("what was typed", () => {
  test("nothing: help on standard error, exit 2", async () => {
    expect(await valence("")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Usage: valence") });
  });

  test.concurrent.each([
    "--help",
    "help",
    "run --help",
    "help run",
    "help job submit",
    "job --help",
    "job dead-letters --help",
    "job events --help",
    "input upload --help",
    "work --help",
    "serve --help",
  ])("%s: help on standard output with the exit codes, exit 0", async (line) => {
    const { code, stdout, stderr } = await valence(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Exit codes: 0 succeeded, 1 failed or cancelled, 2 usage, 3 unreachable");
    if (line === "help job submit") expect(stdout).toContain("Usage: valence job submit [options] [atom]");
    if (line !== "job --help") expect(stdout).toMatch(/Examples?:\n {2}valence /);
  });

  test.concurrent.each([
    ["wrok", "unknown command 'wrok'\n(Did you mean work?)"],
    ["job shwo", "(Did you mean show?)"],
    ["help job shwo", "unknown command 'shwo'"],
    ["run pi.ts --range 0..5 --deadline soon", "--deadline is"],
    ["run pi.ts --range 0..5 --delivery twice", "Allowed choices are at-least-once, at-most-once"],
    ["run pi.ts", "Say what to compute on"],
    ["run pi.ts --range 5..0", "--range 5..0 is empty"],
    ["run pi.ts --range 0..5 --list x.json", "cannot be used with option"],
    ["run pi.ts --range 0..5 --params {", "--params is not JSON"],
    ["run pi.ts --range 0..5 --precision 1%", "--precision is"],
    ["job submit pi --body x.json", "leave out the atom"],
    ["job submit --body none.json", "there is no such file"],
    ["job submit pi --input none.ndjson", "--input none.ndjson cannot be read: there is no such file"],
    ["run pi --input - --list x.json", "cannot be used with option"],
    ["run pi --upload u1 --chunk 3", "cannot be used with option"],
    ["job list --state done", "Allowed choices are queued"],
    ["job list --url grid", "is no address of a grid"],
    ["job events j1 --since last", "--since"],
    ["job submit pi --range 0..9 --token ä", "no header can carry"],
    ["work --executor deno", "does not have the executor deno yet"],
    ["work --pin abc", "64 hexadecimal digits"],
  ])("%s: a sentence, exit 2", async (line, sentence) => {
    const { code, stdout, stderr } = await valence(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe("of what was typed all that is wrong is said at once, and nothing is sent", () => {
  test.each([
    [
      "flags that cannot be read",
      "run pi.ts --range 5..0 --seed x --timeout 0 --params { --policy [] --url grid",
      ["--range 5..0 is empty", "--seed is", "--timeout is", "--params is not JSON", "--policy must be", "no address"],
    ],
    [
      "what no coordinator takes",
      `run pi.ts --range 0..5 --reduce median --policy {"attemptsMax":0,"copies":2} --seed -1`,
      ["reduce: a rule is one of", "policy.attemptsMax", "copies", "seed"],
    ],
    ["what does not go together", "run pi.ts --range 0..5 --reduce sum --precision 0.1", ["policy.stopWhen looks at"]],
    [
      "what may run once, and would be measured",
      "run pi.ts --range 0..5 --delivery at-most-once",
      ["input.range.chunk"],
    ],
    ["more than collect gathers", "run pi.ts --range 0..1e9 --chunk 1 --reduce collect", ["COLLECT_ENTRIES_MAX"]],
    ["lines for a rule that is none", "job submit pi --input - --reduce median", ["reduce: a rule is one of"]],
  ])("%s", async (_name, line, sentences) => {
    const { code, stdout, stderr } = await valence(line, { input: "1\n" });
    expect({ code, stdout, asked: grid.api.asked }).toEqual({ code: 2, stdout: "", asked: [] });
    for (const sentence of sentences) expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(sentences.length);
  });
});

describe("how it ends", () => {
  test.concurrent.each([
    ["job watch good", 0],
    ["job watch bad", 1],
    ["run pi.ts --range 0..5 --token wrong", 4],
    ["job show j1 --url http://127.0.0.1:9", 3],
  ])("%s: %d", async (line, code) => {
    const ended = await valence(line);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toMatch(/^ {4}at /m);
  });

  test("without a token, and away from the data folder: 4, and where the token comes from", async () => {
    const ended = await valence("job cancel j1", { env: { VALENCE_DATA_DIR: join(folder, "none") } });
    expect(ended).toMatchObject({ code: 4, stderr: expect.stringContaining("--token or VALENCE_TOKEN") });
  });

  test("with Ctrl-C while watching: 130, and how to go on", async () => {
    const watching = start(["job", "watch", "j1"], { env: { VALENCE_URL: grid.url } });
    await says(watching, "10.0 %");
    watching.process.kill("SIGINT");
    const { code, stderr } = await watching.ended;
    expect(code).toBe(130);
    expect(stderr).toContain("Stopped watching; the job goes on. To go on: valence job watch j1");
  });

  test("a job that stands still: why, and what to do, with nothing that a terminal acts on", async () => {
    const watching = start(["job", "watch", "still"], { env: { VALENCE_URL: grid.url } });
    await says(watching, "Strangers' atoms are refused");
    watching.process.kill("SIGINT");
    const { stderr } = await watching.ended;
    expect(stderr).toContain("pi  10.0 %  queued");
    expect(stderr).not.toMatch(HARMFUL);
  });

  test("with Ctrl-C while events are printed: 130, and how to go on", async () => {
    const printing = start(["job", "events", "long"], { env: { VALENCE_URL: grid.url } });
    await says(printing, "retry of electron 3");
    printing.process.kill("SIGINT");
    const { code, stderr } = await printing.ended;
    expect(code).toBe(130);
    expect(stderr).toBe("Stopped; the job goes on. To go on here: valence job events long --since 7\n");
  });

  test("with a stack only when asked", async () => {
    const { stderr } = await valence("job show j1 --url grid", { env: { VALENCE_DEBUG: "1" } });
    expect(stderr).toMatch(/^ {4}at /m);
  });
});

describe("what is sent", () => {
  test("a file is bundled and published, and submitted as the flags say", async () => {
    const { stderr } = await valence(
      `job submit pi.ts --grid x=0..1/0.1,y=1,2 --reduce mean --params {"k":1} --timeout 5e3 --deadline 2h --delivery at-most-once --precision 0.01 --seed 7 --name n --keep --private`,
    );
    expect(stderr).toContain("Published pi@sha256-");
    expect(submitted()).toEqual({
      atom: expect.stringMatching(/^pi@sha256-/),
      input: { grid: { x: { from: 0, to: 1, step: 0.1 }, y: [1, 2] } },
      reduce: "mean",
      params: { k: 1 },
      policy: { timeoutMs: 5_000, deadline: 7_200_000, delivery: "at-most-once", stopWhen: { halfWidth: 0.01 } },
      seed: 7,
      name: "n",
      keep: true,
      private: true,
    });
  }, 10_000);

  test.each([
    ["an array", "[1,[2]]"],
    ["a value on each line", "1\n[2]\n"],
    ["one from a machine that ends lines by CRLF", "\ufeff1\r\n[2]\r\n\r\n"],
    ["an array behind a byte order mark", "\ufeff[1,[2]]"],
  ])("a list from standard input may be %s", async (_name, input) => {
    expect((await valence("job submit pi --list -", { input })).stdout).toBe("j1\n");
    expect(submitted()).toEqual({ atom: "pi", input: { list: [1, [2]] } });
  });

  test("a list in a file may begin with a byte order mark", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "valence-list-")), "list.ndjson");
    writeFileSync(file, "\ufeff1\n[2]\n");
    expect((await valence(`job submit pi --list ${file}`)).stdout).toBe("j1\n");
    expect(submitted()).toEqual({ atom: "pi", input: { list: [1, [2]] } });
    rmSync(dirname(file), { recursive: true });
  });

  test.each([
    ["1\n\n[2]\n", "Line 2 of --list is empty, and is not the last one."],
    ["1\n2\n\ufeff3\n", "Line 3 of --list"],
    ["\n1\n", "Line 1 of --list is empty"],
  ])("of a list a broken line is told as an upload tells it: %j", async (input, sentence) => {
    const { code, stderr } = await valence("job submit pi --list -", { input });
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  test("a whole body goes as it is", async () => {
    await valence("job submit --body -", { input: '{"atom":"pi","input":{"list":[1]},"future":1}' });
    expect(submitted()).toEqual({ atom: "pi", input: { list: [1] }, future: 1 });
  });

  test.each(["pause", "resume", "cancel", "retry"])("job %s", async (verb) => {
    expect((await valence(`job ${verb} j1`)).code).toBe(0);
    expect(grid.api.asked[0]).toMatchObject({ call: verb, args: expect.arrayContaining(["j1"]) });
  });
});

describe("what is printed", () => {
  test.concurrent.each([
    "job list",
    "job show bad",
    "job watch bad",
    "job results j1",
    "job dead-letters j1",
    "job events j1",
    "atom list",
    "job list --json",
    "job results j1 --json",
    "job dead-letters j1 --json",
    "job events j1 --json",
  ])("%s: nothing of strangers that a terminal acts on", async (line) => {
    const { stdout, stderr } = await valence(line);
    expect(stdout + stderr).not.toMatch(/(?!\t)(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(HARMFUL.test(NASTY)).toBe(true);
  });

  test("an answer alone on standard output", async () => {
    const { stdout, stderr } = await valence("job watch good");
    expect(stdout).toBe("664579\n");
    expect(stderr).toBe("succeeded in 2.0 s, 10 of 100 items\n");
  });

  test.concurrent.each([
    ["job show good", KNOWN.good],
    ["job watch good", KNOWN.good],
    ["job submit pi --range 0..5", { ...JOB }],
    ["job pause j1", { ...JOB, state: "paused" }],
  ])("%s --json: one line of JSON and nothing else", async (line, view) => {
    const { stdout, stderr } = await valence(`${line} --json`);
    expect(JSON.parse(stdout)).toEqual(view);
    expect({ lines: stdout.split("\n").length, stderr }).toEqual({ lines: 2, stderr: "" });
  });

  test("lists as an array, streams as lines, each with the strangers' text in full", async () => {
    const [list, results, letters] = await Promise.all(
      ["job list --json", "job results j1 --json", "job dead-letters j1 --json"].map((line) => valence(line)),
    );
    expect(JSON.parse(list!.stdout)).toEqual([{ ...JOB, name: NASTY }]);
    expect(
      results!.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([properties(0, NASTY), properties(1)]);
    expect(JSON.parse(letters!.stdout)).toEqual(LETTER);
  });

  test("events as lines, to the end, those since a number", async () => {
    const { code, stdout } = await valence("job events bad --since 5");
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split("\t").slice(1, 3).join(" "))).toEqual([
      expect.stringMatching(/^6 what was before is not kept; failed/),
      expect.stringMatching(/^7 electron 3 has failed for good/),
      expect.stringMatching(/^7 retry of electron 3 by/),
      expect.stringMatching(/^7 failed:/),
      "",
    ]);
    expect(grid.api.asked[0]?.args[1]).toEqual({ since: 5 });
    const { stdout: json } = await valence("job events bad --json");
    expect(
      json
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => JSON.parse(line)),
    ).toEqual(EVENTS);
  });

  test("a reader that has seen enough is no fault", async () => {
    const { process: child, ended } = start(["job", "results", "j1"], { env: { VALENCE_URL: grid.url } });
    ended.catch(() => {}); // What it says to nobody cannot be read to its end.
    child.stdout?.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
