import { encodeValue } from "@valence/shared/value-codec";
import { expect, test } from "vitest";
import { specOf } from "./core/fixtures.js";
import type { JobInput } from "./core/job-spec.js";
import type { Write } from "./core/writes.js";
import { openCoordinator } from "./open-coordinator.js";
import { statusOf } from "./store/contract-samples.js";
import { memoryStore } from "./store/memory.js";
import { memoryLog } from "./testing/http-grid.js";

const operator = { owner: "root", admin: true };

function submitted(id: string, input: JobInput, upload: string | null): Write {
  const spec = specOf({ id, input });
  const { name, atom, owner, createdAt } = spec;
  const job = { id, name, atom, owner, createdAt, spec: encodeValue(spec), list: null, upload };
  return { type: "submit", job, status: statusOf({ chunk: 1 }) };
}

test("a job that cannot be taken up is logged and can still be read, and the others go on", async () => {
  const logged: Record<string, unknown>[] = [];
  const store = memoryStore();
  await store.commit([
    submitted("damaged", { kind: "list", total: 3, upload: "gone" }, "gone"),
    submitted("sound", { kind: "range", from: 0, total: 3, chunk: 1 }, null),
  ]);
  const coordinator = await openCoordinator({ store, log: memoryLog(logged) });
  expect(logged).toMatchObject([
    { event: "jobs_taken_up", jobs: 2 },
    { event: "job_damaged", job: "damaged", error: { message: "the list of job damaged is gone" } },
  ]);
  expect((await coordinator.cancel("sound", operator)).state).toBe("cancelled");
  expect((await coordinator.job("damaged", operator)).state).toBe("queued");
  await coordinator.close();
});
