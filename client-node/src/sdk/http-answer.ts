/** An answer over HTTP, and its text. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** One whose head has been read. Who has it reads the body to its end, or destroys it: until then it holds its connection. */
export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
};

const utf8 = new TextDecoder();

/** A success, of any kind. */
export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** The whole body. @throws what broke or ended it */
export function textOf({ body }: Answer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const fail = (): void => reject(body.errored ?? new Error("the connection broke"));
    if (body.destroyed) return fail();
    body.on("data", (chunk: Buffer) => chunks.push(chunk));
    body.once("end", () => resolve(utf8.decode(Buffer.concat(chunks))));
    body.once("close", fail); // after the end it changes nothing
  });
}

/** For a body that nobody wants: it is let pass, so that the connection serves the next call. Resolves though it breaks. */
export function passed({ body }: Answer): Promise<void> {
  return new Promise((resolve) => {
    if (body.destroyed) return resolve();
    body.resume();
    body.once("end", resolve).once("close", resolve);
  });
}
