/** `/atoms`: publish and read code. Sources leave as text that no browser runs. */
import { overLimit } from "@valence/shared/errors";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import { json, location, text } from "./answer.js";
import { bytes } from "./body.js";
import { before, limit } from "./parsed.js";
import { type Route, route } from "./route.js";
import { ATOM, PUBLISHED, page } from "./views.js";

const CUBES = `export default {
  name: "cubes",
  process: (n) => n ** 3,
};
`;

const SOURCE = bytes(
  {
    types: ["text/javascript", "application/javascript"],
    bytesMax: ATOM_BYTES_MAX,
    tooLarge: (actual) =>
      overLimit("atom_too_large", `The atom has ${actual} bytes or more`, {
        limit: "ATOM_BYTES_MAX",
        max: ATOM_BYTES_MAX,
        actual,
      }),
  },
  {
    words:
      "One ES module without imports, in UTF-8 and at most 1 MiB, whose default export is `{name, process(payload, context), payload?}`. " +
      "It is read by parsing and never run here: `name` is a string literal, and `payload`, the schema of its payloads, a JSON literal.",
    example: CUBES,
  },
);

const pageQuery = z.strictObject({ before, limit });

export function atomRoutes(api: JobsApi): Route[] {
  return [
    route({
      method: "get",
      path: "/api/v1/atoms",
      name: "listAtoms",
      tag: "Atoms",
      summary: "List all published versions, newest first",
      door: "read",
      query: pageQuery,
      sample: "limit=10",
      answers: { 200: json("A page of atoms.", page(ATOM, "before")) },
      answer: async ({ query }) => ({ status: 200, body: await api.atoms(query) }),
    }),
    publishing(api),
    route({
      method: "get",
      path: "/api/v1/atoms/{id}",
      name: "getAtom",
      tag: "Atoms",
      summary: "Read a version",
      words: "`id` is a full id, or a name, which means its newest version.",
      door: "read",
      answers: { 200: json("The atom, without its source.", ATOM) },
      refusals: ["unknown_atom"],
      answer: async ({ id }) => ({ status: 200, body: await api.atom(id) }),
    }),
    route({
      method: "get",
      path: "/api/v1/atoms/{id}/source",
      name: "getAtomSource",
      tag: "Atoms",
      summary: "Read the source of a version",
      words: "Byte for byte as it was published: its SHA-256 stands in the id.",
      door: "read",
      answers: {
        200: text("The module.", { type: "text/plain; charset=utf-8", file: "atom.txt", example: CUBES }),
      },
      refusals: ["unknown_atom"],
      answer: async ({ id }) => ({ status: 200, body: await api.atomSource(id) }),
    }),
  ];
}

function publishing(api: JobsApi): Route {
  const address = location(`/api/v1/atoms/${PUBLISHED.example.id}`);
  return route({
    method: "post",
    path: "/api/v1/atoms",
    name: "publishAtom",
    tag: "Atoms",
    summary: "Publish an atom",
    words: "Its id is its name and the SHA-256 of its bytes. A name belongs to the token that first published it.",
    door: "write",
    body: SOURCE,
    answers: {
      201: json("It is published.", PUBLISHED, { headers: address }),
      200: json("The same bytes had been published before.", PUBLISHED, { headers: address }),
    },
    refusals: [
      "atom_name_taken",
      "atom_syntax",
      "atom_too_complex",
      "atom_imports",
      "atom_shape",
      "atom_name",
      "atom_schema",
      "overloaded",
      "draining",
      "storage_full",
    ],
    answer: async ({ body, caller }) => {
      const { id, name, created } = await api.publish(body, caller);
      return { status: created ? 201 : 200, body: { id, name }, headers: { Location: `/api/v1/atoms/${id}` } };
    },
  });
}
