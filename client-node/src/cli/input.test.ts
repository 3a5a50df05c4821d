import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GridError } from "@valence/shared/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { run, start } from "../testing/command.js";
import { type FakeGrid, fakeGrid, JOB, TOKEN, UPLOAD } from "../testing/fake-grid.js";

let grid: FakeGrid;
let folder = "";
let texts: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "valence-input-"));
  writeFileSync(join(folder, "admin-token"), TOKEN);
  writeFileSync(join(folder, "list.ndjson"), "1\n[2]\n");
  grid = await fakeGrid({
    upload: async (lines) => {
      let text = "";
      for await (const chunk of lines) {
        text += Buffer.from(chunk);
        if (text.includes("broken")) throw new GridError("bad_json", "Line 2 is not JSON.", { details: { line: 2 } });
      }
      texts.push(text);
      return { id: "u1", items: 1_000, bytes: 12_345 };
    },
    uploads: async () => ({ items: [UPLOAD, { ...UPLOAD, id: "u2", jobs: 3, expiresAt: null }], next: null }),
    job: async () => ({ ...JOB, state: "succeeded", result: 7 }),
    submit: async (body) => {
      if (JSON.stringify(body).includes("misfit")) throw new GridError("payload_invalid", "line 5 does not fit.");
      return { job: JOB, replayed: false };
    },
  });
});
beforeEach(() => {
  texts = [];
  grid.api.asked.length = 0;
});
afterAll(async () => {
  await grid.close();
  rmSync(folder, { recursive: true });
});

const valence = (line: string, input?: string) =>
  run(line.split(" "), {
    cwd: folder,
    env: { VALENCE_URL: grid.url, VALENCE_DATA_DIR: folder },
    ...(input === undefined ? {} : { input }),
  });
const asked = () => grid.api.asked.map(({ call, args }) => (call === "upload" ? [call] : [call, args[0]]));
const OVER_U1 = { atom: "pi", input: { list: { upload: "u1" } } };

describe("a list of any length", () => {
  test("from a file is uploaded as it is, then the job over it is submitted", async () => {
    const { stdout, stderr } = await valence("job submit pi --input list.ndjson");
    expect({ stdout, stderr }).toEqual({ stdout: "j1\n", stderr: "Uploaded 1,000 items, 12.3 kB\n" });
    expect(texts).toEqual(["1\n[2]\n"]);
    expect(asked()).toMatchObject([["upload"], ["submit", OVER_U1]]);
  });

  test("comes from standard input, too, and run waits for the answer", async () => {
    const { code, stdout, stderr } = await valence("run pi --input - --reduce sum", '"a"\n"b"\n');
    expect({ code, stdout }).toEqual({ code: 0, stdout: "7\n" });
    expect(stderr).toContain("Uploaded 1,000 items, 12.3 kB\nSubmitted j1\n");
    expect(texts).toEqual(['"a"\n"b"\n']);
    expect(asked()[1]).toEqual(["submit", { ...OVER_U1, reduce: "sum" }]);
  });

  test("that breaks is told with its line, exit 2, also when standard input stays open", async () => {
    const child = start(["job", "submit", "pi", "--input", "-"], {
      env: { VALENCE_URL: grid.url, VALENCE_DATA_DIR: folder },
      input: null,
    });
    child.process.stdin?.write("1\nbroken\n");
    expect(await child.ended).toMatchObject({ code: 2, stdout: "", stderr: "valence: Line 2 is not JSON.\n" });
    expect(asked()).toMatchObject([["upload"]]);
  });

  test("goes when its job is refused", async () => {
    const { code, stderr } = await valence("job submit pi --input list.ndjson --name misfit");
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("valence: line 5 does not fit."),
    });
    expect(asked().at(-1)).toEqual(["deleteUpload", "u1"]);
  });

  test("that is a folder cannot be read", async () => {
    const { code, stderr } = await valence("job submit pi --input .");
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^valence: --input \. cannot be read/),
    });
  });

  test("that is there already is named", async () => {
    await valence("job submit pi --upload u1");
    expect(asked()).toMatchObject([["submit", OVER_U1]]);
  });
});

describe("input", () => {
  test("upload prints the id, or all of it as JSON", async () => {
    expect(await valence("input upload list.ndjson")).toMatchObject({ code: 0, stdout: "u1\n" });
    const { stdout, stderr } = await valence("input upload - --json", "1\n");
    expect([JSON.parse(stdout), stderr]).toEqual([{ id: "u1", items: 1_000, bytes: 12_345 }, ""]);
    expect(texts).toEqual(["1\n[2]\n", "1\n"]);
  });

  test("list prints what is there, and when it goes", async () => {
    const { stdout } = await valence("input list");
    expect(stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["UPLOAD", "ITEMS", "SIZE", "JOBS", "UPLOADED", "GOES"],
      ["u1", "2", "8 B", "0", expect.any(String), "2026-11-08"],
      ["u2", "2", "8 B", "3", expect.any(String), "with its jobs"],
      [""],
    ]);
    expect(JSON.parse((await valence("input list --json")).stdout)).toMatchObject([{ id: "u1" }, { id: "u2" }]);
  });

  test("delete deletes", async () => {
    expect(await valence("input delete u1")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(asked()).toEqual([["deleteUpload", "u1"]]);
  });
});
