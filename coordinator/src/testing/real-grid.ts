/** The real coordinator on a free port over a folder of its own, and a volunteer of a few lines that computes in-line. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobView } from "@valence/shared/job-view";
import { packEncoded, packMicros, packValues, unpackValues } from "@valence/shared/pack";
import type { Down } from "@valence/shared/protocol/down";
import { payloadOf } from "@valence/shared/shape";
import { type Serving, startCoordinator } from "../serve.js";
import { serveSettings } from "../settings.js";
import { memoryLog } from "./http-grid.js";
import { FakeVolunteer } from "./socket-grid.js";
import { attend } from "./witness.js";

export type RealGrid = {
  readonly serving: Serving;
  /** A request under `/api/v1` with the operator's token; a plain object is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  publish(process: string, schema?: string): Promise<string>;
  submit(job: Record<string, unknown>): Promise<JobView>;
  /** Waits until the job is as wanted. */
  until(job: string, wanted: (view: JobView) => boolean): Promise<JobView>;
  /** Stops it and starts it again over the same data, for another operator if there is a token. */
  restart(token?: string): Promise<void>;
  /** What was answered, as `Testimony` has it. */
  seen(): ReadonlySet<string>;
  /** @throws Error when something was answered that is not described */
  dispose(): Promise<void>;
};

const HAS_ENDED = (view: JobView) => ["succeeded", "failed", "cancelled"].includes(view.state);

export async function realGrid(): Promise<RealGrid> {
  const dataDir = await mkdtemp(join(tmpdir(), "valence-grid-"));
  const start = (adminToken = "") =>
    startCoordinator(serveSettings({ port: "0", dataDir, adminToken }, {}), memoryLog([]));
  let serving = await start();
  const testimonies = [attend(serving.port)];
  const call: RealGrid["call"] = (method, path, body, headers = {}) => {
    const json = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
    const type: Record<string, string> =
      body === undefined ? {} : { "Content-Type": json ? "application/json" : "text/javascript" };
    const authorized = { Authorization: `Bearer ${serving.adminToken}`, ...type, ...headers };
    const sent = body === undefined ? null : json ? JSON.stringify(body) : (body as string);
    return fetch(`${serving.url}/api/v1${path}`, { method, headers: authorized, body: sent });
  };
  const job = async (id: string) => (await (await call("GET", `/jobs/${id}`)).json()) as JobView;
  return {
    get serving() {
      return serving;
    },
    call,
    async publish(process, schema = "") {
      const response = await call("POST", "/atoms", `export default { name: "atom", ${schema} process: ${process} };`);
      return ((await response.json()) as { id: string }).id;
    },
    async submit(body) {
      const response = await call("POST", "/jobs", body);
      if (response.status !== 202) throw new Error(JSON.stringify(await response.json()));
      return (await response.json()) as JobView;
    },
    async until(id, wanted) {
      for (;;) {
        const view = await job(id);
        if (wanted(view)) return view;
        if (HAS_ENDED(view)) throw new Error(`the job has ${view.state}: ${JSON.stringify(view)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async restart(token) {
      await serving.close();
      serving = await start(token);
      testimonies.push(attend(serving.port));
    },
    seen: () => new Set(testimonies.flatMap(({ seen }) => [...seen])),
    async dispose() {
      await serving.close();
      await rm(dataDir, { recursive: true, force: true });
      for (const testimony of testimonies) testimony.end();
    },
  };
}

type Compute = (payload: unknown, electron: number) => unknown;

/** Joins, and answers every grant at once with what `compute` gives. */
export async function computingVolunteer(grid: RealGrid, compute: Compute): Promise<FakeVolunteer> {
  const volunteer = new FakeVolunteer({ url: grid.serving.url });
  const orders = new Map<string, Extract<Down, { type: "job" }>>();
  volunteer.onMessage = (message) => {
    if (message.type === "job") orders.set(message.job, message);
    if (message.type === "probe") volunteer.say({ type: "probed", job: message.job, items: 1_000, elapsedMs: 10 });
    if (message.type !== "grant") return;
    const order = orders.get(message.job);
    if (order) volunteer.say(answer(order, message, compute));
  };
  await volunteer.join();
  volunteer.say({ type: "holding", leases: [] });
  return volunteer;
}

function answer(order: Extract<Down, { type: "job" }>, grant: Extract<Down, { type: "grant" }>, compute: Compute) {
  const { lease, from, to } = grant;
  const payloads = unpackValues(grant.payloads ?? packEncoded([]), grant.payloads ? to - from : 0);
  const values = Array.from({ length: to - from }, (_, i) => {
    const payload = order.shape.kind === "list" ? payloads[i] : payloadOf(order.shape, from + i);
    return compute(payload, from + i);
  });
  const part = { count: values.length, micros: packMicros(values.map(() => 5)), values: packValues(values) };
  return { type: "report" as const, lease, first: from, parts: [part], failure: null };
}
