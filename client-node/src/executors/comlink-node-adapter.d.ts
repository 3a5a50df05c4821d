/** Comlink ships no types for this file that NodeNext finds. */
declare module "comlink/dist/esm/node-adapter.mjs" {
  import type { MessagePort, Worker } from "node:worker_threads";
  import type { Endpoint } from "comlink";
  // biome-ignore lint/style/noDefaultExport: it is Comlink's
  export default function nodeEndpoint(port: MessagePort | Worker): Endpoint;
}
