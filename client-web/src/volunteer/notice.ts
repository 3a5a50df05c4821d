/** News of a volunteer that are worth a line on the page. */
import { parseAtomId } from "@valence/shared/atom-id";
import type { VolunteerNews } from "@valence/shared/client/news";

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
