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
import { linkAfter, type Notice, noticeAfter } from "./notice.js";
import type { FromSession, SessionStart, ToSession } from "./session-messages.js";
import { tellRegularly } from "./telling.js";
import { webClock } from "./web-clock.js";

/** A stop is over within a second, whether or not the coordinator says goodbye. */
const STOP_MS = 900;

const clock = webClock();
let volunteer: Promise<VolunteerClient> | null = null;
let link: Link = "connecting";
let notice: Notice | null = null;

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
  const endTelling = tellRegularly({
    clock,
    date: Date.now,
    tell: () => tell(client),
    onSlept: () => say({ type: "slept" }),
  });
  void client.ended.then((ending) => {
    endTelling();
    tell(client);
    end(ending);
  });
  return client;
}

function learn(news: VolunteerNews): void {
  link = linkAfter(link, news);
  notice = noticeAfter(notice, news);
}

function tell({ counters, working }: VolunteerClient): void {
  say({ type: "state", link, counters, working, notice: notice?.text ?? null });
}

function end(ending: Ending): void {
  say({ type: "ended", ending });
}

function say(message: FromSession, ports: MessagePort[] = []): void {
  postMessage(message, { transfer: ports });
}
