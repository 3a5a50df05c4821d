/** A site of a few fixed answers, for tests of what watches pages. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** By path; what is not there is not found. */
export type Answers = Readonly<
  Record<string, { readonly type: string; readonly policy?: string; readonly body: string }>
>;

export type SmallSite = { readonly url: string; close(): Promise<void> };

/** On a free port of 127.0.0.1, so that `localhost` is another host. */
export async function smallSite(answers: Answers): Promise<SmallSite> {
  const server = createServer(({ url = "" }, response) => {
    const { type, policy, body } = answers[url] ?? { type: "text/plain", body: "" };
    if (policy !== undefined) response.setHeader("Content-Security-Policy", policy);
    response.writeHead(url in answers ? 200 : 404, { "Content-Type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
