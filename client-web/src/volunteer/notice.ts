/** What news of a volunteer mean to the page: how its link is, and what is worth a line. Pure. */
import { parseAtomId } from "@valence/shared/atom-id";
import type { VolunteerNews } from "@valence/shared/client/news";
import type { Link } from "./lending.js";

/** A link that never was is still being made, and not away; one that is turned away is down, too. */
export function linkAfter(link: Link, news: VolunteerNews): Link {
  if (news.type === "connected") return "up";
  if (news.type !== "disconnected" && news.type !== "refused") return link;
  return link === "connecting" ? "connecting" : "away";
}

/** Null for what the page shows anyway. What an atom said is in it as it came: text, never markup. */
export function noticeOf(news: VolunteerNews): string | null {
  if (news.type === "failure") return `A piece failed here and will be tried elsewhere: ${news.failure.message}`;
  if (news.type === "declined") return `${nameOf(news.atom)} cannot run here: ${news.message}`;
  if (news.type === "refused" && news.retryMs !== null) return `The grid asks to come back later: ${news.message}`;
  return null;
}

function nameOf(atom: string): string {
  return parseAtomId(atom)?.name ?? atom;
}
