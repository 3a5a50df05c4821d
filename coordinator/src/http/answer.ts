/** What a route may answer when all goes well: each kind knows how it is sent, and says what a description needs of it. */
import type { Response } from "express";
import { asAttachment } from "./headers.js";
import type { Named } from "./named.js";
import { writeAll } from "./stream.js";

/** To whom an answer goes. */
export type Recipient = {
  readonly response: Response;
  /** `HEAD` asks for the headers alone. */
  readonly headOnly: boolean;
  readonly gone: AbortSignal;
};

/** `Sent` is what a route gives beside the status. */
export type Answer<Sent extends object> = {
  /** When it is given, for a description. */
  readonly words: string;
  /** Its media type with the schema of the whole, or of each line or message of a stream; null for none. */
  readonly content: Content | null;
  /** Headers that are its own, with what they say. */
  readonly headers: Headers;
  /** Goes on until its reader has all of it or has gone. */
  readonly streams: boolean;
  send(sent: Sent, to: Recipient): void | Promise<void>;
};

export type Content = {
  readonly type: string;
  /** Of the whole; null for text and for streams. */
  readonly of: Named | null;
  /** What each line holds, or the data of each message. */
  readonly each?: Named;
  /** What the data of messages with these names hold. */
  readonly named?: Readonly<Record<string, Named>>;
  /** Of text and of streams. */
  readonly example?: string;
};

type Headers = Readonly<Record<string, { readonly words: string; readonly example: string; readonly always: boolean }>>;

/** What an answer needs beside its status. */
export type ReplyTo<A> = A extends Answer<infer Sent> ? Sent : never;

/** Values for the headers that the answer names. */
type WithHeaders = { readonly headers?: Readonly<Record<string, string>> };

type Options = {
  readonly headers?: Headers;
  /** What strangers computed or sent leaves as a file of this name, which no browser shows. */
  readonly file?: string;
};

export function location(example: string): Headers {
  return { Location: { words: "Where it is read from now on.", example, always: true } };
}

export function json<T>(
  words: string,
  of: Named<T>,
  options: Options = {},
): Answer<{ readonly body: T } & WithHeaders> {
  const { headers = {}, file } = options;
  return {
    words,
    content: { type: "application/json", of },
    headers: { ...headers, ...attached(file) },
    streams: false,
    send: ({ body, headers: own = {} }, { response }) => {
      response.set(own);
      if (file !== undefined) asAttachment(response, file);
      response.json(body);
    },
  };
}

/** JSON that stays the same: written and compressed once. */
export type Packed = { readonly identity: Buffer; readonly gzip: Buffer };

export function packed(words: string, of: Named): Answer<{ readonly body: Packed }> {
  return {
    words,
    content: { type: "application/json", of },
    headers: {},
    streams: false,
    send: ({ body }, { response }) => {
      const encoding = response.req.acceptsEncodings("gzip") ? "gzip" : "identity";
      response.type("application/json").vary("Accept-Encoding");
      if (encoding === "gzip") response.set("Content-Encoding", encoding);
      response.end(body[encoding]);
    },
  };
}

/** Without a body. */
export function nothing(words: string): Answer<object> {
  return { words, content: null, headers: {}, streams: false, send: (_, { response }) => void response.end() };
}

/** It stands elsewhere: at an address that is relative, so that it holds behind a proxy, too. */
export function moved(words: string, to: string): Answer<object> {
  const headers = { Location: { words: "Where it stands.", example: to, always: true } };
  return { words, content: null, headers, streams: false, send: (_, { response }) => void response.location(to).end() };
}

type WholeText = { readonly type: string; readonly example: string } & Options;

/** Text of a type without a schema, at once. */
export function text(
  words: string,
  { type, example, file }: WholeText,
): Answer<{ readonly body: string | Uint8Array }> {
  return {
    words,
    content: { type: type.split(";")[0] ?? type, of: null, example },
    headers: attached(file),
    streams: false,
    send: ({ body }, { response }) => {
      if (file !== undefined) asAttachment(response, file);
      response.type(type).send(Buffer.from(body as string));
    },
  };
}

/** Texts as they come, no faster than they are read. */
type Streamed = {
  readonly texts: AsyncIterable<string>;
  /** Runs while the answer is open; it returns what ends it. */
  readonly meanwhile?: (response: Response) => () => void;
};
type Stream = Required<Pick<Content, "type" | "each" | "example">> & Pick<Content, "named"> & { readonly file: string };

export function stream(words: string, { file, ...content }: Stream): Answer<Streamed & WithHeaders> {
  return {
    words,
    content: { of: null, ...content },
    headers: attached(file),
    streams: true,
    send: async ({ texts, meanwhile, headers = {} }, { response, headOnly, gone }) => {
      const end = meanwhile?.(response);
      try {
        asAttachment(response, file);
        response.type(content.type).set(headers);
        response.flushHeaders(); // Who waits for what is to come learns at once that it was let in.
        if (!headOnly) await writeAll(response, { texts, gone });
        response.end();
      } finally {
        end?.();
      }
    },
  };
}

function attached(file: string | undefined): Headers {
  if (file === undefined) return {};
  return {
    "Content-Disposition": {
      words: "A file to keep: what strangers sent or computed is never a document.",
      example: `attachment; filename="${file}"`,
      always: true,
    },
  };
}
