/** `valence work`: lends this machine to a grid until it is told to stop. */
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { parseAtomId } from "@valence/shared/atom-id";
import type { Ending } from "@valence/shared/client/news";
import type { VolunteerClient } from "@valence/shared/client/volunteer-client";
import { SLOTS_MAX } from "@valence/shared/limits";
import { safeText } from "@valence/shared/safe-text";
import { type Command, Option } from "commander";
import type { VolunteerOptions } from "../volunteer/start-volunteer.js";
import { EXIT, FailedError, UsageError } from "./exit-code.js";
import { addressOf, type GridFlags, withGrid } from "./grid-options.js";
import { parseWhole } from "./numbers.js";
import { Output } from "./output.js";
import { stopRequest, untilStopped } from "./stop.js";
import { WorkScreen } from "./work-screen.js";

/** What runs gets so long to end by itself, and then the rest of the ten seconds that a stop may take. */
const FINISH_MS = 3_000;
const STOP_MS_MAX = 9_000;
const EXECUTORS = ["auto", "deno", "bwrap", "thread"] as const;

const TEXT = `
Whose code runs here: an atom is foreign unless you pin it by its hash, or it was published with the token that this client has
(--token, VALENCE_TOKEN, or the one in the data folder of a coordinator on this machine). The executor "thread", the only one of
this version, runs atoms in threads of this process. It ends those that take too long or too much memory. It is no sandbox: an atom
in it can read and write your files, use your network and your keys, and end this process. So foreign atoms are refused, unless
you say --allow-unsandboxed: say it only where everyone who may submit to the grid may as well log in to this machine.

Examples:
  valence work
  valence work --url http://grid.example:8080 --threads 4 --allow-unsandboxed
  valence work --pin 88f882d32eefba770fe3c1f889ed8c8fc03cd3fe5270001545a97fb1ace5853c

Ctrl-C, SIGTERM and a closed session (SIGHUP) give back what is not done and exit 0; a second Ctrl-C or SIGTERM ends at once. nohup does
not keep it: to stay, run it as a service. A grid that refuses this client for good: 4, or 2 when one of the two is too old. A grid that
does not answer is tried again. The last line says what ended it; with --json that is "ended" of the last record.`;

type Flags = GridFlags & {
  readonly threads: number;
  readonly executor: (typeof EXECUTORS)[number];
  readonly allowUnsandboxed?: boolean;
  readonly pin: readonly string[];
  readonly dataDir?: string;
};

type Refusal = Extract<Ending, { reason: "refused" }>;

export function addWork(program: Command): void {
  const command = program
    .command("work")
    .summary("lend this machine to a grid")
    .description("Lends this machine to a grid: computes what it is given until it is told to stop.")
    .addOption(threadsOption())
    .addOption(new Option("--executor <kind>", "what keeps atoms in their place").choices(EXECUTORS).default("auto"))
    .option("--allow-unsandboxed", "run foreign atoms without a sandbox")
    .addOption(pinOption())
    .option("--data-dir <dir>", "folder of this client's identity (default: VALENCE_DATA_DIR, else ./data)");
  withGrid(command, "print what happens as lines of JSON").addHelpText("after", TEXT).action(work);
}

async function work(flags: Flags): Promise<void> {
  if (flags.executor !== "auto" && flags.executor !== "thread") {
    throw new UsageError(
      `This version does not have the executor ${flags.executor} yet; leave --executor out, or say thread.`,
    );
  }
  const { url, token } = addressOf(flags);
  const output = new Output({ json: flags.json === true });
  const screen = new WorkScreen(output, url);
  const { threads: slots, pin: pins, allowUnsandboxed = false } = flags;
  if (!allowUnsandboxed && token === null && pins.length === 0) screen.warnOfIdleness();
  const request = stopRequest({ onSecond: (by) => void screen.end({ reason: "cut", by }) });
  const dataDir = flags.dataDir ?? (process.env.VALENCE_DATA_DIR || "data");
  const volunteer = await joined({
    url,
    // A coordinator that starts on this machine at the same time may write its token only now.
    token: () => token ?? addressOf(flags).token,
    slots,
    pins,
    allowUnsandboxed,
    dataDir,
    onNews: (news) => screen.tell(news),
  });
  screen.follow(volunteer);
  const stop = () => leave(volunteer, screen);
  const onLate = () => void screen.end({ reason: "cut", by: "time" });
  const signal = await untilStopped(request, { stop, maxMs: STOP_MS_MAX, onLate, ended: volunteer.ended });
  const ending = await volunteer.ended;
  if (ending.reason === "refused") {
    await screen.end(ending);
    tellRefusal(ending, output);
  } else if (signal !== null) await screen.end({ reason: "stopped", signal });
}

async function joined(options: Omit<VolunteerOptions, "executor">): Promise<VolunteerClient> {
  const [{ startVolunteer }, { threadExecutor }] = await Promise.all([
    import("../volunteer/start-volunteer.js"),
    import("../executors/thread.js"),
  ]);
  try {
    return await startVolunteer({ ...options, executor: threadExecutor() });
  } catch (cause) {
    throw new FailedError(`Cannot join: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

async function leave(volunteer: VolunteerClient, screen: WorkScreen): Promise<void> {
  screen.leaving();
  await Promise.race([volunteer.stop("finish"), delay(FINISH_MS, undefined, { ref: false })]);
  await volunteer.stop("now");
}

function tellRefusal({ code, message }: Refusal, output: Output): void {
  process.exitCode = code === "protocol_version" ? EXIT.usage : EXIT.notAllowed;
  const advice = code === "protocol_version" ? "Update Valence here or there, so that the versions fit." : "";
  output.note(`valence: The grid refuses this client: ${safeText(message)} (${safeText(code)}) ${advice}`.trimEnd());
}

function threadsOption(): Option {
  return new Option("--threads <n>", "electrons at a time")
    .default(Math.min(availableParallelism(), SLOTS_MAX), "one for each core")
    .argParser((text) => parseWhole(text, "--threads", { min: 1, max: SLOTS_MAX }));
}

function pinOption(): Option {
  return new Option("--pin <hash>", "run this foreign atom: its SHA-256 or its full id; may be repeated")
    .default([], "none")
    .argParser((text: string, before: readonly string[]) => {
      if (!/^[0-9a-f]{64}$/.test(text) && parseAtomId(text) === null) {
        throw new UsageError(
          `--pin is ${JSON.stringify(text)}; give 64 hexadecimal digits or an id such as pi@sha256-….`,
        );
      }
      return [...before, text];
    });
}
