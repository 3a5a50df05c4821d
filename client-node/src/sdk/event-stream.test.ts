import fc from "fast-check";
import { expect, test } from "vitest";
import { type Message, messagesOf } from "./event-stream.js";

async function messages(...chunks: (string | Uint8Array)[]): Promise<Message[]> {
  const list: Message[] = [];
  const bytes = chunks.map((chunk) => (typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk));
  for await (const message of messagesOf(
    (async function* () {
      yield* bytes;
    })(),
  ))
    list.push(message);
  return list;
}

test("messages have a name and data of any number of lines; comments, ids and what has no data are none", async () => {
  const text = [
    ":\n\n: a comment\nid: 1\ndata: one\n\n",
    "event: reset\ndata:  two \ndata\ndata:three: 3\n\n",
    "event: nothing\n\nretry: 5\ndata: four\r\n\r\n",
  ];
  expect(await messages(...text)).toEqual([
    { event: "message", data: "one" },
    { event: "reset", data: " two \n\nthree: 3" },
    { event: "message", data: "four" },
  ]);
});

test("a message that the stream ends in was cut: between lines it is not given, within one it is an error", async () => {
  expect(await messages("data: one\n\ndata: two\n")).toEqual([{ event: "message", data: "one" }]);
  await expect(messages("data: one\n\ndata: tw")).rejects.toThrow("cut within a line");
});

test("wherever the bytes are cut, the messages are the same", async () => {
  const text = "id: 1\ndata: größer\n\n:\n\nevent: end\ndata: 😀\n\n";
  const bytes = new TextEncoder().encode(text);
  const whole = await messages(bytes);
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const ends = [...places, bytes.length].sort((a, b) => a - b);
      expect(await messages(...ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)))).toEqual(whole);
    }),
  );
});
