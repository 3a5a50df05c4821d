/** `valence serve`: a coordinator in this process. The one place of the client that knows the coordinator. */
import type { Log } from "@valence/coordinator/log";
import type { Serving } from "@valence/coordinator/serve";
import type { ServeFlags } from "@valence/coordinator/settings";
import type { Command } from "commander";
import { FailedError, UsageError } from "./exit-code.js";
import { Output } from "./output.js";
import { type StopSignal, stopRequest, untilStopped } from "./stop.js";

/** Of the ten seconds that a stop may take, one is left for the process itself. */
const CLOSE_MS_MAX = 9_000;

const TEXT = `
Examples:
  valence serve
  valence serve --port 0 --data-dir /var/lib/valence
  valence serve --host 0.0.0.0 --public-url https://grid.example --operator "Institute of Physics" --log json

Each flag has a variable of the environment behind it: PORT, HOST, VALENCE_DATA_DIR, VALENCE_PUBLIC_URL, VALENCE_OPERATOR,
VALENCE_ADMIN_TOKEN, VALENCE_STORE, VALENCE_KEEP_DAYS, VALENCE_LOG, VALENCE_LOG_LEVEL. One line on standard output says when it is
ready; the log goes to standard error.
SIGTERM, Ctrl-C and a closed session (SIGHUP) end it within 10 s; a second SIGTERM or Ctrl-C at once. What was acknowledged is kept,
and jobs go on at the next start.`;

export function addServe(program: Command): void {
  program
    .command("serve")
    .summary("start a coordinator")
    .description("Starts a coordinator: takes jobs, divides them over volunteers, keeps what they deliver.")
    .option("--port <n>", "port, 0 for a free one (default: 8080)")
    .option("--host <host>", "address to listen on (default: 127.0.0.1)")
    .option("--data-dir <dir>", "folder for everything that is kept (default: ./data)")
    .option("--public-url <url>", "where the world reaches it, such as https://grid.example")
    .option("--operator <name>", "who runs this grid, as its pages tell those who lend a tab")
    .option(
      "--token, --admin-token <token>",
      "token for writing (default: one that is made once and kept in the data folder)",
    )
    .option("--keep-days <days>", "how long ended jobs are kept, or forever (default: 30)")
    .option("--log <form>", "text or json (default: text)")
    .option("--log-level <level>", "debug, info, warn or error (default: info)")
    .option("--json", "print the line that says it is ready as JSON")
    .addHelpText("after", TEXT)
    .action(async ({ json, ...flags }: ServeFlags & { json?: boolean }) => {
      const output = new Output({ json: json === true });
      const request = stopRequest();
      const { serving, log } = await started(flags);
      await ready(serving, output);
      const stop = (signal: StopSignal) => {
        log.info("stopping", { signal });
        return serving.close();
      };
      await untilStopped(request, { stop, maxMs: CLOSE_MS_MAX });
    });
}

/** @throws UsageError with every fault of the settings, FailedError when the data cannot be had. */
async function started(flags: ServeFlags): Promise<{ serving: Serving; log: Log }> {
  const [{ serveSettings, SettingsError }, { StoreError }, { logger }, { startCoordinator }] = await Promise.all([
    import("@valence/coordinator/settings"),
    import("@valence/coordinator/store/store"),
    import("@valence/coordinator/log"),
    import("@valence/coordinator/serve"),
  ]);
  try {
    const settings = serveSettings(flags, process.env);
    const log = logger(settings.log);
    return { serving: await startCoordinator(settings, log), log };
  } catch (cause) {
    if (cause instanceof SettingsError) throw new UsageError(cause.message, { cause });
    if (cause instanceof StoreError) throw new FailedError(cause.message, { cause });
    throw cause;
  }
}

/** The token is shown to a person at a terminal, and written to no file that output may go to. */
async function ready({ url, port, dataDir, adminToken, adminTokenFile }: Serving, output: Output): Promise<void> {
  if (output.json) return output.record({ url, port, dataDir, adminTokenFile });
  const { bold } = output.style;
  const address = output.isTerminal ? `${url}/#token=${adminToken}` : url;
  const where = adminTokenFile === null ? "the token is the one you set" : `token in ${adminTokenFile}`;
  await output.lines(`Valence is ready at ${bold(address)} (data in ${dataDir}, ${where})`);
}
