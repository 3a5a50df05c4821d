import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ATOM_ID, fakeApi } from "../testing/fake-api.js";
import { AUTHORIZED, type HttpGrid, httpGrid } from "../testing/http-grid.js";

let grid: HttpGrid;
let created = true;
beforeAll(async () => {
  grid = await httpGrid({ api: fakeApi({ publish: async () => ({ id: ATOM_ID, name: "pi", created }) }) });
});
beforeEach(() => {
  grid.api.asked.length = 0;
});
afterAll(() => grid.close());

function publish(
  body: string | ReadableStream,
  headers: Record<string, string> = { "Content-Type": "text/javascript" },
) {
  const init = { method: "POST", body, headers: { ...AUTHORIZED, ...headers }, duplex: "half" as const };
  return fetch(`${grid.url}/api/v1/atoms`, init);
}

test("a new atom is created, the same bytes again are not", async () => {
  const first = await publish("export default {}");
  expect(first.status).toBe(201);
  expect(first.headers.get("location")).toBe(`/api/v1/atoms/${ATOM_ID}`);
  expect(await first.json()).toEqual({ id: ATOM_ID, name: "pi" });
  expect(grid.api.asked[0]?.args[0]).toEqual(Buffer.from("export default {}"));
  created = false;
  expect((await publish("export default {}")).status).toBe(200);
});

test("[M1] an atom at the limit passes, one byte more is refused with the limit and its value", async () => {
  expect((await publish("x".repeat(ATOM_BYTES_MAX))).status).toBe(200);
  const response = await publish("x".repeat(ATOM_BYTES_MAX + 1));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({
    code: "atom_too_large",
    limit: "ATOM_BYTES_MAX",
    max: ATOM_BYTES_MAX,
    actual: ATOM_BYTES_MAX + 1,
  });
});

test("an atom that does not say its length is counted as it comes", async () => {
  const chunks = (count: number) => ReadableStream.from(Array(count).fill(new Uint8Array(ATOM_BYTES_MAX / 4)));
  expect((await publish(chunks(4))).status).toBe(200);
  const response = await publish(chunks(5));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: "atom_too_large" });
  expect((await publish("export default {}")).status).toBe(200);
});

test.each([
  [{ "Content-Type": "application/json" }],
  [{ "Content-Type": "text/javascript; charset=latin1" }],
  [{ "Content-Type": "text/javascript", "Content-Encoding": "gzip" }],
  [{ "Content-Type": "" }],
])("%j is unsupported", async (headers) => {
  const response = await publish("export default {}", headers);
  expect(response.status).toBe(415);
  expect(await response.json()).toMatchObject({ code: "unsupported_media_type" });
});

test("the charset may be named", async () => {
  expect((await publish("export default {}", { "Content-Type": "Text/JavaScript;charset=UTF-8" })).status).toBe(200);
});

test("atoms are read in pages, by name and by id", async () => {
  expect(await (await fetch(`${grid.url}/api/v1/atoms?limit=200&before=x`)).json()).toMatchObject({ next: null });
  expect(await (await fetch(`${grid.url}/api/v1/atoms/${ATOM_ID}`)).json()).toMatchObject({ id: ATOM_ID });
  await fetch(`${grid.url}/api/v1/atoms/${encodeURIComponent(ATOM_ID)}`);
  expect(grid.api.asked.map(({ args }) => args[0])).toEqual([{ limit: 200, before: "x" }, ATOM_ID, ATOM_ID]);
});

test("[H4] a source leaves as text that no browser runs", async () => {
  const response = await fetch(`${grid.url}/api/v1/atoms/pi/source`);
  expect(await response.text()).toBe("export default {};");
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("content-disposition")).toMatch(/^attachment/);
  expect(response.headers.get("content-security-policy")).toMatch(/^sandbox;/);
});
