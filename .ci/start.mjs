// `npm start`: builds where needed and starts a coordinator, with the flags that follow.
import { built } from "./built.mjs";

process.argv.splice(2, 0, "serve");
await built("client-node/dist/cli/main.js");
