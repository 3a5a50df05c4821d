import { describe, expect, test } from "vitest";
import { SettingsError, serveSettings } from "./settings.js";

function faultsOf(flags: Parameters<typeof serveSettings>[0], env: Record<string, string> = {}): readonly string[] {
  try {
    serveSettings(flags, env);
    return [];
  } catch (error) {
    return (error as SettingsError).faults;
  }
}

test("without flags and environment the defaults hold", () => {
  expect(serveSettings({}, {})).toEqual({
    port: 8080,
    host: "127.0.0.1",
    dataDir: "./data",
    adminToken: null,
    publicUrl: null,
    operator: null,
    store: "sqlite",
    keepDays: 30,
    log: { json: false, level: "info" },
  });
});

test("the environment beats the defaults", () => {
  const env = { PORT: "0", HOST: "0.0.0.0", VALENCE_DATA_DIR: "/srv/grid", VALENCE_ADMIN_TOKEN: "secret" };
  const more = { VALENCE_PUBLIC_URL: "https://grid.example", VALENCE_STORE: "sqlite:", VALENCE_LOG: "json" };
  const who = { VALENCE_OPERATOR: "Institute of Physics", VALENCE_KEEP_DAYS: "7" };
  expect(serveSettings({}, { ...env, ...more, ...who, VALENCE_LOG_LEVEL: "debug" })).toEqual({
    port: 0,
    host: "0.0.0.0",
    dataDir: "/srv/grid",
    adminToken: "secret",
    publicUrl: new URL("https://grid.example"),
    operator: "Institute of Physics",
    store: "sqlite",
    keepDays: 7,
    log: { json: true, level: "debug" },
  });
});

test("a flag beats the environment", () => {
  const settings = serveSettings({ port: "1", log: "text" }, { PORT: "2", VALENCE_LOG: "json" });
  expect(settings.port).toBe(1);
  expect(settings.log.json).toBe(false);
});

test("an empty setting is an absent one", () => {
  const settings = serveSettings({ port: "" }, { PORT: "", VALENCE_ADMIN_TOKEN: "", VALENCE_PUBLIC_URL: "" });
  expect(settings).toEqual(serveSettings({}, {}));
});

test("all faults are reported at once, each under the name by which it was given", () => {
  const faults = faultsOf({ port: "http", logLevel: "loud" }, { HOST: "http://x", VALENCE_STORE: "mysql:" });
  expect(faults).toHaveLength(4);
  expect(faults.map((fault) => fault.split(" ")[0])).toEqual(["--port", "HOST", "VALENCE_STORE", "--log-level"]);
  expect(() => serveSettings({ port: "http" }, {})).toThrow(SettingsError);
});

describe("each setting", () => {
  test.each(["0", "65535"])("PORT %s is one", (PORT) => expect(faultsOf({}, { PORT })).toEqual([]));
  test.each(["65536", "-1", "1.5", "0x10", "http", " 80"])("PORT %j is none", (PORT) => {
    expect(faultsOf({}, { PORT })[0]).toContain("not a port from 0 to 65535");
  });

  test.each(["::1", "0.0.0.0", "localhost", "grid.example"])("HOST %s is one", (HOST) => {
    expect(faultsOf({}, { HOST })).toEqual([]);
  });
  test.each(["http://x", "x:80", "[::1]", "a b", "-x"])("HOST %j is none", (HOST) => {
    expect(faultsOf({}, { HOST })[0]).toContain("not an address or a host name");
  });

  test("the data folder is any path", () => {
    expect(faultsOf({ dataDir: "C:\\grid data" })).toEqual([]);
    expect(faultsOf({ dataDir: "a\0b" })[0]).toContain("--data-dir holds a NUL");
  });

  test("a token has at most 256 visible characters, and a wrong one is not quoted", () => {
    expect(faultsOf({ adminToken: "x".repeat(256) })).toEqual([]);
    expect(faultsOf({ adminToken: "x".repeat(257) })).toEqual(["--admin-token is longer than 256 characters."]);
    expect(faultsOf({ adminToken: "my secret" })[0]).not.toContain("secret");
  });

  test.each(["http://10.0.0.5:8080", "https://grid.example/"])("public URL %s is one", (VALENCE_PUBLIC_URL) => {
    expect(faultsOf({}, { VALENCE_PUBLIC_URL })).toEqual([]);
  });
  test.each([
    "grid.example",
    "ftp://grid.example",
    "https://u:pw@grid.example",
    "https://grid.example/a",
    "http://x/?q",
  ])("public URL %s is none", (VALENCE_PUBLIC_URL) => {
    expect(faultsOf({}, { VALENCE_PUBLIC_URL })).toHaveLength(1);
    expect(faultsOf({}, { VALENCE_PUBLIC_URL })[0]).not.toContain("pw");
  });

  test("an operator is a line of at most 128 letters", () => {
    expect(faultsOf({ operator: "π".repeat(128) })).toEqual([]);
    expect(faultsOf({ operator: "🧪".repeat(129) })).toEqual(["--operator is longer than 128 letters."]);
    expect(faultsOf({ operator: "Institute\nof Physics" })[0]).toContain("one line");
    expect(serveSettings({ operator: "  Ada  " }, {}).operator).toBe("Ada");
    expect(serveSettings({ operator: "  " }, {}).operator).toBeNull();
  });

  test.each(["postgres://u:pw@h/db", "postgresql://h/db"])("store %s is said not to be built", (store) => {
    expect(faultsOf({ store })).toEqual(["--store names PostgreSQL, which this version does not have yet."]);
  });
  test.each(["sqlite", "sqlite:/tmp/x", "memory:"])("store %s is none", (store) => {
    expect(faultsOf({ store })[0]).toContain('must be "sqlite:"');
  });

  test.each([
    ["1", 1],
    ["36500", 36_500],
    ["forever", null],
  ])("kept for %s is possible", (VALENCE_KEEP_DAYS, days) => {
    expect(serveSettings({}, { VALENCE_KEEP_DAYS }).keepDays).toBe(days);
  });
  test.each(["0", "36501", "-1", "1.5", "30d", "never"])("kept for %j is refused", (keepDays) => {
    const fault = `is "${keepDays}", neither whole days from 1 to 36500 nor "forever".`;
    expect(faultsOf({ keepDays })).toEqual([`--keep-days ${fault}`]);
  });

  test("a log is text or JSON", () => {
    expect(faultsOf({ log: "yaml" })[0]).toContain("not one of text, json");
  });
});
