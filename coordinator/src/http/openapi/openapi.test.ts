import { ERRORS } from "@valence/shared/errors";
import type { Router } from "express";
import { describe, expect, test } from "vitest";
import { gridMetrics } from "../../metrics.js";
import { codesOf, description, operations } from "../../testing/description.js";
import { fakeApi } from "../../testing/fake-api.js";
import { memoryLog } from "../../testing/http-grid.js";
import { check } from "../../testing/witness.js";
import { adminTokens } from "../../tokens.js";
import { httpApp } from "../app.js";
import { siteRoutes } from "../site.js";
import type { Schema } from "./schemas.js";

const place = { host: "127.0.0.1", publicUrl: null };

type Layer = {
  readonly route?: { readonly path: string | string[]; readonly methods: Record<string, boolean> };
  readonly handle: unknown;
};

/** `GET /path` of every route of a router and of those within it. */
function routesIn(router: { readonly stack: readonly unknown[] }): string[] {
  return (router.stack as Layer[]).flatMap(({ route, handle }) => {
    if (!route) return isRouter(handle) ? routesIn(handle) : [];
    const methods = Object.keys(route.methods).filter((method) => method !== "_all");
    return [route.path]
      .flat()
      .flatMap((path) => methods.map((method) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`));
  });
}

function isRouter(handle: unknown): handle is Router {
  return typeof handle === "function" && "stack" in handle;
}

describe("the description", () => {
  test("[H11] has every route that is served, the pages aside, and no other", () => {
    const api = fakeApi();
    const parts = { api, metrics: gridMetrics(api), operator: null, tokens: adminTokens("t"), log: memoryLog([]) };
    const app = httpApp({ ...parts, place, site: null });
    const pages = routesIn(siteRoutes(null, place));
    const served = routesIn(app.router as unknown as Router).filter((each) => !pages.includes(each));
    expect(served.sort()).toEqual(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    );
    expect(served.length).toBeGreaterThan(20);
  });

  test("has every code of a refusal, but for those of sockets and of what it does not describe", () => {
    const codes = new Set(operations().flatMap(({ responses }) => Object.values(responses).flatMap(codesOf)));
    const missing = Object.keys(ERRORS).filter((code) => !codes.has(code));
    const sockets = ["protocol_version", "bad_signature", "bad_message", "message_too_large", "session_in_use"];
    expect(missing.sort()).toEqual(["method_not_allowed", ...sockets].sort());
  });

  test("names each operation once, with a line and in a group", () => {
    const { tags } = description();
    expect(new Set(operations().map(({ name }) => name)).size).toBe(operations().length);
    for (const { name, summary, tags: own } of operations()) {
      expect(summary, name).toMatch(/^[A-Z].*[^.]$/);
      expect(tags.map((tag) => tag.name)).toContain(own[0]);
    }
  });

  test("refers to what it has", () => {
    const text = JSON.stringify(description());
    for (const [, path = ""] of text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)) {
      const [kind = "", name = ""] = path.split("/");
      expect((description().components as Record<string, Record<string, unknown>>)[kind], path).toHaveProperty([name]);
    }
    expect(text).not.toContain("ruleWithin");
  });

  test.each(examples())("has an example of %s that is one", (_, schema, example) => check(schema, example));
});

/** Of schemas, and of what is sent and answered. */
function examples(): [string, Schema, unknown][] {
  const named = Object.entries(description().components.schemas).flatMap(([name, schema]) =>
    ((schema.examples as unknown[]) ?? []).map((example): [string, Schema, unknown] => [name, schema, example]),
  );
  const given = operations().flatMap(({ name, parameters }) =>
    parameters.flatMap(({ name: parameter, schema, example }): [string, Schema, unknown][] => {
      if (example === undefined) return [];
      return [[`${parameter} of ${name}`, schema, example]];
    }),
  );
  const carried = operations().flatMap(({ name, requestBody, responses }) => [
    ...(requestBody ? examplesIn(`the body of ${name}`, requestBody) : []),
    ...Object.entries(responses).flatMap(([status, response]) => examplesIn(`${status} of ${name}`, response)),
  ]);
  return [...named, ...given, ...carried];
}

/** Of what a body or an answer may hold: its contents, and its headers. */
function examplesIn(what: string, { content = {}, headers = {} }: Schema): [string, Schema, unknown][] {
  return [content, headers].flatMap((parts) =>
    Object.entries(parts as Record<string, Schema>).flatMap(([part, { schema, example, examples }]) => {
      const own = (schema as Schema | undefined)?.examples ?? [];
      const others = Object.values((examples ?? {}) as Record<string, { value: unknown }>).map(({ value }) => value);
      const all = [...(example === undefined ? [] : [example]), ...others, ...(own as unknown[])];
      return all.map((one): [string, Schema, unknown] => [`${part} in ${what}`, schema as Schema, one]);
    }),
  );
}
