/** Why nothing, or so little, of a job is running: a closed list of codes, each with a title. Knows nothing of how it is found out. */

/** In the order in which a job's reasons are told: what keeps all of it from running comes first. */
export const REASONS = {
  /** Read the answer, or why it failed; retry its dead letters, or submit a new job. */
  ended: "The job has ended",
  /** Resume the job. */
  paused: "The job is paused",
  /** Wait until the coordinator is there again. */
  draining: "The coordinator is stopping",
  /** See to the coordinator's disk: it goes on by itself. */
  store_stuck: "The store does not take what is to be kept",
  /** Connect volunteers: `valence work`, or a browser at the coordinator's address. */
  no_volunteers: "Nobody is there to work",
  /** Start volunteers with the token that published the atom, with `--pin` or with `--allow-unsandboxed`, or lend a browser tab. */
  foreign_atom: "Volunteers do not run strangers' atoms",
  /** Look whether volunteers reach the coordinator over HTTP as they do over its socket. */
  source_unreachable: "Volunteers cannot fetch the atom",
  /** Look at what the volunteers say: they cannot run this atom. */
  declined: "Volunteers decline the atom",
  /** Look at the volunteers: others complete what they fail. */
  kept_off: "Volunteers are kept off for what they failed",
  /** Wait for the volunteers that time the first calls, or give a fixed `chunk`. */
  measuring: "The chunk is being measured",
  /** Wait: the next try comes by itself; `backoff` says when. What failed is told with the dead letters, once it is given up. */
  back_off: "Failed electrons wait for their next try",
  /** Wait until another volunteer is free, a minute at most. */
  left_to_others: "Failed electrons wait for another volunteer",
  /** Wait, cancel other jobs, or connect more volunteers; a `priority` is given when a job is submitted. */
  behind_other_jobs: "Volunteers work on other jobs",
  /** Wait until the electrons that paused jobs have begun are through, or cancel those jobs. */
  behind_paused_jobs: "Volunteers are not through with paused jobs",
  /** Wait: others are given it when its holders have not been heard of by then. */
  kept_for_absent: "Electrons are kept for volunteers that are away",
  /** Wait: what is late goes to idle volunteers too, where it may be tried twice. */
  all_leased: "Nothing is left to give out",
  /** Nothing, unless it lasts: then see to the coordinator's disk. */
  committing: "Results wait for their commit",
  /** Read the dead letters, and retry them. */
  dead_letters: "Electrons have failed for good",
  /** Nothing: more volunteers would make it faster. */
  running: "It is running",
} as const satisfies Record<string, string>;
/** A code of `REASONS`. */
export type ReasonCode = keyof typeof REASONS;
