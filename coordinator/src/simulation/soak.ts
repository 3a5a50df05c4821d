/** `npm run soak [first seed]`: one world after the other, without end; ends at the first that breaks, and prints its seed. */
import { liveThrough } from "./life-of-a-world.js";

const SAY_EVERY = 1_000;

for (let seed = Number(process.argv[2] ?? Math.floor(Math.random() * 1e9)), worlds = 1; ; seed++, worlds++) {
  liveThrough(seed);
  if (worlds % SAY_EVERY === 0) console.log(`${worlds} worlds, up to seed ${seed}`);
}
