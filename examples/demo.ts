/** `npm run demo`: a coordinator and two clients on this machine compute π, and stay for jobs of your own. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleAtom } from "@valence/client-node/bundle";
import { EXIT, UsageError } from "@valence/client-node/cli/exit-code";
import { interruptible } from "@valence/client-node/cli/interrupt";
import { parseWhole } from "@valence/client-node/cli/numbers";
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import type { Job } from "@valence/client-node/sdk/job";
import { count } from "@valence/shared/human";
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { demoFolder, type Folder } from "./demo/folder.js";
import { Screen } from "./demo/screen.js";
import { type Address, Stage } from "./demo/stage.js";

const ATOM = fileURLToPath(new URL("../monte-carlo-pi/atom.ts", import.meta.url));
const CLIENTS = 2;
/** Some 5 s for two cores, and twice that for two slow ones. */
const DARTS = 600_000_000;
const CHUNK = 2_000_000;
const SEED = 314_159;
const PORT_DEFAULT = 8080;

const OPTIONS = {
  once: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  darts: { type: "string", default: String(DARTS) },
} as const;

const HELP = `Usage: npm run demo [-- --once] [--darts <n>]

Starts a coordinator and two clients on this machine, lets them compute π, and goes on serving until Ctrl-C.

  --once       end after the result: exit code 0, or 1 when there is none
  --darts <n>  how many (default: 6e8)
  --help       show this

PORT is where to begin to look for a free port (default: ${PORT_DEFAULT}). VALENCE_DATA_DIR is a folder to keep everything in; without it the
demo keeps nothing.`;

/** Runs the demo to its end, for an exit code. Leaves no process behind, and no folder that it made. */
export async function demo(argv: string[]): Promise<number> {
  try {
    const options = optionsOf(argv);
    if (options.help) console.log(HELP);
    return options.help ? 0 : await onStage(demoFolder(process.env), options);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

type Options = { readonly once: boolean; readonly help: boolean; readonly darts: number };
/** Who looks, and whether they have had enough. */
type Audience = { readonly screen: Screen; readonly signal: AbortSignal };

/** @throws UsageError */
function optionsOf(args: string[]): Options {
  try {
    const { once, help, darts } = parseArgs({ args, options: OPTIONS }).values;
    return { once, help, darts: parseWhole(darts, "--darts", { min: 1 }) };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)} (try --help)`, { cause });
  }
}

function onStage(folder: Folder, { once, darts }: Options): Promise<number> {
  const stage = new Stage(folder);
  const screen = new Screen();
  return interruptible(async (signal) => {
    let code: number = EXIT.interrupted;
    try {
      await unlessEnded({ stage, signal }, async (signal) => {
        const address = await open(stage, screen);
        code = await computePi(connect(address), darts, { screen, signal });
        if (once || code !== 0) return;
        invite(address, folder, screen);
        await aborted(signal);
      });
    } finally {
      if (signal.aborted) screen.farewell();
      await stage.end();
    }
    return code;
  });
}

/**
 * Runs `act` until it ends, someone interrupts it, or a process of the stage ends before its time. Its signal is aborted then, so
 * that nothing of it goes on.
 */
async function unlessEnded(
  { stage, signal }: { stage: Stage; signal: AbortSignal },
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener("abort", end);
  const fallen = stage.fallen.then((sentence) => {
    throw new Error(sentence);
  });
  const acted = act(over.signal).catch((error: unknown) => {
    if (!over.signal.aborted) throw error; // what is cut short complains
  });
  try {
    await Promise.race([aborted(over.signal), fallen, acted]);
  } finally {
    signal.removeEventListener("abort", end);
    over.abort();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
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
  screen.fact("sandbox", "none, so --allow-unsandboxed: only this grid's token can submit");
  return address;
}

function firstPort(): number {
  return parseWhole(process.env.PORT || String(PORT_DEFAULT), "PORT", { min: 0, max: 65_535 });
}

/** The exit code that the job deserves. */
async function computePi(grid: Grid, darts: number, { screen, signal }: Audience): Promise<number> {
  const { id: atom } = await grid.publish(await bundleAtom(ATOM), { signal });
  const input = { range: { from: 0, to: darts, chunk: CHUNK } };
  const job = await grid.submit({ name: "π by darts", atom, input, reduce: "mean", seed: SEED }, { signal });
  screen.fact("job", `${count(darts)} darts, seed ${SEED}: 4 × the share of hits is π`);
  screen.line();
  const end = await watched(job, { screen, signal });
  if (end.state === "succeeded") {
    screen.answer(end);
    return 0;
  }
  screen.line(`The job has ${end.state}${end.error === null ? "" : `: ${end.error.message} (${end.error.code})`}.`);
  return 1;
}

async function watched(job: Job<unknown>, { screen, signal }: Audience): Promise<JobView> {
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
