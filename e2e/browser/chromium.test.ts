import { expect, test } from "vitest";
import { findChromium, installedChromium, type Surroundings, waysToInstall } from "./chromium.js";

const OWN = "/cache/playwright/chrome";

/** A machine on which these browsers start. */
function machine(browsers: readonly string[], more: Partial<Surroundings> = {}): Surroundings {
  const starts = (path: string) => browsers.includes(path);
  return { env: { PATH: "/usr/local/bin:/usr/bin" }, ownPath: OWN, mayUseApt: false, starts, ...more };
}

test("the one that is named comes first, then Playwright's own, then one of the system in the order of names", () => {
  const all = ["/opt/chrome", OWN, "/usr/bin/chromium", "/usr/local/bin/chromium-browser", "/usr/bin/google-chrome"];
  const env = { PATH: "/usr/local/bin:/usr/bin", CHROMIUM_PATH: "/opt/chrome" };
  expect(installedChromium(machine(all, { env }))).toBe("/opt/chrome");
  for (let i = 1; i < all.length; i++) expect(installedChromium(machine(all.slice(i)))).toBe(all[i]);
  expect(installedChromium(machine([]))).toBeNull();
});

test("one that is named and does not start is no reason to take another", () => {
  const env = { PATH: "/usr/bin", CHROMIUM_PATH: "/opt/gone" };
  expect(() => findChromium(machine([OWN], { env }))).toThrow("CHROMIUM_PATH is /opt/gone");
});

test("an empty CHROMIUM_PATH, and no PATH, name nothing", () => {
  expect(installedChromium(machine([OWN], { env: { CHROMIUM_PATH: "" } }))).toBe(OWN);
});

test("only root on Debian may use its packages", () => {
  expect(waysToInstall(machine([]))).toHaveLength(1);
  expect(waysToInstall(machine([], { mayUseApt: true }))[1]).toEqual([
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "chromium"],
  ]);
});

test("what is missing is installed, in one way after another, until one starts", () => {
  const browsers: string[] = [];
  const ran: string[] = [];
  const run = ([command = "", ...args]: string[]) => {
    ran.push(args.join(" "));
    if (args.includes("-y")) browsers.push("/usr/bin/chromium");
    return command === "apt-get";
  };
  expect(findChromium(machine(browsers, { mayUseApt: true }), run)).toBe("/usr/bin/chromium");
  expect(ran).toEqual([expect.stringMatching(/cli\.js install chromium$/), "update", "install -y chromium"]);
});

test("where nothing helps, a sentence says what to install", () => {
  expect(() => findChromium(machine([]), () => true)).toThrow(/install the package chromium.* or set CHROMIUM_PATH/);
});
