/** An HTTP server that answers as a test wants, on a free port of loopback. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type PlainServer = {
  readonly url: string;
  /** `GET /api/v1/jobs`, in the order of the requests. */
  readonly asked: string[];
  /** The headers of each. */
  readonly heads: IncomingHttpHeaders[];
  /** Cuts every connection and listens no more. */
  close(): Promise<void>;
};

/** @param port 0 for a free one */
export async function plainServer(
  answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
  port = 0,
): Promise<PlainServer> {
  const asked: string[] = [];
  const heads: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    heads.push(request.headers);
    answer(request, response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: free } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${free}`,
    asked,
    heads,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
