import { beforeEach, expect, test } from "vitest";
import { atomIdOf, sha256Hex } from "../atom-id.js";
import { type AtomSources, atomSources, KEPT_MAX } from "./atom-sources.js";

const sourceOf = (name: string) => Uint8Array.from(name, (letter) => letter.charCodeAt(0));
const atom = (name: string) => atomIdOf(name, sha256Hex(sourceOf(name)));

let read: string[];
let sources: AtomSources;
beforeEach(() => {
  read = [];
  const reader = {
    read: async (path: string) => {
      const name = path.split("/").at(-2)?.split("@")[0] ?? "";
      read.push(name);
      return sourceOf(name);
    },
    close: () => {},
  };
  const clock = { now: () => 0, after: () => () => {}, soon: () => {} };
  sources = atomSources({ reader, clock, random: () => 0 });
});

test(`[M1] ${KEPT_MAX} sources are kept; one more takes the place of the one that was used least recently`, async () => {
  const names = Array.from({ length: KEPT_MAX }, (_, n) => `a${n}`);
  for (const name of [...names, "a0"]) await sources.get(atom(name));
  expect(read).toEqual(names);
  await sources.get(atom("more"));
  read = [];
  for (const name of ["a0", "more", "a2"]) await sources.get(atom(name));
  expect(read).toEqual([]);
  expect(await sources.get(atom("a1"))).toEqual(sourceOf("a1"));
  expect(read).toEqual(["a1"]);
});
