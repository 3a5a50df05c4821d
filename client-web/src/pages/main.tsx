/** What a visitor's browser runs first. Nothing here computes: the volunteer is loaded when a person presses Start. */
import { render } from "preact";
import { App } from "./frame/app.js";
import { startNavigation } from "./frame/navigation.js";
import { startToken } from "./grid/token.js";
import { startVisible } from "./grid/visible.js";
import { LendingSession } from "./lend/lending-session.js";
import { startClock } from "./parts/clock.js";

const lending = new LendingSession(async () => (await import("../volunteer/open-lending.js")).openLending());

startToken();
startNavigation();
startVisible();
startClock();
const app = document.querySelector("#app");
if (app) render(<App lending={lending} />, app);
