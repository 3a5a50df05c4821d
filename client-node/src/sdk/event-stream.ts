/** Server-Sent Events out of a stream of bytes: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { allLinesOf } from "./ndjson.js";

/** A message that was dispatched; `event` is `message` where it has no name. Ids are in the data of ours. */
export type Message = { readonly event: string; readonly data: string };

/** A snapshot holds an aggregate of 16 MiB, in JSON. */
const LINE_LENGTH_MAX = 256 * 1024 * 1024;

/** Comments and messages without data are none; one that the stream ends in was cut, and is not given. */
export async function* messagesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Message, void, void> {
  let event = "message";
  let data: string[] = [];
  for await (const line of allLinesOf(bytes, LINE_LENGTH_MAX)) {
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text !== "") {
      const { field, value } = fieldOf(text);
      if (field === "event") event = value;
      else if (field === "data") data.push(value);
      continue;
    }
    if (data.length > 0) yield { event, data: data.join("\n") };
    event = "message";
    data = [];
  }
}

/** One space after the colon is not part of the value; a comment is a field without a name. */
function fieldOf(line: string): { field: string; value: string } {
  const colon = line.indexOf(":");
  if (colon < 0) return { field: line, value: "" };
  return { field: line.slice(0, colon), value: line.slice(colon + (line[colon + 1] === " " ? 2 : 1)) };
}
