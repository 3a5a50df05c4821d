/**
 * What a benchmark is: contestants that do the same work, interleaved in one run, each giving what it measured; and figures, which
 * hold one measure against a yardstick of the same run and against a target.
 */

/** What one run of a contestant measured, by name: a rate, milliseconds, bytes; null where there was too little to do for it. */
export type Measures = Readonly<Record<string, number | null>>;

export type Contestant = {
  readonly name: string;
  /** Does the work once and gives what it measured. */
  run(): Promise<Measures>;
};

/** A contestant that cannot take part here, such as a peer whose server is not reached: reported so, never measured otherwise. */
export type Absent = { readonly name: string; readonly absent: string };

/** Where a number comes from: a contestant by name, and one of its measures; without one that of the figure. */
export type Source = { readonly of: string; readonly measure?: string };

/** Of the value itself, or of how it stands to the yardstick: value ÷ yardstick or value − yardstick, always. */
export type Target = { readonly of: "value" | "ratio" | "difference" } & (
  | { readonly atLeast: number }
  | { readonly atMost: number }
);

export type Figure = {
  /** What it is, said to people; distinct within its scenario. */
  readonly name: string;
  readonly unit: string;
  readonly value: Required<Source>;
  /** The contestant in the same run that it is held against, if any. */
  readonly yardstick?: Source;
  readonly targets?: readonly Target[];
};

/** A scenario that is ready to run: its processes are up. */
export type Opened = {
  readonly contestants: readonly (Contestant | Absent)[];
  readonly figures: readonly Figure[];
  /** Versions of what is measured beside Valence and Node, by name. */
  readonly versions?: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

export type Scenario = {
  readonly name: string;
  /** What is done, with what `size` counts: "no-op electrons". */
  readonly what: string;
  /** How much of it a run does, unless `--size` says otherwise. Its targets are meant for that, and less is not judged. */
  readonly size: number;
  /** With less it cannot run; 1 unless it says so. */
  readonly sizeMin?: number;
  /** How much the smoke in the tests does: as little as shows that all of it works. */
  readonly smokeSize: number;
  /** What it opens is noted as open at once, so that it is closed also when this throws half-way. */
  open(size: number): Promise<Opened>;
};
