/**
 * The worker in which a tab's volunteer lives: link, deadlines and all timers, which go on while the page is hidden. The page lends
 * it a document for frames and shows what it says.
 */
import "./quiet-zod.js";
import { atomSources } from "@valence/shared/client/atom-sources";
import type { Ending, VolunteerNews } from "@valence/shared/client/news";
import { socketIoConductor } from "@valence/shared/client/socket-io";
import { VolunteerClient } from "@valence/shared/client/volunteer-client";
import { frameExecutor } from "./frame-executor.js";
import { httpReader } from "./http-sources.js";
import { loadIdentity } from "./identity.js";
import type { Link } from "./lending.js";
import { linkAfter, noticeOf } from "./notice.js";
import type { FromSession, SessionStart, ToSession } from "./session-messages.js";
import { webClock } from "./web-clock.js";

const TELL_MS = 250;
/** A timer that rings so late was asleep, and so was the whole tab. */
const SLEPT_MS = 15_000;
/** A stop is over within a second, whether or not the coordinator says goodbye. */
const STOP_MS = 900;

const clock = webClock();
let volunteer: Promise<VolunteerClient> | null = null;
let link: Link = "connecting";
let notice: string | null = null;

addEventListener("message", ({ data }: MessageEvent<ToSession>) => {
  if (data.type === "begin") {
    volunteer = begin(data);
    volunteer.catch((error: unknown) => end({ reason: "refused", code: "internal", message: String(error) }));
    return;
  }
  volunteer?.then((client) => client.stop(data.mode)).catch(() => {}); // it never began, and that was said
  // Here, and not in the page, whose timers wait for a minute while it is hidden.
  if (data.mode === "now") clock.after(STOP_MS, () => end({ reason: "stopped" }));
});

async function begin({ slots, session, origin, agent }: SessionStart): Promise<VolunteerClient> {
  const identity = await loadIdentity();
  const greeting = { identity, session, slots, agent, token: () => null };
  const { random } = Math;
  const client = new VolunteerClient({
    slots,
    clock,
    conductor: socketIoConductor({ origin, path: "/socket.io", greeting, clock, random }),
    executor: frameExecutor({
      clock,
      host: {
        open: (frame, port) => say({ type: "frame", frame }, [port]),
        close: (frame) => say({ type: "unframe", frame }),
      },
    }),
    sources: atomSources({ reader: httpReader(origin), clock, random }),
    allowUnsandboxed: false,
    pins: [],
    hasToken: () => false,
    onNews: learn,
  });
  const endTelling = tellRegularly(client);
  void client.ended.then((ending) => {
    endTelling();
    tell(client);
    end(ending);
  });
  return client;
}

function learn(news: VolunteerNews): void {
  link = linkAfter(link, news);
  notice = noticeOf(news) ?? notice;
}

/** The latest state, at a bounded rate; and that the computer slept, which shows in how late the timer rings. */
function tellRegularly(client: VolunteerClient): () => void {
  let due = Date.now() + TELL_MS;
  let off = clock.after(TELL_MS, ring);
  function ring(): void {
    if (Date.now() - due > SLEPT_MS) say({ type: "slept" });
    tell(client);
    due = Date.now() + TELL_MS;
    off = clock.after(TELL_MS, ring);
  }
  return () => off();
}

function tell({ counters, working }: VolunteerClient): void {
  say({ type: "state", link, counters, working, notice });
}

function end(ending: Ending): void {
  say({ type: "ended", ending });
}

function say(message: FromSession, ports: MessagePort[] = []): void {
  postMessage(message, { transfer: ports });
}
