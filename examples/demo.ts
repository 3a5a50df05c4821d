/** `npm run demo`: a coordinator and two clients on this machine compute π, and stay for jobs of your own. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleAtom } from "@valence/client-node/bundle";
import { interruptible } from "@valence/client-node/cli/interrupt";
import { connect } from "@valence/client-node/sdk/connect";
import type { Job } from "@valence/client-node/sdk/job";
import { hasEnded, type JobView } from "@valence/shared/job-view";
import { demoFolder, type Folder } from "./demo/folder.js";
import { Screen } from "./demo/screen.js";
import { type Address, Stage } from "./demo/stage.js";

const ATOM = fileURLToPath(new URL("../monte-carlo-pi/atom.ts", import.meta.url));
const CLIENTS = 2;
/** Some 8 s for two cores. */
const DARTS = 1_000_000_000;
const CHUNK = 2_000_000;
const SEED = 314_159;
const PORT_DEFAULT = 8080;
const INTERRUPTED = 130;

const HELP = `Usage: npm run demo [-- --once]

Starts a coordinator and two clients on this machine, lets them compute π, and goes on serving until Ctrl-C.

  --once   end after the result: exit code 0, or 1 when there is none
  --help   show this

PORT is where to begin to look for a free port (default: ${PORT_DEFAULT}). VALENCE_DATA_DIR is a folder to keep everything in; without it the
demo keeps nothing.`;

/** Runs the demo to its end, for an exit code. Leaves no process behind, and no folder that it made. */
export async function demo(argv: string[]): Promise<number> {
  try {
    const { once, help } = optionsOf(argv);
    if (help) console.log(HELP);
    return help ? 0 : await onStage(demoFolder(process.env), once);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

class UsageError extends Error {}

function optionsOf(argv: string[]): { once: boolean; help: boolean } {
  try {
    const { values } = parseArgs({ args: argv, options: { once: { type: "boolean" }, help: { type: "boolean" } } });
    return { once: values.once === true, help: values.help === true };
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)} (try --help)`, { cause });
  }
}

function onStage(folder: Folder, once: boolean): Promise<number> {
  const stage = new Stage(folder);
  const screen = new Screen();
  return interruptible(async (signal) => {
    let code = INTERRUPTED;
    try {
      await unlessEnded({ stage, signal }, async () => {
        const address = await open(stage, screen);
        code = await computePi(address, screen, signal);
        if (once || code !== 0) return;
        invite(address, folder, screen);
        await new Promise(() => {});
      });
    } finally {
      if (signal.aborted) screen.line(`${screen.isTerminal ? "\r" : ""}Ending.`);
      await stage.end();
    }
    return code;
  });
}

/** Runs `act` until it ends, someone interrupts it, or a process of the stage ends before its time. */
async function unlessEnded(ends: { stage: Stage; signal: AbortSignal }, act: () => Promise<void>): Promise<void> {
  const { stage, signal } = ends;
  const interrupted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  const fallen = stage.fallen.then((sentence) => {
    throw new Error(sentence);
  });
  const acted = act().catch((error: unknown) => {
    if (!signal.aborted) throw error; // what is cut short complains
  });
  await Promise.race([interrupted, fallen, acted]);
}

async function open(stage: Stage, screen: Screen): Promise<Address> {
  screen.line();
  screen.line(screen.bold("Valence: a volunteer compute grid, all of it on this machine"));
  screen.line();
  const address = await stage.coordinate(firstPort());
  screen.fact("coordinator", addressText(address, screen));
  const threads = Math.max(1, Math.floor(availableParallelism() / CLIENTS));
  const names = Array.from({ length: CLIENTS }, (_, i) => `client-${i + 1}`);
  await Promise.all(names.map((name) => stage.lend(name, threads, address)));
  screen.fact("clients", `${CLIENTS}, each with ${threads} ${threads === 1 ? "thread" : "threads"}`);
  screen.fact("sandbox", "none, so they run with --allow-unsandboxed: only the holder of this grid's token can submit");
  return address;
}

function firstPort(): number {
  const text = process.env.PORT || String(PORT_DEFAULT);
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`PORT is ${JSON.stringify(text)}, not a port from 0 to 65535.`);
}

/** The exit code that the job deserves. */
async function computePi({ url, token }: Address, screen: Screen, signal: AbortSignal): Promise<number> {
  const grid = connect({ url, token });
  const { id: atom } = await grid.publish(await bundleAtom(ATOM), { signal });
  const input = { range: { from: 0, to: DARTS, chunk: CHUNK } };
  const job = await grid.submit({ name: "π by darts", atom, input, reduce: "mean", seed: SEED }, { signal });
  screen.fact(
    "job",
    `${DARTS.toLocaleString("en-US")} darts at a square, seed ${SEED}; 4 × the share in the circle is π`,
  );
  screen.line();
  const end = await watched(job, screen, signal);
  if (end.state === "succeeded") {
    screen.answer(end);
    return 0;
  }
  screen.line(`The job has ${end.state}${end.error === null ? "" : `: ${end.error.message} (${end.error.code})`}.`);
  return 1;
}

async function watched(job: Job<unknown>, screen: Screen, signal: AbortSignal): Promise<JobView> {
  for await (const view of job.watch({ signal })) {
    if (hasEnded(view.state)) return view;
    screen.progress(view);
  }
  throw new Error("The watch ended before its job.");
}

/** What to do next, where the grid goes on serving. */
function invite(address: Address, folder: Folder, screen: Screen): void {
  const url = address.url.endsWith(`:${PORT_DEFAULT}`) ? "" : ` VALENCE_URL=${address.url}`;
  screen.line();
  screen.fact("look, join", addressText(address, screen));
  screen.fact("submit", `export VALENCE_DATA_DIR=${folder.path}${url}`);
  screen.fact("", "npx --no valence run examples/prime-count/atom.ts --range 0..1e7 --reduce sum");
  screen.line();
  screen.line(`Serving until Ctrl-C${folder.temporary ? ", and then all of it is gone" : ""}.`);
}

/** With the token where a person looks: the page takes it from there. */
function addressText({ url, token }: Address, screen: Screen): string {
  return screen.isTerminal ? `${url}/#token=${token}` : url;
}
