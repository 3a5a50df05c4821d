/** A coordinator for tests of the adapters: answers with one job and remembers what it was asked. */

import type { ExplainView, JobView, PropertiesView, StatsView, UploadView } from "@valence/shared/job-view";
import type { Json } from "@valence/shared/value-json";
import type { Caller, JobsApi } from "../api.js";

export const ATOM_ID = `pi@sha256-${"ab".repeat(32)}`;

export const JOB: JobView = {
  id: "j1",
  name: "pi",
  atom: ATOM_ID,
  state: "running",
  stopped: false,
  progress: { total: 100, done: 10, leased: 5, waiting: 0, dead: 0, skipped: 0 },
  chunk: 10,
  rate: 2.5,
  eta: { lowMs: 1_000, highMs: 2_000 },
  reduce: "sum",
  result: 3.14,
  error: null,
  createdAt: "2026-11-01T00:00:00.000Z",
  startedAt: "2026-11-01T00:00:01.000Z",
  endedAt: null,
  deadline: null,
};

export const UPLOAD: UploadView = {
  id: "u1",
  items: 2,
  bytes: 8,
  jobs: 0,
  createdAt: "2026-11-01T00:00:00.000Z",
  expiresAt: "2026-11-08T00:00:00.000Z",
};

const STATS: StatsView = {
  volunteers: 3,
  slots: 12,
  busy: 7,
  rate: 1_234.5,
  jobs: { queued: 1, running: 2, paused: 0 },
  staleReports: 9,
  copies: { granted: 5, won: 3, lost: 1 },
};

const EXPLANATION: ExplainView = {
  job: "j1",
  state: "running",
  deadline: null,
  reasons: [{ code: "running", message: "At work on it: 7 slots.", count: 7, until: null }],
};

export function properties(electron: number, result: Json = electron): PropertiesView {
  const time = "2026-11-01T00:00:02.000Z";
  const item = 10 * electron;
  const cursor = `c${electron}`;
  return { electron, item, atom: ATOM_ID, start: time, end: time, outcome: "done", result, volunteer: "v1", cursor };
}

/** As `JobsApi.results` gives them. */
export function ndjson(...lines: readonly PropertiesView[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

async function lengthOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const { length } of chunks) bytes += length;
  return bytes;
}

async function* noFrames(): AsyncGenerator<never> {}

type Asked = { readonly call: string; readonly args: readonly unknown[] };
export type FakeApi = JobsApi & { readonly asked: Asked[] };

/** Every method answers with something plain; `overrides` replace those that a test is about. */
export function fakeApi(overrides: Partial<JobsApi> = {}): FakeApi {
  const asked: Asked[] = [];
  const atom = { id: ATOM_ID, name: "pi", payload: null, createdAt: "2026-11-01T00:00:00.000Z" };
  const plain: JobsApi = {
    publish: async () => ({ id: ATOM_ID, name: "pi", created: true }),
    atoms: async () => ({ items: [atom], next: null }),
    atom: async () => atom,
    atomSource: async () => new TextEncoder().encode("export default {};"),
    upload: async (lines) => ({ id: "u1", items: 2, bytes: await lengthOf(lines) }),
    uploads: async () => ({ items: [UPLOAD], next: null }),
    uploadView: async () => UPLOAD,
    deleteUpload: async () => {},
    submit: async () => ({ job: JOB, replayed: false }),
    jobs: async () => ({ items: [JOB], next: "older" }),
    job: async () => JOB,
    pause: async () => ({ ...JOB, state: "paused" }),
    resume: async () => JOB,
    cancel: async () => ({ ...JOB, state: "cancelled" }),
    retry: async () => JOB,
    delete: async () => {},
    results: async () => noFrames(),
    events: async () => ({ over: true, frames: noFrames() }),
    deadLetters: async () => ({ items: [], next: null }),
    explain: async () => EXPLANATION,
    watch: async (_id: string, _caller: Caller, onView: (view: JobView) => void) => {
      onView(JOB);
      return () => {};
    },
    watchJobs: () => noFrames(),
    volunteers: () => [{ volunteer: "abcd", agent: "node", slots: 4, busy: 2, connectedAt: atom.createdAt }],
    part: () => {},
    stats: () => STATS,
    unready: () => null,
    ...overrides,
  };
  return Object.assign(remembering(plain, asked), { asked });
}

function remembering(api: JobsApi, asked: Asked[]): JobsApi {
  return new Proxy(api, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        asked.push({ call: String(name), args });
        return value.apply(target, args);
      };
    },
  });
}
