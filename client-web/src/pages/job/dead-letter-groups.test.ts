import type { DeadLetterView } from "@valence/shared/job-view";
import fc from "fast-check";
import { expect, test } from "vitest";
import { groupDeadLetters } from "./dead-letter-groups.js";

function letter(electron: number, message: string, { code = "error", at = electron } = {}): DeadLetterView {
  const error = { attempt: 2, code, message, stack: null, volunteer: "v", at: new Date(1_000 * at).toISOString() };
  const before = { ...error, attempt: 1, message: "something else" };
  return { electron, item: electron, payload: null, attempts: 2, errors: [before, error] };
}

test("dead letters are together by what ended them, the most frequent first", () => {
  const groups = groupDeadLetters([
    letter(1, "bad"),
    letter(2, "worse"),
    letter(3, "bad"),
    letter(4, "bad", { code: "time_out" }),
  ]);
  expect(groups.map(({ code, message, members }) => [code, message, members.length])).toEqual([
    ["error", "bad", 2],
    ["error", "worse", 1],
    ["time_out", "bad", 1],
  ]);
});

test("messages that differ in their numbers only are alike", () => {
  const texts = ["row 7: -1.5e3 at 0xff", "row 4711: 2 at 0x1a", "row 8: 3,5 at 0x0"];
  const [group, ...more] = groupDeadLetters(texts.map((text, i) => letter(i, text)));
  expect(more).toEqual([]);
  expect(group).toMatchObject({ message: texts[0], alike: true });
  expect(groupDeadLetters([letter(1, "row 7"), letter(2, "row 7")])[0]?.alike).toBe(false);
});

test("a group knows its first and its last by time, whatever their electrons", () => {
  const [group] = groupDeadLetters([
    letter(1, "x", { at: 50 }),
    letter(2, "x", { at: 10 }),
    letter(3, "x", { at: 90 }),
  ]);
  expect([group?.first.letter.electron, group?.last.letter.electron]).toEqual([2, 3]);
  expect(group?.members.map((member) => member.letter.electron)).toEqual([1, 2, 3]);
});

test("each letter is in one group", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (messages) => {
      const letters = messages.map((message, i) => letter(i, message));
      const members = groupDeadLetters(letters).flatMap((group) => group.members.map((member) => member.letter));
      expect(members.toSorted((a, b) => a.electron - b.electron)).toEqual(letters);
    }),
  );
});
