/** Memory without end, in a browser as people have it: there a frame has a process of its own. */
import { until } from "../processes.js";
import { expect, test } from "./fixtures.js";
import { deathsOf, lend, resultsOf, submitList } from "./lending.js";

// A smaller heap is full sooner.
test.use({ flags: "plain", args: ["--js-flags=--max-old-space-size=40"] });

test("[P6] [F9] costs the frame and not the page, and is charged to its electron alone", async ({ page, stage }) => {
  const serving = await stage.serve();
  await lend(page, serving);
  await until("the tab", async () => (await serving.grid.stats()).slots > 0);
  const { slots } = await serving.grid.stats();
  const job = await submitList(
    serving,
    `process(n) {
      if (n !== 5) { for (const until = Date.now() + 20; Date.now() < until; ); return n; }
      const all = [];
      for (;;) all.push(Array.from({ length: 1000 }, () => ({})));
    }`,
    { items: 30 },
  );
  expect(await resultsOf(job)).toEqual(Array.from({ length: 30 }, (_, i) => i).filter((i) => i !== 5));
  expect(await deathsOf(job)).toEqual([[5, "worker_died"]]);
  expect((await serving.grid.stats()).slots).toBe(slots); // it was never away
});
