// `npm run mutants`: does the simulation bite? Each mutant is one changed line of core, store or volunteer, in a copy of what the
// compiler made; a world of the simulation must break by it. Prints `mutants N of N`.
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const WORLDS = 300;
const WITHIN_MS = 120_000;
const root = fileURLToPath(new URL("..", import.meta.url));

/** File, what is there once, what is there instead, and what that means. */
const MUTANTS = [
  [
    "coordinator/dist/core/leases.js",
    "job.electrons?.giveBack(lease.block, { from: lease.next, to: span.to });",
    "",
    "what a lease has not reported is lost",
  ],
  [
    "coordinator/dist/core/leases.js",
    "{ from: lease.next, to: span.to }",
    "{ from: span.from, to: span.to }",
    "what a lease has reported is leased again",
  ],
  [
    "coordinator/dist/core/reports.js",
    "lease.next += done;",
    "lease.next += done - 1;",
    "a lease counts one electron less than it was told of",
  ],
  [
    "coordinator/dist/core/sessions.js",
    "    state.deadlines.set(session, state.now.mono + GRACE_MS);",
    "    state.deadlines.set(session, Number.POSITIVE_INFINITY);",
    "a session that was cut keeps its leases for ever",
  ],
  [
    "coordinator/dist/core/sessions.js",
    "if (!listed.has(lease.id))",
    "if (false)",
    "what a client does not hold any more stays leased to it",
  ],
  [
    "coordinator/dist/core/electrons.js",
    "this.counts.done += items;",
    "this.counts.done += items + 1;",
    "an electron is counted twice",
  ],
  [
    "coordinator/dist/core/electrons.js",
    "block.ready.remove(span);",
    "",
    "after a restart done electrons are ready, too",
  ],
  [
    "coordinator/dist/store/memory-tables.js",
    "ungrant: ({ lease }) => [remove(this.grants, lease)],",
    "ungrant: () => [],",
    "the store keeps leases that are over",
  ],
  [
    "coordinator/dist/store/memory-tables.js",
    "return [push(job.rows, row), push(job.results",
    "return [push(job.results",
    "the store forgets rows whose results it keeps",
  ],
  [
    "shared/dist/volunteer/held-lease.js",
    "lease.next += part.count;",
    "lease.next += 1;",
    "a volunteer counts a part for one electron",
  ],
];

const copy = await mkdtemp(join(tmpdir(), "valence-mutants-"));
try {
  for (const name of ["shared", "coordinator"]) {
    await cp(join(root, name, "dist"), join(copy, name, "dist"), { recursive: true });
    await cp(join(root, name, "package.json"), join(copy, name, "package.json"));
  }
  await linkModules();
  if (catcher() !== null) throw new Error("the tests fail without any mutant");
  let caught = 0;
  for (const [file, from, to, meaning] of MUTANTS) {
    const path = join(copy, file);
    const source = await readFile(path, "utf8");
    if (!source.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)} any more`);
    await writeFile(path, source.replace(from, to));
    const by = catcher();
    await writeFile(path, source);
    caught += Number(by !== null);
    console.log(`  ${by === null ? "SURVIVED" : `caught by ${by}`}: ${meaning}`);
  }
  console.log(`mutants ${caught} of ${MUTANTS.length}`);
  process.exitCode = caught === MUTANTS.length ? 0 : 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

/** The copy's own packages, and all others of the checkout. */
async function linkModules() {
  const modules = join(copy, "node_modules");
  await mkdir(join(modules, "@valence"), { recursive: true });
  for (const name of ["shared", "coordinator"]) await symlink(join(copy, name), join(modules, "@valence", name));
  for (const name of await readdir(join(root, "node_modules")))
    if (name !== "@valence" && !name.startsWith("."))
      await symlink(join(root, "node_modules", name), join(modules, name));
}

/** What fails: null when all worlds come to the end they must. One that hangs has not. */
function catcher() {
  const worlds = join(copy, "coordinator/dist/simulation/life-of-a-world.js");
  const script = `const { liveThrough } = await import(${JSON.stringify(worlds)}); for (let seed = 1; seed <= ${WORLDS}; seed++) liveThrough(seed);`;
  const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: WITHIN_MS });
  return status === 0 ? null : "the simulation";
}
