/** A port that nobody has. */
import { createServer } from "node:net";

const PORTS_TRIED_MAX = 100;

/** The first free port from `first` on. @throws Error when the next hundred are taken, or none may be had */
export async function freePort(first: number, host: string): Promise<number> {
  for (let port = first; port < Math.min(first + PORTS_TRIED_MAX, 65_536); port++)
    if (await isFree(port, host)) return port;
  throw new Error(`Ports ${first} to ${first + PORTS_TRIED_MAX - 1} are all taken; set PORT to another one.`);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(new Error(`Port ${port} cannot be used: ${error.message}.`, { cause: error }));
    });
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
