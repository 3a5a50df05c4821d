/**
 * The settings of `valence serve`: flags, then environment, then defaults. Pure; what is wrong is reported all at once.
 * A setting that is present but empty counts as absent, which is how a compose file leaves one out.
 */
import { isIP } from "node:net";
import { TOKEN_LENGTH_MAX } from "@valence/shared/limits";
import { LOG_LEVELS, type LogLevel } from "./log.js";

/** As the command line gives them: names in camel case, values still text. */
export type ServeFlags = { readonly [name in keyof typeof SOURCES]?: string | undefined };

export type Settings = {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Null: made and kept in the data folder. */
  readonly adminToken: string | null;
  /** Where the world reaches this coordinator; null when nobody said. */
  readonly publicUrl: URL | null;
  /** Who runs this grid, for those who lend it a machine; null when nobody said. */
  readonly operator: string | null;
  readonly store: "sqlite";
  /** How long ended jobs are kept, and atoms that no job is of; null: for ever. */
  readonly keepDays: number | null;
  readonly log: { readonly json: boolean; readonly level: LogLevel };
};

/** Everything that is wrong with the settings: a sentence each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(faults.join("\n"), options);
    this.faults = faults;
  }
}

/** A hundred years: more is a slip, and "forever" can be said. */
const KEEP_DAYS_MAX = 36_500;
/** In letters (code points). It stands in a heading, and in the consent that a browser keeps. */
const OPERATOR_LENGTH_MAX = 128;
const HOST_NAME = /^(?!-)[a-z\d-]{1,63}(\.[a-z\d-]{1,63})*\.?$/i;

/** By flag: the variable that stands for it, and what holds without either. */
const SOURCES = {
  port: { variable: "PORT", otherwise: "8080" },
  host: { variable: "HOST", otherwise: "127.0.0.1" },
  dataDir: { variable: "VALENCE_DATA_DIR", otherwise: "./data" },
  adminToken: { variable: "VALENCE_ADMIN_TOKEN", otherwise: "" },
  publicUrl: { variable: "VALENCE_PUBLIC_URL", otherwise: "" },
  operator: { variable: "VALENCE_OPERATOR", otherwise: "" },
  store: { variable: "VALENCE_STORE", otherwise: "sqlite:" },
  keepDays: { variable: "VALENCE_KEEP_DAYS", otherwise: "30" },
  log: { variable: "VALENCE_LOG", otherwise: "text" },
  logLevel: { variable: "VALENCE_LOG_LEVEL", otherwise: "info" },
} as const;

/** @throws SettingsError with every fault. */
export function serveSettings(flags: ServeFlags, env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const read = <T>(name: keyof typeof SOURCES, parse: (text: string) => T | Fault, otherwise: T): T => {
    const parsed = parse(flags[name] || env[SOURCES[name].variable] || SOURCES[name].otherwise);
    if (!(parsed instanceof Fault)) return parsed;
    faults.push(`${flags[name] ? flagOf(name) : SOURCES[name].variable} ${parsed.sentence}.`);
    return otherwise;
  };
  const settings: Settings = {
    port: read("port", port, 0),
    host: read("host", host, ""),
    dataDir: read("dataDir", dataDir, ""),
    adminToken: read<string | null>("adminToken", token, null),
    publicUrl: read<URL | null>("publicUrl", publicUrl, null),
    operator: read<string | null>("operator", operator, null),
    store: read("store", store, "sqlite"),
    keepDays: read<number | null>("keepDays", keepDays, null),
    log: {
      json: read("log", oneOf(["text", "json"]), "text") === "json",
      level: read("logLevel", oneOf(LOG_LEVELS), "info"),
    },
  };
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

/** Why a text cannot be a token, as the end of a sentence; null when it can. What a header carries, and a hello. */
export function tokenFault(text: string): string | null {
  if (text.length > TOKEN_LENGTH_MAX) return `is longer than ${TOKEN_LENGTH_MAX} characters`;
  if (!/^[\x21-\x7e]+$/.test(text)) return "is not a token of visible ASCII characters without spaces";
  return null;
}

/** The end of a sentence that begins with the setting's name. Never quotes a token or a URL, which may hold a password. */
class Fault {
  readonly sentence: string;

  constructor(sentence: string) {
    this.sentence = sentence;
  }
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function port(text: string): number | Fault {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  return new Fault(`is ${JSON.stringify(text)}, not a port from 0 to 65535`);
}

function host(text: string): string | Fault {
  if (isIP(text) > 0 || HOST_NAME.test(text)) return text;
  return new Fault(`is ${JSON.stringify(text)}, not an address or a host name (no scheme, no port, no brackets)`);
}

function dataDir(text: string): string | Fault {
  return text.includes("\0") ? new Fault("holds a NUL, which no path can") : text;
}

function token(text: string): string | null | Fault {
  if (text === "") return null;
  const fault = tokenFault(text);
  return fault === null ? text : new Fault(fault);
}

function publicUrl(text: string): URL | null | Fault {
  if (text === "") return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    return new Fault("is not a URL that begins with http:// or https://");
  }
  if (url.username !== "" || url.password !== "") return new Fault("must not hold a user name or a password");
  if (`${url.origin}/` !== url.href) return new Fault("must end after its host and port: no path, query or fragment");
  return url;
}

function operator(text: string): string | null | Fault {
  const name = text.trim();
  if (name === "") return null;
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return new Fault("must be one line without control characters");
  if ([...name].length <= OPERATOR_LENGTH_MAX) return name;
  return new Fault(`is longer than ${OPERATOR_LENGTH_MAX} letters`);
}

function store(text: string): "sqlite" | Fault {
  if (text === "sqlite:") return "sqlite";
  if (/^postgres(ql)?:/.test(text)) return new Fault("names PostgreSQL, which this version does not have yet");
  return new Fault('must be "sqlite:", the store in the data folder');
}

/** Not 0: some would mean by it never, and others at once. */
function keepDays(text: string): number | null | Fault {
  if (text === "forever") return null;
  const days = Number(text);
  if (/^\d{1,5}$/.test(text) && days >= 1 && days <= KEEP_DAYS_MAX) return days;
  return new Fault(`is ${JSON.stringify(text)}, neither whole days from 1 to ${KEEP_DAYS_MAX} nor "forever"`);
}

function oneOf<T extends string>(choices: readonly T[]): (text: string) => T | Fault {
  return (text) =>
    choices.find((choice) => choice === text) ??
    new Fault(`is ${JSON.stringify(text)}, not one of ${choices.join(", ")}`);
}
