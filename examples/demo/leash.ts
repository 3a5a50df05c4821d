/**
 * Loaded before a command that the demo starts: when the demo is gone, however it went, the command is told to stop. Its threads
 * may load this, too, and it does nothing in them.
 */
import { isMainThread } from "node:worker_threads";

if (isMainThread && process.channel) {
  process.channel.unref(); // it is no reason to stay
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}
