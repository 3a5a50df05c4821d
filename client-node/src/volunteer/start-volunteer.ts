/** Lends this computer to a coordinator. */
import { randomBytes } from "node:crypto";
import type { Executor } from "@valence/shared/client/executor";
import type { VolunteerNews } from "@valence/shared/client/news";
import { VolunteerClient } from "@valence/shared/client/volunteer-client";
import { NAME_LENGTH_MAX } from "@valence/shared/limits";
import { cutUtf8 } from "@valence/shared/runner/cut";
import { loadIdentity } from "../conductor/identity.js";
import { socketIoConductor } from "../conductor/socket-io.js";
import { nodeClock } from "../node-clock.js";
import { httpSources } from "./http-sources.js";

export type VolunteerOptions = {
  /** Of the coordinator, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Workers at a time, at most SLOTS_MAX. */
  readonly slots: number;
  readonly executor: Executor;
  /** Where this client's identity is kept. */
  readonly dataDir: string;
  /** Runs strangers' atoms although the executor is no sandbox. */
  readonly allowUnsandboxed?: boolean;
  /** Atoms that are the client's own, by id or by their SHA-256 in hexadecimal. */
  readonly pins?: readonly string[];
  /** Of the operator: atoms published with it are the client's own. */
  readonly token?: () => string | null;
  /** What runs here, for people; `node 20.20 linux` when not given. */
  readonly agent?: string;
  readonly onNews?: (news: VolunteerNews) => void;
};

/**
 * Connects and computes until `stop` is called or the coordinator refuses for good; see `ended`.
 *
 * @throws Error when the identity in the data folder cannot be read or made
 */
export async function startVolunteer(options: VolunteerOptions): Promise<VolunteerClient> {
  const { url, slots, executor, token = () => null, onNews } = options;
  const identity = await loadIdentity(options.dataDir);
  const session = randomBytes(16).toString("hex");
  const agent = cutUtf8(options.agent ?? agentHere(), NAME_LENGTH_MAX);
  return new VolunteerClient({
    slots,
    executor,
    conductor: socketIoConductor({ url, greeting: { identity, session, slots, agent, token } }),
    sources: httpSources({ url }),
    clock: nodeClock,
    allowUnsandboxed: options.allowUnsandboxed ?? false,
    pins: options.pins ?? [],
    hasToken: () => token() !== null,
    onNews,
  });
}

function agentHere(): string {
  return `node ${process.versions.node.split(".").slice(0, 2).join(".")} ${process.platform}`;
}
