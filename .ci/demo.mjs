// `npm run demo`: builds where needed, then shows the grid at work.
import { built } from "./built.mjs";

const { demo } = await built("examples/dist/demo.js");
process.exitCode = await demo(process.argv.slice(2));
