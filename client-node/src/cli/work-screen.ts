/** What a volunteer shows of itself: a line that is written over on a terminal, plain lines elsewhere, or JSON. */
import { atomShort } from "@valence/shared/atom-name";
import type { Ending, VolunteerNews } from "@valence/shared/client/news";
import type { Counters } from "@valence/shared/client/tally";
import { count, duration, short } from "@valence/shared/human";
import { safeText } from "@valence/shared/safe-text";
import type { Output } from "./output.js";
import type { StopSignal } from "./stop.js";

const DRAW_MS = 250;
const PLAIN_MS = 10_000;
/** Declined atoms that are told by name; a grid may have any number of them. */
const DECLINED_MAX = 100;

/** What is shown of a volunteer. */
type Working = { readonly slots: number; readonly counters: Counters };
type Link = "connecting" | "connected" | "away" | "leaving";

/** What ended the command: a signal in order, what cut that short, or the coordinator for good. */
export type WhyEnded =
  | { readonly reason: "stopped"; readonly signal: StopSignal }
  | { readonly reason: "cut"; readonly by: StopSignal | "time" }
  | Extract<Ending, { reason: "refused" }>;

export class WorkScreen {
  readonly #output: Output;
  readonly #url: string;
  readonly #declined = new Set<string>();
  #link: Link = "connecting";
  #working: Working | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output, url: string) {
    this.#output = output;
    this.#url = url;
  }

  warnOfIdleness(): void {
    this.#note(
      "Without a token, a --pin or --allow-unsandboxed, every atom is foreign and none will run here. See: valence work --help",
    );
  }

  follow(working: Working): void {
    this.#working = working;
    const lively = this.#output.live().lively && !this.#output.json;
    this.#timer = setInterval(() => void this.#show(), lively ? DRAW_MS : PLAIN_MS);
  }

  tell(news: VolunteerNews): void {
    if (this.#output.json && news.type !== "progress" && news.type !== "log") void this.#output.record(news);
    if (news.type === "connected") this.#become("connected", `Connected to ${this.#url}`);
    if (news.type === "disconnected")
      this.#become("away", `No link to ${this.#url} (${safeText(news.reason)}); trying again`);
    if (news.type === "refused" && news.retryMs !== null) {
      this.#become("away", `Sent away: ${safeText(news.message)}; trying again in ${duration(news.retryMs)}`);
    }
    if (news.type === "declined") this.#decline(news.atom, news.message);
  }

  leaving(): void {
    this.#become("leaving", "Giving back what is not done; again to end at once");
  }

  /** The last line. All of it is written before the first wait, so that the process may end right after the call. */
  async end(why: WhyEnded): Promise<void> {
    clearInterval(this.#timer);
    this.#output.live().clear();
    const counters = this.#working?.counters;
    if (this.#output.json) return this.#output.record({ type: "counters", ...counters, ended: why });
    this.#note(`${whyEndedText(why)}Done here: ${doneText(counters ?? { electrons: 0, failures: 0 })}`);
  }

  #become(link: Link, text: string): void {
    if (this.#link === link) return;
    this.#link = link;
    this.#note(text);
  }

  #decline(atom: string, message: string): void {
    if (this.#declined.has(atom) || this.#declined.size >= DECLINED_MAX) return;
    this.#declined.add(atom);
    this.#note(`Not run here: ${safeText(atomShort(atom))}: ${safeText(message)}`);
  }

  async #show(): Promise<void> {
    if (this.#working === undefined) return;
    const { slots, counters } = this.#working;
    if (this.#output.json) return this.#output.record({ type: "counters", link: this.#link, ...counters });
    this.#output.live().show(() => workLine({ link: this.#link, slots, counters }), { soon: true });
  }

  #note(text: string): void {
    if (!this.#output.json) this.#output.note(text);
  }
}

/** One line: where the coordinator is, what the slots do, what was done. */
export function workLine({ link, slots, counters }: { link: string } & Working): string {
  const busy = `${counters.busy} of ${slots} slots busy`;
  const rate = counters.rate > 0 ? [`${short(counters.rate)} items/s`] : [];
  return [link, busy, doneText(counters), ...rate].join("  ");
}

/** A sentence and a space; nothing for a refusal, which is told in full after the last line. */
export function whyEndedText(why: WhyEnded): string {
  if (why.reason === "refused") return "";
  if (why.reason === "stopped") return `Stopped by ${why.signal}. `;
  if (why.by === "time") return "Ended as it could not give back all in time. ";
  return `Ended at once by a second ${why.by}, what it was at undone. `;
}

function doneText({ electrons, failures }: Pick<Counters, "electrons" | "failures">): string {
  const done = `${count(electrons)} ${electrons === 1 ? "electron" : "electrons"} done`;
  return failures === 0 ? done : `${done}, ${count(failures)} failed`;
}
