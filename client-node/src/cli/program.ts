/** The command line as a tree of commands, with what is the same for all of them. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addAtom } from "./atom.js";
import { EXIT, EXIT_CODES_TEXT, exitCodeOf } from "./exit-code.js";
import { faultLines } from "./fault.js";
import { addInput } from "./input.js";
import { addJob } from "./job.js";
import { addRun } from "./run.js";
import { addServe } from "./serve.js";
import { columnsOf } from "./style.js";
import { addWork } from "./work.js";

const VERSION = versionOf(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const EXAMPLES = `
Examples:
  valence serve                                     start a coordinator
  valence work --url http://grid.example:8080       lend this machine to a grid
  valence run pi.ts --range 0..1e9 --reduce mean    compute something on it

Environment: VALENCE_URL, VALENCE_TOKEN, VALENCE_DATA_DIR, NO_COLOR; VALENCE_DEBUG=1 shows stacks.`;

/** Runs one command line to its end and sets the code to exit with. Writes what is wrong to standard error. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...args], { from: "user" });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? codeOf(error) : exitCodeOf(error);
    const lines = error instanceof CommanderError ? [] : faultLines(error, process.env);
    for (const line of lines) process.stderr.write(`${line}\n`);
  }
}

function program(): Command {
  const root = new Command("valence")
    .description("A volunteer compute grid: serve it, lend it a machine, compute on it.")
    .version(VERSION, "-V, --version", "print the version")
    .exitOverride()
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .configureOutput({
      getOutHelpWidth: () => columnsOf(process.stdout),
      getErrHelpWidth: () => columnsOf(process.stderr),
      outputError: (text, write) => write(text.replace(/^error: /, "valence: ")),
    })
    .helpCommand(false); // commander's own shows no command of a group
  for (const add of [addServe, addWork, addRun, addAtom, addInput, addJob, addHelp]) add(root);
  return root.addHelpText("after", EXAMPLES).addHelpText("afterAll", `\n${EXIT_CODES_TEXT}`);
}

function addHelp(root: Command): void {
  root
    .command("help")
    .summary("show help for a command")
    .description("Shows help for a command, or for one of a group: valence help job submit.")
    .argument("[command...]", "its name, or that of its group and its own")
    .action((names: readonly string[]) => {
      let command = root;
      for (const name of names) {
        const within = command.commands.find((each) => each.name() === name);
        if (!within) command.error(`error: unknown command '${name}'`);
        else command = within;
      }
      command.help();
    });
}

/** Help that was asked for is a success; help instead of a command that was not given is not. */
function codeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT.succeeded : EXIT.usage;
}

function versionOf(manifest: string): string {
  const { version } = JSON.parse(manifest) as { version: string };
  return version;
}
