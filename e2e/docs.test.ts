import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { operations } from "@valence/coordinator/testing/description";
import { ERRORS, type ErrorCode, FAILURES, JOB_FAILURES, REVOCATIONS } from "@valence/shared/errors";
import { jobEvent } from "@valence/shared/job-event";
import { down } from "@valence/shared/protocol/down";
import { PROTOCOL_VERSION } from "@valence/shared/protocol/fields";
import { up } from "@valence/shared/protocol/up";
import { REASONS } from "@valence/shared/reasons";
import { REMEDIES } from "@valence/shared/remedies";
import { describe, expect, test } from "vitest";
import type * as z from "zod/mini";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

describe("docs/PROTOCOL.md", () => {
  const page = read("docs/PROTOCOL.md");

  test("names the version", () => {
    expect(page).toContain(`protocol version **${PROTOCOL_VERSION}**`);
  });

  test.each([...Object.entries(up), ...Object.entries(down)])("has %s with each of its fields", (type, schema) => {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${type}\` |`));
    expect(row).toBeDefined();
    for (const field of Object.keys((schema as z.ZodMiniObject).shape)) expect(row).toContain(`\`${field}\``);
  });

  test("has every word of the paths that are described", () => {
    const section = page.slice(page.indexOf("\n## HTTP"), page.indexOf("\n## `/watch`"));
    const words = operations().flatMap(({ path }) => path.replace("/api/v1", "").split(/[/{}]+/));
    for (const word of new Set(words)) expect(section).toMatch(new RegExp(`\\b${word}\\b`));
  });

  test("has every code of a refusal with its status and what to do, and no other", () => {
    const section = page.slice(page.indexOf("\n## Refusals"), page.indexOf("\n## Failures of an electron"));
    const listed = [...section.matchAll(/^\| `(\w+)` \| (\d+) \| (\S.*) \|$/gm)].map(([, code, status, remedy]) => {
      return [code, Number(status), remedy];
    });
    const known = Object.entries(ERRORS).map(([code, { status }]) => [code, status, REMEDIES[code as ErrorCode]]);
    expect(listed.toSorted()).toEqual(known.toSorted());
  });

  test("has every code of a failed electron and of a failed job, and no other", () => {
    const electrons = page.slice(page.indexOf("\n## Failures of an electron"), page.indexOf("\n## Failures of a job"));
    const jobs = page.slice(page.indexOf("\n## Failures of a job"), page.indexOf("\n## Revocations"));
    expect(codesOf(electrons)).toEqual(Object.keys(FAILURES).toSorted());
    expect(codesOf(jobs)).toEqual(Object.keys(JOB_FAILURES).toSorted());
  });

  test("has every kind of event with each of its fields, and no other", () => {
    const section = page.slice(page.indexOf("\n## Events"), page.indexOf("\n## `/watch`"));
    const rows = [...section.matchAll(/^\| (`\w+`(?: · `\w+`)*) \| (.*?) \|/gm)];
    const listed = rows.flatMap(([, kinds = "", fields = ""]) => wordsIn(kinds).map((kind) => [kind, fields] as const));
    const known = jobEvent.options.flatMap(({ shape: { kind, number, at, ...fields } }) => {
      const kinds = "options" in kind ? kind.options : [kind.value];
      return kinds.map((each) => [each, Object.keys(fields)] as const);
    });
    expect(listed.map(([kind]) => kind).toSorted()).toEqual(known.map(([kind]) => kind).toSorted());
    for (const [kind, fields] of known)
      expect(wordsIn(listed.find((row) => row[0] === kind)?.[1] ?? "")).toEqual(expect.arrayContaining(fields));
  });

  test("has every reason of a revocation, and no other", () => {
    const section = page.slice(page.indexOf("\n## Revocations"), page.indexOf("\n## Reasons"));
    expect(codesOf(section)).toEqual(Object.keys(REVOCATIONS).toSorted());
  });

  test("has every reason why a job does not run, and no other", () => {
    expect(codesOf(page.slice(page.indexOf("\n## Reasons")))).toEqual(Object.keys(REASONS).toSorted());
  });
});

describe("docs/SPEC.md", () => {
  const rules = [...read("docs/SPEC.md").matchAll(/^- \*\*([A-Z]\d+)\*\* \S/gm)].map(([, rule]) => rule as string);
  const cited = new Map(testFiles().flatMap((path) => citationsIn(path).map((rule) => [rule, path] as const)));

  test("has each of its rules once", () => {
    expect(rules.length).toBeGreaterThan(50);
    expect(rules.filter((rule, i) => rules.indexOf(rule) !== i)).toEqual([]);
  });

  test("has every rule that a test cites", () => {
    expect([...cited].filter(([rule]) => !rules.includes(rule))).toEqual([]);
  });

  test("has no rule that nobody tests", () => {
    expect(rules.filter((rule) => !cited.has(rule))).toEqual([]);
  });
});

/** Tests, and the contract suites that are tests of many. */
function testFiles(): string[] {
  const packages = ["shared/src", "coordinator/src", "client-node/src", "client-web/src", "examples", "e2e"];
  return packages.flatMap((name) => {
    const folder = fileURLToPath(new URL(name, root));
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const tests = paths.filter(
      (path) => /(\.test|\.spec|contract[\w-]*)\.ts$/.test(path) && !/^(dist|node_modules)\b/.test(path),
    );
    return tests.map((path) => join(folder, path));
  });
}

/** Rules at the beginning of a title: `"[L1] [L2] the clock …"`. */
function citationsIn(path: string): string[] {
  const titles = readFileSync(path, "utf8").matchAll(/["`]((?:\[[A-Z]\d+\] )+)/g);
  return [...titles].flatMap(([, rules = ""]) => rules.match(/[A-Z]\d+/g) ?? []);
}

function wordsIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word as string);
}

function codesOf(section: string): string[] {
  return [...section.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, code]) => code as string).toSorted();
}
