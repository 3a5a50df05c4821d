/** The requests that the description shows, typed into a shell. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "./testing/description.js";
import { computingVolunteer, type RealGrid, realGrid } from "./testing/real-grid.js";
import type { FakeVolunteer } from "./testing/socket-grid.js";

const run = promisify(execFile);

describe.skipIf(process.platform === "win32")("what the description shows to type", () => {
  let grid: RealGrid;
  let volunteer: FakeVolunteer;
  /** By what stands in the path. */
  const ids = { atom: "cubes", session: "0".repeat(32), upload: "", job: "", kept: "", failed: "" };
  beforeAll(async () => {
    grid = await realGrid();
    for (const name of ["cubes", "monte-carlo-pi"]) {
      await grid.call("POST", "/atoms", `export default { name: "${name}", process: (x) => x };`);
    }
    volunteer = await computingVolunteer(grid, () => 1);
    const cubes = { atom: "cubes", input: { list: [1, 2] }, policy: { attemptsMax: 1 } };
    ids.kept = (await grid.submit(cubes)).id;
    ids.failed = (await grid.submit({ ...cubes, reduce: { no: "sum" } })).id;
    await grid.until(ids.kept, ({ state }) => state === "succeeded");
    await grid.until(ids.failed, ({ state }) => state === "failed");
    volunteer.socket.disconnect();
  });
  afterAll(() => grid.dispose());

  /** In an order in which each of them can be answered. */
  const order: [string, keyof typeof ids | null][] = [
    ["publishAtom", null],
    ["listAtoms", null],
    ["getAtom", "atom"],
    ["getAtomSource", "atom"],
    ["uploadInput", null],
    ["listInputs", null],
    ["getInput", "upload"],
    ["deleteInput", "upload"],
    ["submitJob", null],
    ["listJobs", null],
    ["getJob", "job"],
    ["pauseJob", "job"],
    ["resumeJob", "job"],
    ["explainJob", "job"],
    ["cancelJob", "job"],
    ["readEvents", "job"],
    ["deleteJob", "job"],
    ["readResults", "kept"],
    ["listDeadLetters", "failed"],
    ["retryJob", "failed"],
    ["getGrid", null],
    ["listVolunteers", null],
    ["getStats", null],
    ["sayGoodbye", "session"],
    ["getMetrics", null],
    ["getDescription", null],
    ["findDescription", null],
    ["getHealth", null],
    ["getReadiness", null],
  ];

  test("is there for every operation", () => {
    expect(order.map(([name]) => name).sort()).toEqual(
      operations()
        .map(({ name }) => name)
        .sort(),
    );
  });

  test.each(order)("%s", async (name, kind) => {
    const operation = operations().find((each) => each.name === name);
    const script = operation?.["x-codeSamples"][0]?.source.replace("http://127.0.0.1:8080", grid.serving.url);
    const id = kind === null ? "" : ids[kind];
    const env = { PATH: process.env.PATH, token: grid.serving.adminToken, id };
    const { stdout } = await run("bash", ["-euc", script ?? "exit 9"], { env });
    if (name === "uploadInput") ids.upload = JSON.parse(stdout).id;
    if (name === "submitJob") ids.job = JSON.parse(stdout).id;
    expect(stdout === "").toBe(operation?.responses[204] !== undefined && name !== "readEvents");
  });
});
