/** All scenarios, in the order in which `npm run bench` runs them. A new one is a file that exports a `Scenario`, and a line here. */
import { ceiling } from "./ceiling.js";
import { crowd } from "./crowd.js";
import { dispatch } from "./dispatch.js";
import { download } from "./download.js";
import { efficiency } from "./efficiency.js";
import { huge } from "./huge.js";
import { latency } from "./latency.js";
import { page } from "./page.js";
import type { Scenario } from "./scenario.js";
import { start } from "./start.js";
import { tail } from "./tail.js";
import { upload } from "./upload.js";

export const SCENARIOS: readonly Scenario[] = [
  dispatch,
  ceiling,
  efficiency,
  latency,
  crowd,
  huge,
  upload,
  download,
  tail,
  page,
  start,
];
