/** Once before all specs, so that a machine without a browser is told so once. */
import { findChromium } from "./chromium.js";

// biome-ignore lint/style/noDefaultExport: Playwright calls what is exported so.
export default function findBrowser(): void {
  process.env.CHROMIUM_PATH = findChromium(); // the workers inherit it
}
