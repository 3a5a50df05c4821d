import { packMicros, packValues } from "@valence/shared/pack";
import type { Down } from "@valence/shared/protocol/down";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RealGrid, realGrid } from "./testing/real-grid.js";
import { FakeVolunteer } from "./testing/socket-grid.js";

let grid: RealGrid;
beforeEach(async () => {
  grid = await realGrid();
});
afterEach(() => grid.dispose());

type Revoke = Extract<Down, { type: "revoke" }>;

test("[V1] a coordinator that stops says so, takes nothing new, and keeps what comes in time", async () => {
  const atom = await grid.publish("(x) => x");
  const { id } = await grid.submit({ atom, input: { list: [1, 2, 3, 4, 5, 6] }, reduce: "sum" });
  const { url, adminToken } = grid.serving;
  const volunteer = await new FakeVolunteer({ url }).join();
  volunteer.say({ type: "holding", leases: [] });
  await volunteer.until("grant");
  const stopped = grid.restart();
  const { lease } = (await volunteer.until("revoke")) as Revoke;

  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { detail: "the coordinator is stopping" }]);
  const headers = { Authorization: `Bearer ${adminToken}`, "Content-Type": "application/json" };
  const job = await fetch(`${url}/api/v1/jobs`, {
    method: "POST",
    headers,
    body: JSON.stringify({ atom, input: { list: [1] } }),
  });
  expect([job.status, await job.json()]).toMatchObject([503, { code: "draining" }]);
  const publish = {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/javascript" },
    body: "export default {}",
  };
  expect(await (await fetch(`${url}/api/v1/atoms`, publish)).json()).toMatchObject({ code: "draining" });
  expect((await fetch(`${url}/api/v1/jobs/${id}`)).status).toBe(200);
  const late = new FakeVolunteer({ url });
  await late.until("challenge");
  late.say(late.hello());
  expect(await late.until("refuse")).toMatchObject({ code: "draining" });

  const part = { count: 1, micros: packMicros([5]), values: packValues([40]) };
  const grant = volunteer.heard.find((message) => message.type === "grant" && message.lease === lease);
  const first = grant?.type === "grant" ? grant.from : 0;
  volunteer.say({ type: "report", lease, first, parts: [part], failure: null });
  await stopped;

  const heard = volunteer.heard.map((message) => (message.type === "revoke" ? `revoke ${message.kill}` : message.type));
  expect(heard).toContain("ack");
  expect(heard).toContain("revoke true");
  expect(heard.at(-1)).toBe("refuse");
  const view = await grid.until(id, ({ state }) => state === "running");
  expect(view).toMatchObject({ result: 40, progress: { done: 1, leased: 0, waiting: 0, dead: 0 } });
});
