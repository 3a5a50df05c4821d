/** What a slot knows of the volunteer around it. */
import type { Up } from "../protocol/up.js";
import type { VolunteerEffect } from "./events.js";

/** What a slot asks of its volunteer; every call comes from within a step, and none may step it again. */
export type SlotPort = {
  effect(effect: VolunteerEffect): void;
  say(message: Up): void;
  report(report: Extract<Up, { type: "report" }>, job: string): void;
  /** The atom will not run here: every slot drops what it holds of it. */
  declined(atom: string): void;
  /** It is known who killed the workers that went down together: the others are suspected no more. */
  convicted(): void;
  /** Nothing new may start: the outbox is full or the volunteer is leaving. */
  held(): boolean;
};
