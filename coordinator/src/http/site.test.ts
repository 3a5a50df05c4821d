import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HttpGrid, httpGrid } from "../testing/http-grid.js";
import { siteIn } from "./site-files.js";

let folder: string;
let grid: HttpGrid;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "valence-site-"));
  writeFileSync(join(folder, "index.html"), "<!doctype html>plain");
  writeFileSync(join(folder, "index.html.br"), "brotli");
  writeFileSync(join(folder, "index.html.gz"), "gzip");
  writeFileSync(join(folder, "app-1a2b.js"), "export {};");
  writeFileSync(join(folder, "frame-3c4d.html"), "<script></script>");
  writeFileSync(join(folder, "site.json"), '{ "frame": "/frame-3c4d.html", "frameScript": "aGFzaA==" }');
  const site = siteIn(folder);
  if (!site) throw new Error("no site");
  grid = await httpGrid({ site, place: { host: "127.0.0.1", publicUrl: new URL("https://grid.example") } });
});
afterAll(async () => {
  await grid.close();
  rmSync(folder, { recursive: true });
});

/** Without `fetch`, which decodes by itself. */
function get(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ headers: NodeJS.Dict<string | string[]>; status: number; body: string }>((resolve, reject) => {
    request(grid.url + path, { headers }, async (response) => {
      let body = "";
      for await (const piece of response) body += piece;
      resolve({ headers: response.headers, status: response.statusCode ?? 0, body });
    })
      .once("error", reject)
      .end();
  });
}
const policyOf = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) =>
  String(headers["content-security-policy"]);

describe("the pages", () => {
  test.each(["/", "/jobs", "/jobs/0123", "/docs"])("%s is the one document, asked for anew each time", async (path) => {
    const { status, headers, body } = await get(path);
    expect([status, body]).toEqual([200, "<!doctype html>plain"]);
    expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
  });

  test("leave in the best form that the visitor reads", async () => {
    const forms = { "gzip, deflate, br": "br", gzip: "gzip", "br;q=0, gzip": "gzip" };
    for (const [accepted, form] of Object.entries(forms)) {
      const { headers, body } = await get("/", { "Accept-Encoding": accepted });
      expect([headers["content-encoding"], body]).toEqual([form, form === "br" ? "brotli" : "gzip"]);
      expect(headers.vary).toContain("Accept-Encoding");
    }
    expect((await get("/app-1a2b.js", { "Accept-Encoding": "br" })).headers["content-encoding"]).toBeUndefined();
  });

  test("name their files by content, which browsers may keep for ever, and nobody for others", async () => {
    const { headers, body } = await get("/app-1a2b.js");
    expect(body).toBe("export {};");
    expect(headers["cache-control"]).toBe("private, max-age=31536000, immutable");
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
  });

  test("[H3] run no inline script, ask no other host, and frame nothing but where atoms run", async () => {
    const policy = policyOf(await get("/"));
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self';");
    const here = `127.0.0.1:${grid.port}`;
    expect(policy).toContain(`frame-src ${here}/frame-3c4d.html grid.example/frame-3c4d.html`);
    expect(policy).toContain(`connect-src 'self' ws://${here} wss://${here} ws://grid.example wss://grid.example;`);
  });

  test("take nothing from a Host into a policy that would mean something there", async () => {
    const open = await httpGrid({ site: siteIn(folder)!, place: { host: "0.0.0.0", publicUrl: null } });
    const headers = { Host: "a;script-src *" };
    const policy = await new Promise((resolve) => {
      request(`${open.url}/`, { headers }, (response) => {
        response.resume();
        resolve(response.headers["content-security-policy"]);
      }).end();
    });
    await open.close();
    expect(policy).toContain("frame-src 'none'");
    expect(policy).not.toContain("script-src *");
  });

  test("answer no other method", async () => {
    expect((await fetch(`${grid.url}/jobs`, { method: "POST" })).status).toBe(405);
  });
});

describe("the frame", () => {
  test("[P9] is an origin of its own with one script, and no way out", async () => {
    const response = await get("/frame-3c4d.html");
    const policy = policyOf(response);
    expect(policy).toContain("sandbox allow-scripts; default-src 'none'");
    expect(policy).not.toContain("allow-same-origin");
    expect(policy).toContain("script-src 'sha256-aGFzaA==' 'wasm-unsafe-eval' blob:;");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain(`frame-ancestors 127.0.0.1:${grid.port} grid.example`);
    expect(response.headers["x-frame-options"]).toBeUndefined();
  });
});

describe("without a site", () => {
  test("a visitor is told what to do", async () => {
    const unbuilt = await httpGrid();
    const response = await fetch(`${unbuilt.url}/`);
    expect(response.status).toBe(404);
    expect(((await response.json()) as { detail: string }).detail).toContain("npm run build");
    await unbuilt.close();
  });

  test("a folder with nothing in it is none", () => {
    expect(siteIn(join(folder, "nowhere"))).toBeNull();
  });
});
