/** Entry of the command `valence`. */
import { runCommandLine } from "./program.js";

// A reader such as `head` that has seen enough is no fault. Nor is a terminal that was closed (EIO): SIGHUP says what to do about that,
// and is not to be cut short by words that nobody can read.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  if (error.code !== "EIO") throw error;
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EIO") throw error;
});

await runCommandLine(process.argv.slice(2));
