/** The link of a Node client to a coordinator. */
import type { Conductor } from "@valence/shared/client/conductor";
import { socketIoConductor as conductorOver, type Greeting } from "@valence/shared/client/socket-io";
import { nodeClock } from "../node-clock.js";

export type SocketIoOptions = {
  /** Of the coordinator, such as `http://127.0.0.1:8080`; it may stand behind a proxy, under a path. */
  readonly url: string;
  readonly greeting: Greeting;
  /** Uniform in `[0, 1)`. */
  readonly random?: () => number;
  readonly handshakeMs?: number;
};

export function socketIoConductor({ url, greeting, random = Math.random, handshakeMs }: SocketIoOptions): Conductor {
  const { origin, pathname } = new URL(url);
  const path = `${pathname.replace(/\/+$/, "")}/socket.io`;
  return conductorOver({ origin, path, greeting, clock: nodeClock, random, handshakeMs });
}
