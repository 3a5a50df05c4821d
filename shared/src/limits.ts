/**
 * Every limit of the grid that more than one side must know, each in this one place.
 * Numbers come from the public surface; a test stands at each limit and one past it.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

export const ATOM_BYTES_MAX = MIB;
/** Letters of an atom's name: short enough for a path, a column and a log line. */
export const ATOM_NAME_LENGTH_MAX = 64;
/** Letters of an atom's id, or of a name given in its place: an id of today has 136 at most, the rest is room. */
export const ATOM_ID_LENGTH_MAX = 160;
/** Nesting of an atom's payload schema, its literals included. */
export const SCHEMA_DEPTH_MAX = 32;
/** Keywords, properties and literals of a payload schema: what checking one payload may cost. */
export const SCHEMA_NODES_MAX = 2_000;
export const BODY_BYTES_MAX = MIB;
export const LIST_ITEMS_INLINE_MAX = 10_000;
export const PAYLOAD_BYTES_MAX = 64 * KIB;
export const PARAMS_BYTES_MAX = 64 * KIB;
export const RESULT_BYTES_MAX = MIB;
/** One Socket.IO event: a batch with everything in it. */
export const MESSAGE_BYTES_MAX = 4 * MIB;
/** Messages in one batch. */
export const BATCH_MESSAGES_MAX = 10_000;
/** Message and stack of one failure, together, in UTF-8. */
export const ERROR_BYTES_MAX = 4 * KIB;
export const LOG_LINES_PER_SECOND_MAX = 10;
export const LOG_LINE_BYTES_MAX = KIB;
/** Axes of a grid. */
export const AXES_MAX = 16;
export const ITEMS_MAX = Number.MAX_SAFE_INTEGER;
export const ELECTRONS_MAX = 2 ** 31;
export const LEASE_ELECTRONS_MAX = 4_096;
export const BLOCK_ELECTRONS_MAX = 65_536;
export const SLOTS_MAX = 256;
/** Jobs that one socket of `/watch` may follow at a time; who follows more opens another socket. */
export const SUBSCRIPTIONS_MAX = 64;
export const COLLECT_ENTRIES_MAX = 100_000;
export const COLLECT_BYTES_MAX = 16 * MIB;
/** Fields of one object of reduce rules. */
export const REDUCE_FIELDS_MAX = 64;
/** Nesting of objects of reduce rules. */
export const REDUCE_DEPTH_MAX = 8;
export const KEPT_BYTES_MAX = 10 * 1024 * MIB;
/** Nesting of arrays and objects in a value. */
export const VALUE_DEPTH_MAX = 64;
/** Letters of a name (job, host, axis of a grid), in UTF-16 units. */
export const NAME_LENGTH_MAX = 128;
