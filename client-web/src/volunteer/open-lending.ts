/** The tab's own volunteer, and what the page's life means to it. */
import { agentOf } from "./agent.js";
import type { Lending } from "./lending.js";
import { Session } from "./session.js";
import { TabLending } from "./tab-lending.js";

/** Makes no worker and no frame before `start`. Called once a page. */
export function openLending(): Lending {
  const lending = new TabLending({
    agent: agentOf(navigator.userAgent),
    open: (options) => new Session(options),
    now: () => performance.now(),
  });
  addEventListener("pagehide", () => lending.leave());
  addEventListener("pageshow", ({ persisted }) => persisted && lending.comeBack());
  document.addEventListener("freeze", () => lending.leave());
  document.addEventListener("resume", () => lending.comeBack());
  return lending;
}
