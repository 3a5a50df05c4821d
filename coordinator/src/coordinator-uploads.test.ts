/** Uploads and keys through the whole coordinator: HTTP, sockets and the disk. */
import type { JobView, PropertiesView, UploadView } from "@valence/shared/job-view";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KEY_KEPT_MS } from "./service/keys.js";
import { computingVolunteer, type RealGrid, realGrid } from "./testing/real-grid.js";
import type { FakeVolunteer } from "./testing/socket-grid.js";

let grid: RealGrid;
const volunteers: FakeVolunteer[] = [];
beforeEach(async () => {
  grid = await realGrid();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const volunteer of volunteers.splice(0)) volunteer.socket.disconnect();
  await grid.dispose();
});

const ended = (view: JobView) => view.state === "succeeded";
const NDJSON = { "Content-Type": "application/x-ndjson" };
const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n}\n`).join("");

async function join(compute: (payload: unknown, electron: number) => unknown): Promise<FakeVolunteer> {
  const volunteer = await computingVolunteer(grid, compute);
  volunteers.push(volunteer);
  return volunteer;
}

async function json<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

async function upload(text: string): Promise<string> {
  const response = await grid.call("POST", "/inputs", text, NDJSON);
  expect(response.status).toBe(201);
  return (await json<{ id: string }>(response)).id;
}

const uploads = async () => (await json<{ items: UploadView[] }>(grid.call("GET", "/inputs"))).items;
const over = (id: string, more: object = {}) => ({ atom: "atom", input: { list: { upload: id } }, ...more });
const problemOf = (body: object) => json<{ code: string; detail: string }>(grid.call("POST", "/jobs", body));

describe("a job over an upload", () => {
  test("[I2] [I6] gets its lines as payloads, each once and in its place", async () => {
    await grid.publish("(x) => x");
    const lines = Array.from({ length: 9_000 }, (_, n) => ({ n, text: "é".repeat(n % 90), bytes: { $bin: "AQID" } }));
    const id = await upload(lines.map((line) => JSON.stringify(line)).join("\n"));
    const wrong: unknown[] = [];
    await join((payload, electron) => {
      const { n, text, bytes } = payload as { n: number; text: string; bytes: Uint8Array };
      if (n !== electron || text.length !== n % 90 || bytes[2] !== 3) wrong.push(payload);
      return n;
    });
    const job = await grid.submit(over(id, { reduce: "sum", keep: true }));
    expect((await grid.until(job.id, ended)).result).toBe((9_000 * 8_999) / 2);
    expect(wrong).toEqual([]);
    const text = await (await grid.call("GET", `/jobs/${job.id}/results`)).text();
    const results = text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as PropertiesView).result);
    expect(results).toEqual(lines.map(({ n }) => n));
  });

  test("[K3] goes on after a restart, from elements that no process holds", async () => {
    await grid.publish("(x) => x");
    const id = await upload(numbers(20_000));
    const job = await grid.submit(over(id, { reduce: "sum" }));
    const first = await join((payload) => payload);
    await grid.until(job.id, (view) => view.progress.done > 0);
    first.say({ type: "goodbye" });
    await first.until("bye");
    await grid.restart();
    await join((payload) => payload);
    expect((await grid.until(job.id, ended)).result).toBe((20_000 * 19_999) / 2);
  });

  test("shows the payloads of its dead letters, also after it has ended, and can be retried", async () => {
    await grid.publish("(x) => x");
    const id = await upload('1\n{"bad": true}\n3\n');
    const liar = await join((payload) => (typeof payload === "number" ? payload : "no number"));
    const job = await grid.submit(over(id, { reduce: "sum", policy: { attemptsMax: 1 } }));
    await grid.until(job.id, (view) => view.state === "failed");
    liar.socket.disconnect();
    await grid.restart();
    const letters = await json(grid.call("GET", `/jobs/${job.id}/dead-letters`));
    expect(letters).toMatchObject({ items: [{ electron: 1, item: 1, payload: { bad: true } }] });
    await grid.call("POST", `/jobs/${job.id}/retry`);
    await join((payload) => (typeof payload === "number" ? payload : 2));
    expect((await grid.until(job.id, ended)).result).toBe(6);
  });

  test("[I4] is refused when a line does not fit the atom's schema, and the upload stays for another one", async () => {
    await grid.publish("(x) => x", 'payload: { type: "integer", maximum: 29999 },');
    const id = await upload(numbers(30_000));
    expect((await grid.submit(over(id))).progress.total).toBe(30_000);
    const longer = await upload(`${numbers(30_000)}30000\n0\n`);
    expect(await problemOf(over(longer))).toMatchObject({
      code: "payload_invalid",
      line: 30_001,
      detail: "line 30001 of the upload does not fit the atom's schema: payload must be at most 29999, and is 30000",
    });
    expect((await uploads()).map(({ id, jobs }) => [id, jobs])).toEqual([
      [longer, 0],
      [id, 1],
    ]);
  });

  test("[M1] may collect 100,000 results, and not one more", async () => {
    await grid.publish("(x) => x");
    const at = await upload("0\n".repeat(100_000));
    const past = await upload("0\n".repeat(100_001));
    await grid.submit(over(at, { reduce: "collect" }));
    expect(await problemOf(over(past, { reduce: "collect" }))).toMatchObject({ code: "collect_too_large" });
  });
});

describe("an upload", () => {
  test("that broke leaves nothing, and a second try is another one", async () => {
    const broken = await grid.call("POST", "/inputs", "1\n2\n3 4\n", NDJSON);
    expect(await json(broken)).toMatchObject({ code: "bad_json", status: 400, line: 3 });
    expect(await json(grid.call("POST", "/inputs", "", NDJSON))).toMatchObject({ code: "empty_input", status: 422 });
    expect(await uploads()).toEqual([]);
    const id = await upload("1\n2\n");
    expect(await uploads()).toMatchObject([{ id, items: 2, bytes: 4, jobs: 0 }]);
    expect(await json(grid.call("GET", `/inputs/${id}`))).toMatchObject({ id, items: 2 });
  });

  test("[I8] cannot be deleted while a job uses it, goes with the last one, and is there after a restart", async () => {
    await grid.publish("(x) => x");
    const id = await upload("1\n");
    const [first, second] = [await grid.submit(over(id)), await grid.submit(over(id))];
    await grid.restart();
    expect(await json(grid.call("DELETE", `/inputs/${id}`))).toMatchObject({ code: "upload_in_use", status: 409 });
    for (const job of [first, second]) {
      expect(await uploads()).toHaveLength(1);
      await grid.call("POST", `/jobs/${job.id}/cancel`);
      expect((await grid.call("DELETE", `/jobs/${job.id}`)).status).toBe(204);
    }
    expect(await uploads()).toEqual([]);
    expect(await json(grid.call("GET", `/inputs/${id}`))).toMatchObject({ code: "unknown_upload", status: 404 });
    const unused = await upload("1\n");
    expect((await grid.call("DELETE", `/inputs/${unused}`)).status).toBe(204);
  });

  test("[H2] is nobody's business without a token", async () => {
    const id = await upload("1\n");
    for (const path of ["/inputs", `/inputs/${id}`]) {
      const response = await fetch(`${grid.serving.url}/api/v1${path}`);
      expect([response.status, (await json<{ code: string }>(response)).code]).toEqual([401, "unauthorized"]);
    }
  });

  test("under way does not hold up a stop", async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.from("1\n".repeat(9_999))) });
    const headers = { Authorization: `Bearer ${grid.serving.adminToken}`, ...NDJSON };
    const init = { method: "POST", headers, body: endless, duplex: "half" as const };
    const sending = fetch(`${grid.serving.url}/api/v1/inputs`, init).then(
      ({ status }) => status,
      () => "cut",
    );
    await grid.call("GET", "/stats");
    await grid.restart();
    expect([503, "cut"]).toContain(await sending);
    expect(await uploads()).toEqual([]);
  });
});

describe("a request with an Idempotency-Key", () => {
  const body = { atom: "atom", input: { list: [1] } };
  const submit = (key: string, job: object = body) => grid.call("POST", "/jobs", job, { "Idempotency-Key": key });
  const jobs = async () => (await json<{ items: JobView[] }>(grid.call("GET", "/jobs"))).items;
  beforeEach(() => grid.publish("(x) => x"));

  test("[Q1] makes one job, two at a time, later and after a restart", async () => {
    const responses = await Promise.all([submit("k1"), submit("k1")]);
    await grid.restart();
    responses.push(await submit("k1"));
    const views = await Promise.all(responses.map((response) => json<JobView>(response)));
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(views.map(({ id }) => id)).size).toBe(1);
    const replays = responses.map(({ headers }) => headers.get("idempotent-replayed"));
    expect(replays.filter((sign) => sign === "true")).toHaveLength(2);
    expect(await jobs()).toHaveLength(1);
  });

  test("[Q2] is refused with another body, and spaces make no other body", async () => {
    await submit("k1");
    const other = await submit("k1", { ...body, name: "other" });
    expect([other.status, (await json<{ code: string }>(other)).code]).toEqual([422, "key_reused"]);
    const spaced = Buffer.from(JSON.stringify(body, null, 2));
    const headers = { "Idempotency-Key": "k1", "Content-Type": "application/json" };
    expect((await grid.call("POST", "/jobs", spaced, headers)).status).toBe(202);
    expect(await jobs()).toHaveLength(1);
  });

  test("that fails leaves the key for another", async () => {
    expect((await submit("k1", { ...body, atom: "nobody" })).status).toBe(404);
    expect((await submit("k1")).status).toBe(202);
  });

  test("[Q1] makes no second job when the first one was deleted", async () => {
    const { id } = await json<JobView>(submit("k1"));
    await grid.call("POST", `/jobs/${id}/cancel`);
    await grid.call("DELETE", `/jobs/${id}`);
    expect(await json(submit("k1"))).toMatchObject({ code: "unknown_job", status: 404 });
    expect(await jobs()).toEqual([]);
  });

  test("[Q3] makes another one after 24 hours", async () => {
    const first = await json<JobView>(submit("k1"));
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + KEY_KEPT_MS);
    expect((await json<JobView>(submit("k1"))).id).not.toBe(first.id);
  });
});
