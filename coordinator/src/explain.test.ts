import { type ExplainView, explainView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test } from "vitest";
import { computingVolunteer, type RealGrid, realGrid } from "./testing/real-grid.js";

let grid: RealGrid;
beforeEach(async () => {
  grid = await realGrid();
});
afterEach(() => grid.dispose());

async function explain(id: string): Promise<ExplainView> {
  return explainView.parse(await (await grid.call("GET", `/jobs/${id}/explain`)).json());
}

test("[X1] a job is explained from its queue to its end, with what to do", async () => {
  const atom = await grid.publish("(x) => x");
  const policy = { attemptsMax: 1, deadline: 3_600_000 };
  const { id } = await grid.submit({ atom, input: { list: [1] }, reduce: "sum", policy });
  const queued = await explain(id);
  expect(queued).toMatchObject({
    job: id,
    state: "queued",
    reasons: [{ code: "no_volunteers", count: null, until: null }],
  });
  expect(queued.reasons[0]?.message).toContain("valence work");
  expect(Date.parse(queued.deadline ?? "")).toBeGreaterThan(Date.now());
  const volunteer = await computingVolunteer(grid, () => "no number");
  await grid.until(id, ({ state }) => state === "failed");
  const { state, reasons } = await explain(id);
  expect([state, ...reasons.map(({ code }) => code)]).toEqual(["failed", "ended", "dead_letters"]);
  expect(reasons[0]?.message).toContain("(dead_letter)");
  volunteer.socket.disconnect();
});

test("[X1] a cancelled job is said to be cancelled, and only what is left of it is named", async () => {
  const atom = await grid.publish("(x) => x");
  const { id } = await grid.submit({ atom, input: { list: [1] }, reduce: "sum" });
  await grid.call("POST", `/jobs/${id}/cancel`);
  expect((await explain(id)).reasons).toEqual([
    { code: "ended", message: "The job was cancelled.", count: null, until: null },
  ]);
  expect(await (await grid.call("POST", `/jobs/${id}/pause`)).json()).toMatchObject({
    code: "job_ended",
    detail: expect.stringContaining("the job was cancelled; only delete is left"),
  });
});

test("[X2] a private job is explained to its owner, and is not there for others", async () => {
  const atom = await grid.publish("(x) => x");
  const job = { atom, input: { list: [1] } };
  const [open, hidden] = [await grid.submit(job), await grid.submit({ ...job, private: true })];
  const asStranger = async (id: string) => {
    const response = await fetch(`${grid.serving.url}/api/v1/jobs/${id}/explain`);
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  expect(await asStranger(open.id)).toEqual([200, undefined]);
  expect(await asStranger(hidden.id)).toEqual([404, "unknown_job"]);
  expect(await asStranger("nobody")).toEqual([404, "unknown_job"]);
  expect((await explain(hidden.id)).reasons).toHaveLength(1);
});
