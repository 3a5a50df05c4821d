/** The HTTP server around the app: what is refused before there is a request that the app could see. */
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { SERVER_TIMEOUTS } from "./patience.js";
import { PROBLEM_TYPE, problemOf } from "./problem.js";

export function httpServer(app: RequestListener): Server {
  const answering = new WeakMap<Socket, ServerResponse>();
  // Where Host is not said the app refuses, too.
  const server = createServer({ ...SERVER_TIMEOUTS, requireHostHeader: false }, app);
  server.prependListener("request", (request, response) => answering.set(request.socket, response));
  // By itself Node would refuse, without a code, what is expected and is no `100-continue`.
  server.on("checkExpectation", app);
  // Node's types speak of any stream; it is the connection.
  server.on("clientError", (error, socket) => refuse(error, socket as Socket, answering.get(socket as Socket)));
  return server;
}

/** Within an answer that has begun nothing more can be said. */
function refuse(error: NodeJS.ErrnoException, socket: Socket, response: ServerResponse | undefined): void {
  const begun = response?.headersSent === true && !response.writableFinished;
  if (socket.writable && !begun) socket.write(answerTo(error.code));
  socket.destroySoon();
}

function answerTo(code: string | undefined): string {
  const body = JSON.stringify(problemOf("bad_message", sentenceOf(code)));
  const headers = [
    "HTTP/1.1 400 Bad Request",
    "Connection: close",
    `Content-Type: ${PROBLEM_TYPE}`,
    "X-Content-Type-Options: nosniff",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${headers.join("\r\n")}\r\n\r\n${body}`;
}

/** Nothing of what was sent is repeated: who knows what it was. */
function sentenceOf(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "The headers are too long.";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "The headers did not come in time.";
  return "This is no HTTP request, or not the whole of one.";
}
