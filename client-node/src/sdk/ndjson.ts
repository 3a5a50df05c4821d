/** Lines out of a stream of bytes, a chunk at a time: what is not asked for is not read. */

/** One line of results holds one result, so this is far above what a coordinator sends. */
const LINE_LENGTH_MAX = 32 * 1024 * 1024;

/** Each line without its end, but for empty ones. A stream that ends within a line was cut, which is an error. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  for await (const line of allLinesOf(bytes, LINE_LENGTH_MAX)) if (line !== "") yield line;
}

/** As `linesOf`, with the empty ones. @param lengthMax of a line without its end, in UTF-16 units: a longer one is an error */
export async function* allLinesOf(
  bytes: AsyncIterable<Uint8Array>,
  lengthMax: number,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const pieces = decoder.decode(chunk, { stream: true }).split("\n");
    pieces[0] = rest + pieces[0];
    rest = pieces.pop() ?? "";
    for (const line of pieces) yield within(lengthMax, line);
    within(lengthMax, rest);
  }
  if (rest !== "") throw new Error("the stream was cut within a line");
}

function within(lengthMax: number, line: string): string {
  if (line.length > lengthMax) throw new Error(`a line is longer than ${lengthMax} characters`);
  return line;
}
