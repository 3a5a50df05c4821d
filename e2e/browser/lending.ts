/** What specs of the volunteer do again and again. */
import type { Page } from "@playwright/test";
import type { VolunteerView } from "@valence/shared/job-view";
import type { Serving } from "../processes.js";
import { expect } from "./fixtures.js";

/** Opens the page, agrees where that is asked, and presses Start. */
export async function lend(page: Page, { url }: Pick<Serving, "url">): Promise<void> {
  await page.goto(url);
  await agreeAndStart(page);
}

export async function agreeAndStart(page: Page): Promise<void> {
  const start = page.getByRole("button", { name: "Start", exact: true });
  await expect(start).toBeEnabled(); // once it is known who asks
  const terms = page.getByRole("checkbox");
  if (await terms.isVisible()) await terms.check();
  await start.click();
}

/** The policy of jobs whose atoms misbehave: one try, and the others go on. */
const ONCE = { attemptsMax: 1, onFailure: { tolerate: 1 } };

/** A job over the numbers from 0 on. `process` is the atom's, as text. */
export async function submitList(serving: Serving, process: string, options: { items?: number; policy?: object } = {}) {
  const atom = await serving.grid.publish(`export default { name: "atom", ${process} };`);
  const list = Array.from({ length: options.items ?? 1 }, (_, i) => i);
  return serving.grid.submit({ atom: atom.id, input: { list }, policy: { ...ONCE, ...options.policy } });
}

type Submitted = Awaited<ReturnType<typeof submitList>>;

/** Waits for the end of the job; in the order of items. */
export async function resultsOf(job: Submitted): Promise<unknown[]> {
  await job.result();
  const results: unknown[] = [];
  for await (const { result } of job.results()) results.push(result);
  return results;
}

/** Of each dead letter its item and the code of its last error. */
export async function deathsOf(job: Submitted): Promise<[number, string][]> {
  const letters: [number, string][] = [];
  for await (const { item, errors } of job.deadLetters()) letters.push([item, errors.at(-1)?.code ?? ""]);
  return letters;
}

/** Who is connected. */
export async function volunteersOf({ url }: Pick<Serving, "url">): Promise<VolunteerView[]> {
  const response = await fetch(`${url}/api/v1/volunteers`);
  return ((await response.json()) as { items: VolunteerView[] }).items;
}
