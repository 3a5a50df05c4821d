/** The namespace `/volunteer`: hands each socket's events to its `VolunteerSocket`. */
import type { Namespace, Socket } from "socket.io";
import { brokenPacket } from "./refusals.js";
import { type VolunteerOptions, VolunteerSocket } from "./volunteer-socket.js";

/** Gives back the sockets that are connected, for the farewell when the coordinator stops. */
export function serveVolunteers(namespace: Namespace, options: VolunteerOptions): ReadonlySet<VolunteerSocket> {
  const connected = new Set<VolunteerSocket>();
  namespace.on("connection", (socket: Socket) => {
    const volunteer = new VolunteerSocket(socket, options);
    const heard = () => volunteer.heard();
    connected.add(volunteer);
    socket.onAny((event: string, ...args: unknown[]) => volunteer.receive(event, args));
    socket.on("error", (error) => options.refusals.note(brokenPacket(error)));
    socket.conn.on("packet", heard);
    socket.on("disconnect", () => {
      socket.conn.off("packet", heard);
      connected.delete(volunteer);
      volunteer.cut();
    });
  });
  return connected;
}
