/**
 * The yardstick of `upload` and `download`: a bare Express handler, in a process of its own, that writes what it is sent to a file,
 * and another one that sends the file. Neither looks at what it moves.
 */
import { createReadStream, createWriteStream } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import express from "express";
import { ended, inOwnProcess, ownArguments, said } from "./in-own-process.js";
import { ownFolder } from "./own-folder.js";

/** `url` takes a POST and answers a GET with what came last. */
export async function bareFiles(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { dir, remove } = ownFolder();
  const child = inOwnProcess(import.meta.url, [join(dir, "lines")]);
  const port = await said<number>(child);
  return {
    url: `http://127.0.0.1:${port}/lines`,
    close: async () => {
      await ended(child);
      await remove();
    },
  };
}

function serve(file: string): void {
  const app = express();
  app.post("/lines", async (request, response) => {
    await pipeline(request, createWriteStream(file));
    response.sendStatus(201);
  });
  app.get("/lines", (_request, response) => pipeline(createReadStream(file), response));
  const server = app.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

const [file] = ownArguments(import.meta.url) ?? [];
if (file !== undefined) serve(file);
