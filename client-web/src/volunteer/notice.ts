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

/** A line for the page. `passing`: it is untrue as soon as the link is up. */
export type Notice = { readonly text: string; readonly passing: boolean };

/** The newest that is worth a line and still true. What an atom said is in it as it came: text, never markup. */
export function noticeAfter(notice: Notice | null, news: VolunteerNews): Notice | null {
  if (news.type === "connected") return notice?.passing ? null : notice;
  const text = textOf(news);
  return text === null ? notice : { text, passing: news.type === "refused" };
}

/** Null for what the page shows anyway. */
function textOf(news: VolunteerNews): string | null {
  if (news.type === "failure") return `A piece failed here and will be tried elsewhere: ${news.failure.message}`;
  if (news.type === "declined") return `${nameOf(news.atom)} cannot run here: ${news.message}`;
  if (news.type === "refused" && news.retryMs !== null) return `The grid asks to come back later: ${news.message}`;
  return null;
}

function nameOf(atom: string): string {
  return parseAtomId(atom)?.name ?? atom;
}
