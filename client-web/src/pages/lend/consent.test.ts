import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CONSENT, CONSENT_VERSION, consentFor, consentIn, giveConsent, withdrawConsent } from "./consent.js";

const kept = (change: object = {}) => {
  return JSON.stringify({ operator: "Ada", version: CONSENT_VERSION, at: "2026-11-01T00:00:00.000Z", ...change });
};

test("[U1] consent holds for its operator and the version of its text, and a change of either asks again", () => {
  expect(consentIn(kept(), "Ada")).not.toBeNull();
  expect(consentIn(kept(), "Eve")).toBeNull();
  expect(consentIn(kept(), null)).toBeNull();
  expect(consentIn(kept({ version: CONSENT_VERSION - 1 }), "Ada")).toBeNull();
  expect(consentIn(kept({ operator: null }), null)).not.toBeNull();
  expect(consentIn(kept({ operator: null }), "null")).toBeNull();
  expect(consentIn(null, "Ada")).toBeNull();
});

test("[U1] whatever lies in the browser's storage is no consent by accident", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.constantFrom("null", "1", "{}", "[]", '{"version":1}')), (text) => {
      expect(consentIn(text, "Ada")).toBeNull();
    }),
  );
});

test("[U1] consent is given and withdrawn, also where the browser keeps nothing", () => {
  expect(consentFor("Ada")).toBeNull();
  giveConsent("Ada", new Date(0));
  expect(consentFor("Ada")).toEqual({ operator: "Ada", version: CONSENT_VERSION, at: "1970-01-01T00:00:00.000Z" });
  expect(consentFor("Eve")).toBeNull();
  expect(consentFor(undefined)?.operator).toBe("Ada"); // before the coordinator has said who it is
  withdrawConsent();
  expect(consentFor("Ada")).toBeNull();
});

/** Who agreed to other words agreed to something else: raise CONSENT_VERSION, then put the new hash here. */
test("[U1] version 1 of the text is this one", () => {
  const hash = bytesToHex(sha256(utf8ToBytes(JSON.stringify(CONSENT))));
  expect([CONSENT_VERSION, hash.slice(0, 16)]).toEqual([1, "487cf265c595e20b"]);
});
