/** Requests as the description would have them, and one part of them wrong at a time. */
import { type OutgoingHttpHeaders, request } from "node:http";
import { codesOf, type Described, operations } from "./description.js";

/** An operation, and a request that it takes. */
export type Asked = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
  /** Codes that it says it may be refused with. */
  readonly codes: readonly string[];
};

/** Every operation with a request for it; `id` is that of the path. */
export function requests(token: string, id: string): Asked[] {
  return operations().map((operation) => ({
    name: operation.name,
    method: operation.method.toUpperCase(),
    path: operation.path.replace("{id}", id),
    codes: Object.values(operation.responses).flatMap(codesOf),
    ...contentOf(operation, operation.security.length > 0 ? { Authorization: `Bearer ${token}` } : {}),
  }));
}

function contentOf({ requestBody }: Described, headers: OutgoingHttpHeaders): Pick<Asked, "headers" | "body"> {
  if (!requestBody?.required) return { headers, body: "" };
  const [media] = Object.entries(requestBody.content as Record<string, { example: unknown }>);
  const [type, { example }] = media as NonNullable<typeof media>;
  const body = typeof example === "string" ? example : JSON.stringify(example);
  return { headers: { ...headers, "Content-Type": type }, body };
}

/** Sends it with headers that `fetch` would not send, and resolves to the status and the code of a problem, once it is answered. */
export async function ask(
  port: number,
  { method, path, headers, body }: Asked,
): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      sent.destroy(); // it may not have sent all that it has announced
      const isProblem = response.headers["content-type"]?.startsWith("application/problem+json");
      resolve({ status: response.statusCode ?? 0, code: isProblem ? JSON.parse(text).code : "" });
    });
    sent.once("error", reject);
    if (headers["Content-Length"] === undefined) sent.end(body);
    else sent.flushHeaders();
  });
}
