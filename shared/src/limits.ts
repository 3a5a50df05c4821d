/**
 * Every limit of the grid that more than one side must know, each in this one place.
 * Numbers come from the public surface; a test stands at each limit and one past it.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Of an atom's source, in bytes; it is parsed whole, in memory. */
export const ATOM_BYTES_MAX = MIB;
/** Letters of an atom's name: short enough for a path, a column and a log line. */
export const ATOM_NAME_LENGTH_MAX = 64;
/** Letters of an atom's id, or of a name given in its place: an id of today has 136 at most, the rest is room. */
export const ATOM_ID_LENGTH_MAX = 160;
/** Nesting of an atom's payload schema, its literals included. */
export const SCHEMA_DEPTH_MAX = 32;
/** Keywords, properties and literals of a payload schema: what checking one payload may cost. */
export const SCHEMA_NODES_MAX = 2_000;
/** Of one JSON body over HTTP, in bytes. */
export const BODY_BYTES_MAX = MIB;
/** Elements of a list that comes in the body of a submission. */
export const LIST_ITEMS_INLINE_MAX = 10_000;
/** Of one upload's lines, as they come out of their encoding, in bytes. */
export const UPLOAD_BYTES_MAX = 1024 * MIB;
/** Lines of one upload. */
export const UPLOAD_LINES_MAX = 10_000_000;
/** Of one line of an upload, without its end, in bytes. */
export const UPLOAD_LINE_BYTES_MAX = 64 * KIB;
/** Letters of an upload's id, with room to spare. */
export const UPLOAD_ID_LENGTH_MAX = 64;
/** Characters of a token. */
export const TOKEN_LENGTH_MAX = 256;
/** Characters of an `Idempotency-Key`. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;
/** Of one electron's payload, encoded, in bytes. */
export const PAYLOAD_BYTES_MAX = 64 * KIB;
/** Of a job's params, encoded, in bytes: every worker of the job holds them. */
export const PARAMS_BYTES_MAX = 64 * KIB;
/** Of one electron's result, encoded, in bytes: it must fit into a message beside others. */
export const RESULT_BYTES_MAX = MIB;
/** One Socket.IO event: a batch with everything in it. */
export const MESSAGE_BYTES_MAX = 4 * MIB;
/** Messages in one batch. */
export const BATCH_MESSAGES_MAX = 10_000;
/** Milliseconds of any time that a job or an atom may ask for, and of any that a worker may measure: a day. */
export const ASKED_MS_MAX = 24 * 3_600_000;
/** Of a sentence that says why somebody will not do something, in bytes of UTF-8. */
export const SENTENCE_BYTES_MAX = KIB;
/** Message and stack of one failure, together, in UTF-8. */
export const ERROR_BYTES_MAX = 4 * KIB;
/** Lines that an atom may log in a second; the rest is counted, not kept. */
export const LOG_LINES_PER_SECOND_MAX = 10;
/** Of one line that an atom logs, in bytes of UTF-8; a longer one is cut. */
export const LOG_LINE_BYTES_MAX = KIB;
/** Axes of a grid. */
export const AXES_MAX = 16;
/** Items of a job: what a number can count without a gap. */
export const ITEMS_MAX = Number.MAX_SAFE_INTEGER;
/** Electrons of a job; more items than these need a chunk. */
export const ELECTRONS_MAX = 2 ** 31;
/** Electrons of one job that have failed and are not done, each remembered by itself; a job that passes it fails. */
export const FAILED_ELECTRONS_MAX = 100_000;
/** Tries of one electron. */
export const ATTEMPTS_MAX = 1_000;
/** Electrons of one lease, and so of one report. */
export const LEASE_ELECTRONS_MAX = 4_096;
/** Electrons of one block: once all are done, one aggregate stands for their rows. */
export const BLOCK_ELECTRONS_MAX = 65_536;
/** Slots of one session, each a worker on the volunteer's machine. */
export const SLOTS_MAX = 256;
/** Jobs that one socket of `/watch` may follow at a time; who follows more opens another socket. */
export const SUBSCRIPTIONS_MAX = 64;
/** Results that one `collect` holds, at most one for each electron. */
export const COLLECT_ENTRIES_MAX = 100_000;
/** Of all results in one `collect`, encoded, in bytes. */
export const COLLECT_BYTES_MAX = 16 * MIB;
/** Results that one `top` keeps. */
export const TOP_ENTRIES_MAX = 10_000;
/** Of one `top`, in bytes: as many results as it keeps, each taken for as large as the largest that it was offered. */
export const TOP_BYTES_MAX = 16 * MIB;
/** Bins of one histogram. */
export const BINS_MAX = 4_096;
/** Keys that one `each` tells apart; a job may ask for fewer. */
export const KEYS_MAX = 100_000;
/** Of all that one job's aggregate holds, packed, in bytes, roughly: what views of it cost is in proportion. */
export const AGGREGATE_BYTES_MAX = 32 * MIB;
/** Rules in one reduce, those of fields and of keys included: what one result may cost to fold. */
export const REDUCE_RULES_MAX = 1_000;
/** Fields of one object of reduce rules. */
export const REDUCE_FIELDS_MAX = 64;
/** Nesting of rules: objects of rules and `each`. */
export const REDUCE_DEPTH_MAX = 8;
/** Of one job's kept results, encoded, in bytes; a job that passes it fails. */
export const KEPT_BYTES_MAX = 10 * 1024 * MIB;
/** Nesting of arrays and objects in a value. */
export const VALUE_DEPTH_MAX = 64;
/** Letters of a name (job, host, axis of a grid), in UTF-16 units. */
export const NAME_LENGTH_MAX = 128;
