/** Entry of the command `valence`. */
import { runCommandLine } from "./program.js";

// A reader such as `head` that has seen enough is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

await runCommandLine(process.argv.slice(2));
