import { readFileSync } from "node:fs";
import { ERRORS, FAILURES, JOB_FAILURES, REVOCATIONS } from "@valence/shared/errors";
import { down } from "@valence/shared/protocol/down";
import { PROTOCOL_VERSION } from "@valence/shared/protocol/fields";
import { up } from "@valence/shared/protocol/up";
import { describe, expect, test } from "vitest";
import type * as z from "zod";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

describe("docs/PROTOCOL.md", () => {
  const page = read("docs/PROTOCOL.md");

  test("names the version", () => {
    expect(page).toContain(`protocol version **${PROTOCOL_VERSION}**`);
  });

  test.each([...Object.entries(up), ...Object.entries(down)])("has %s with each of its fields", (type, schema) => {
    const [row] = rowsOf(page, [type]);
    for (const field of Object.keys((schema as z.ZodObject).shape)) expect(row).toContain(`\`${field}\``);
  });

  test("has every code of a refusal with its status, and no other", () => {
    const section = page.slice(page.indexOf("\n## Refusals"), page.indexOf("\n## Failures of an electron"));
    const listed = [...section.matchAll(/^\| `(\w+)` \| (\d+) \| \S/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    const known = Object.entries(ERRORS).map(([code, { status }]) => [code, status]);
    expect(listed.toSorted()).toEqual(known.toSorted());
  });

  test("has every code of a failed electron and of a failed job, and no other", () => {
    const electrons = page.slice(page.indexOf("\n## Failures of an electron"), page.indexOf("\n## Failures of a job"));
    const jobs = page.slice(page.indexOf("\n## Failures of a job"), page.indexOf("\n## Revocations"));
    expect(codesOf(electrons)).toEqual(Object.keys(FAILURES).toSorted());
    expect(codesOf(jobs)).toEqual(Object.keys(JOB_FAILURES).toSorted());
  });

  test("has every reason of a revocation, and no other", () => {
    expect(codesOf(page.slice(page.indexOf("\n## Revocations")))).toEqual(Object.keys(REVOCATIONS).toSorted());
  });
});

function rowsOf(page: string, names: readonly string[]): string[] {
  return names.map((name) => {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row, `a row for ${name}`).toBeDefined();
    return row ?? "";
  });
}

function codesOf(section: string): string[] {
  return [...section.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, code]) => code as string).toSorted();
}
