import { expect, test } from "vitest";
import { Journal, PENDING_BYTES_MAX } from "./journal.js";
import type { Write } from "./writes.js";

/** What a write counts beside its bytes. */
const WRITE_BYTES = 256;

const aggregate = (bytes: number): Write => ({ type: "block", job: "j1", block: 0, aggregate: new Uint8Array(bytes) });

test("[D6] a journal is full at 64 MiB, and not one byte below", () => {
  const journal = new Journal();
  journal.write(aggregate(PENDING_BYTES_MAX - WRITE_BYTES - 1));
  journal.close(0);
  expect(journal.full).toBe(false);
  journal.write(aggregate(0));
  expect(journal.full).toBe(true);
  journal.close(0);
  expect(journal.full).toBe(true);
  journal.committed(1);
  expect(journal.full).toBe(false);
});
