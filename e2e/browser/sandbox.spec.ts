/** What an atom in a tab can reach: nothing, and whatever it does costs its own electron. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "./fixtures.js";
import { deathsOf, lend, resultsOf, submitList } from "./lending.js";

let spy: Server;
let asked: string[];
test.beforeEach(async () => {
  asked = [];
  spy = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.end("export default 1");
  });
  spy.on("upgrade", ({ url }, socket) => {
    asked.push(url ?? "");
    socket.destroy();
  });
  await new Promise<void>((resolve) => spy.listen(0, "127.0.0.1", resolve));
});
test.afterEach(() => new Promise((resolve) => spy.close(resolve)));

/** Ways out, each of which must fail; a call that never answers has not got out either. */
const waysOut = (spyUrl: string, home: string) => `async process() {
  const settled = (start) => new Promise((ok, no) => { start(ok, no); setTimeout(() => no(new Error("no answer")), 1000); });
  const ways = {
    fetch: () => fetch("${spyUrl}/fetch"),
    "fetch of the coordinator": () => fetch("${home}/api/v1/jobs"),
    XMLHttpRequest: () => settled((ok, no) => { const x = new XMLHttpRequest(); x.onload = ok; x.onerror = no; x.open("GET", "${spyUrl}/xhr"); x.send(); }),
    WebSocket: () => settled((ok, no) => { const w = new WebSocket("${spyUrl.replace("http", "ws")}/ws"); w.onopen = ok; w.onerror = no; }),
    EventSource: () => settled((ok, no) => { const e = new EventSource("${spyUrl}/events"); e.onopen = ok; e.onerror = no; }),
    WebTransport: () => new WebTransport("${spyUrl.replace("http", "https")}/wt").ready,
    importScripts: () => importScripts("${spyUrl}/scripts"),
    "a remote import": () => (0, eval)("import('${spyUrl}/import')"),
    "text as code": () => new Function("return 1")(),
    "text as code, by way of a constructor": () => (() => 1).constructor("return 1")(),
    "a worker of its own": () => new Worker(URL.createObjectURL(new Blob(["postMessage(1)"]))),
    localStorage: () => localStorage.getItem("x"),
    IndexedDB: () => settled((ok, no) => { const r = indexedDB.open("valence"); r.onsuccess = ok; r.onerror = no; }),
    caches: () => caches.open("x"),
    files: () => navigator.storage.getDirectory(),
    locks: () => navigator.locks.request("x", () => 1),
    BroadcastChannel: () => new BroadcastChannel("x"),
    "the page": () => parent.document,
    "the graphics card": () => new OffscreenCanvas(1, 1).getContext("webgl"),
    "the graphics card, by its other door": () => navigator.gpu.requestAdapter(),
    "a beacon": () => navigator.sendBeacon("${spyUrl}/beacon"),
  };
  const reached = [];
  for (const [name, way] of Object.entries(ways)) {
    try { await way(); reached.push(name); } catch {}
  }
  return { tried: Object.keys(ways).length, reached };
}`;

test("[P9] network, storage, other atoms and the page are out of reach, and the job goes on", async ({
  page,
  stage,
}) => {
  const serving = await stage.serve();
  await lend(page, serving);
  const spyUrl = `http://127.0.0.1:${(spy.address() as AddressInfo).port}`;
  const job = await submitList(serving, waysOut(spyUrl, serving.url), { items: 2 });
  const outcome = { tried: 21, reached: [] };
  expect(await resultsOf(job)).toEqual([outcome, outcome]);
  expect(asked).toEqual([]);
});

test("[P6] [L5] an endless loop is killed at its deadline, and its slot works again", async ({ page, stage }) => {
  const serving = await stage.serve();
  await lend(page, serving);
  const job = await submitList(serving, "process(n) { while (n === 1); return n; }", {
    items: 4,
    policy: { timeoutMs: 400 },
  });
  expect(await resultsOf(job)).toEqual([0, 2, 3]);
  expect(await deathsOf(job)).toEqual([[1, "time_out"]]);
});

test("[P6] what is thrown later, a worker that closes itself, and words to the frame cost their own electron", async ({
  page,
  stage,
  conduct,
}) => {
  const serving = await stage.serve();
  await lend(page, serving);
  const later = `n === 1 ? new Promise(() => setTimeout(() => { throw new Error("later"); })) : n`;
  const closes = "n === 2 ? (close(), new Promise(() => {})) : n";
  const speaks = "(postMessage({ type: 'closed', worker: 1 }), n)";
  const job = await submitList(serving, `process: (n) => n === 1 ? ${later} : n === 2 ? ${closes} : ${speaks}`, {
    items: 4,
    policy: { timeoutMs: 400 },
  });
  expect(await resultsOf(job)).toEqual([0, 3]);
  expect(await deathsOf(job)).toEqual([
    [1, "worker_died"],
    [2, "time_out"],
  ]);
  expect(conduct.errors).toEqual([]);
});
