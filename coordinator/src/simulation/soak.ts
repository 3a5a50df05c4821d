/**
 * `npm run soak [first seed] [worlds]`: one world after the other, without end unless told how many; ends at the first that breaks, and
 * prints its seed.
 */
import { liveThrough } from "./life-of-a-world.js";

const SAY_EVERY = 1_000;
const first = Number(process.argv[2] ?? Math.floor(Math.random() * 1e9));
const last = first + Number(process.argv[3] ?? Number.POSITIVE_INFINITY) - 1;

for (let seed = first; seed <= last; seed++) {
  liveThrough(seed);
  const worlds = seed - first + 1;
  if (worlds % SAY_EVERY === 0) console.log(`${worlds} worlds, up to seed ${seed}`);
}
