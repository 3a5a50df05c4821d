/** Server-Sent Events out of a response, by the parts of the specification that a coordinator uses. */

export type Message = { readonly id: string; readonly event: string; readonly data: unknown };

/** Each message as it comes; comments are none. */
export async function* messagesOf(response: Response): AsyncGenerator<Message, void, void> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) if (!block.startsWith(":")) yield messageOf(block);
  }
}

function messageOf(block: string): Message {
  const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/s) as [string, string]));
  const { id = "", event = "message", data = "null" } = Object.fromEntries(fields);
  return { id, event, data: JSON.parse(data) };
}
