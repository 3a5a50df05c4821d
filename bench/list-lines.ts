/** The list that no-op electrons are made of: one small object a line. */
const CHUNK_LENGTH = 64 * 1024;

/** `count` lines `{"n": 0}`, `{"n": 1}`, …, in pieces of 64 KiB. */
export function* listLines(count: number): Generator<Buffer, void, void> {
  let text = "";
  for (let n = 0; n < count; n++) {
    text += `{"n":${n}}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}
