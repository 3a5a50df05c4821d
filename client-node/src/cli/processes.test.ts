import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "socket.io";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, run, says, start } from "../testing/command.js";

const ATOM = `import { defineAtom } from "@valence/shared/atom";
export default defineAtom<{ from: number; to: number }, number>({
  name: "odd",
  process({ from, to }, { params }) {
    if (params === "boom") throw new Error("\\x1b[2Jboom");
    let sum = 0;
    for (let i = from; i < to; i++) sum += i % 2;
    return sum;
  },
});`;

let folder = "";
let serving: Running;
let url = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "valence-processes-"));
  writeFileSync(join(folder, "odd.ts"), ATOM);
  serving = start(["serve", "--port", "0", "--json"], { env: { VALENCE_DATA_DIR: folder } });
  const [line] = await once(serving.process.stdout!, "data");
  ({ url } = JSON.parse(String(line)));
}, 20_000);
afterAll(async () => {
  serving.process.kill("SIGKILL");
  await serving.ended;
  rmSync(folder, { recursive: true });
});

const env = () => ({ VALENCE_URL: url, VALENCE_DATA_DIR: folder });
const work = (...args: string[]) => start(["work", "--threads", "2", ...args], { env: env() });

describe("a grid of processes", () => {
  test("computes what is asked, with the token of the data folder on all sides", async () => {
    const working = work();
    const args = ["run", join(folder, "odd.ts"), "--range", "0..1_000_000", "--chunk", "1e4", "--reduce", "sum"];
    const ran = await run(args, { env: env() });
    expect(ran).toMatchObject({ code: 0, stdout: "500000\n" });
    expect(ran.stderr).toMatch(/^succeeded in .*, 1,000,000 of 1,000,000 items$/m);
    working.process.kill("SIGTERM");
    const { code, stdout, stderr } = await working.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(
      /^Connected to http.*\nGiving back .*\nStopped by SIGTERM\. Done here: 100 electrons done\n$/s,
    );
  }, 30_000);

  test("gives back what is not done when its session is closed, which sends SIGHUP twice", async () => {
    const working = work();
    await says(working, "Connected to");
    const leaving = says(working, "Giving back");
    working.process.kill("SIGHUP");
    await leaving;
    working.process.kill("SIGHUP");
    expect(await working.ended).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/\nStopped by SIGHUP\. Done here: .*\n$/),
    });
  }, 30_000);

  test("says how a job failed, and exits 1", async () => {
    const working = work("--json");
    const args = [
      "run",
      join(folder, "odd.ts"),
      "--range",
      "0..10",
      "--chunk",
      "10",
      "--params",
      '"boom"',
      "--policy",
      '{"attemptsMax":1}',
    ];
    const { code, stderr } = await run(args, { env: env() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^failed in .* \(dead_letter\)$/m);
    const [, id = ""] = /What failed: valence job dead-letters (\S+)/.exec(stderr) ?? [];
    const letters = await run(["job", "dead-letters", id], { env: env() });
    expect(letters.stdout).toContain("attempt 1  error  \\u{1b}[2Jboom");
    working.process.kill("SIGINT");
    const { code: stopped, stdout } = await working.ended;
    expect(stopped).toBe(0);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ type: "connected" });
    expect(lines.at(-1)).toMatchObject({
      type: "counters",
      failures: 1,
      ended: { reason: "stopped", signal: "SIGINT" },
    });
  }, 30_000);

  test.each([[[]], [["--json"]]])(
    "a client says that a second signal ended it at once: %j",
    async (flags) => {
      const source = 'export default { name: "forever", process() { for (;;); } };';
      writeFileSync(join(folder, "forever.js"), source);
      const working = work(...flags);
      const { stdout } = await run(["job", "submit", join(folder, "forever.js"), "--range", "0..1", "--chunk", "1"], {
        env: env(),
      });
      const id = stdout.trim();
      const leased = async () =>
        JSON.parse((await run(["job", "show", id, "--json"], { env: env() })).stdout).progress.leased;
      while ((await leased()) === 0);
      const ending = once(working.process, "exit");
      working.process.kill("SIGINT");
      working.process.kill("SIGTERM"); // whichever of two that are pending comes first
      expect([130, 143]).toContain((await ending)[0]);
      const { stdout: records, stderr } = await working.ended;
      const last = (flags.length > 0 ? records : stderr).trim().split("\n").at(-1) ?? "";
      if (flags.length > 0)
        expect(JSON.parse(last).ended).toEqual({ reason: "cut", by: expect.stringMatching(/^SIG/) });
      else
        expect(last).toMatch(
          /^Ended at once by a second SIG(INT|TERM), what it was at undone\. Done here: 0 electrons done$/,
        );
      await run(["job", "cancel", id], { env: env() });
    },
    30_000,
  );

  test("does not run foreign atoms without leave", async () => {
    const away = join(folder, "away");
    const idle = start(["work"], { env: { VALENCE_URL: url, VALENCE_DATA_DIR: away } });
    const declined = says(idle, "Not run here: odd@");
    const submitted = await run(["job", "submit", join(folder, "odd.ts"), "--range", "0..10"], { env: env() });
    await declined;
    idle.process.kill("SIGTERM");
    expect(await idle.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("every atom is foreign") });
    await run(["job", "cancel", submitted.stdout.trim()], { env: env() });
  }, 30_000);
});

describe("a volunteer that is refused for good", () => {
  test("exits 4 with the sentence when its token is wrong", async () => {
    const { code, stderr } = await work("--token", "wrong").ended;
    expect(code).toBe(4);
    expect(stderr).toContain("The grid refuses this client: This coordinator does not know the token. (forbidden)");
  });

  test("says so in its last line of JSON, too", async () => {
    const { code, stdout } = await work("--token", "wrong", "--json").ended;
    const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect({ code, last }).toMatchObject({ code: 4, last: { ended: { reason: "refused", code: "forbidden" } } });
  });

  test("exits 2 when the versions do not fit", async () => {
    const http = createServer();
    const io = new Server(http, { transports: ["websocket"] });
    const data = { code: "protocol_version", message: "Speak version 9." };
    io.of("/volunteer").use((_socket, next) => next(Object.assign(new Error("no"), { data })));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const { port } = http.address() as AddressInfo;
    const { code, stderr } = await work("--url", `http://127.0.0.1:${port}`).ended;
    expect(code).toBe(2);
    expect(stderr).toContain("Speak version 9. (protocol_version) Update Valence");
    await io.close();
  });
});

describe("serve", () => {
  test("reports all faults of its settings at once, exit 2", async () => {
    const { code, stdout, stderr } = await run(["serve", "--port", "x", "--log", "loud"], {
      env: { VALENCE_PUBLIC_URL: "y" },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const fault of ["--port is", "--log is", "VALENCE_PUBLIC_URL is"]) expect(stderr).toContain(fault);
  });

  test("[D5] says that another coordinator has the data, exit 1", async () => {
    const { code, stderr } = await run(["serve", "--port", "0"], { env: env() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^valence: .*\n$/);
  });

  test("prints one line, shows the token to no pipe, and ends with SIGTERM", async () => {
    const dataDir = join(folder, "second");
    const other = start(["serve", "--port", "0", "--data-dir", dataDir, "--log", "json"]);
    await says(other, "Valence is ready at");
    other.process.kill("SIGTERM");
    const { code, stdout, stderr } = await other.ended;
    expect(code).toBe(0);
    expect(stdout).toBe(
      `Valence is ready at ${/http:[^ ]*/.exec(stdout)} (data in ${dataDir}, token in ${dataDir}/admin-token)\n`,
    );
    for (const line of stderr.trim().split("\n").filter(Boolean)) JSON.parse(line);
  });

  test("[V1] [V3] ends with SIGHUP as with SIGTERM", async () => {
    const other = start(["serve", "--port", "0", "--data-dir", join(folder, "third")]);
    await says(other, "Valence is ready at");
    other.process.kill("SIGHUP");
    other.process.kill("SIGHUP");
    expect(await other.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("stopping signal=SIGHUP") });
  });
});
