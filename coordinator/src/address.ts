/** What an address or a host name says about who is there: this machine, and whom a limit counts as one. */
import { isIPv6 } from "node:net";

const LOOPBACK_V4 = /^127(\.\d{1,3}){3}$/;
const MAPPED_V4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** True for an address or a host name that only this machine reaches. IPv6 without brackets. */
export function isLoopback(host: string): boolean {
  const name = unmapped(host.toLowerCase());
  return name === "localhost" || name === "::1" || LOOPBACK_V4.test(name);
}

/** Whom a limit counts as one visitor: an IPv4 address, or the /64 that one IPv6 customer holds. */
export function addressKey(address: string): string {
  const plain = unmapped(address);
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, 4).join(":")}::/64` : plain;
}

function unmapped(address: string): string {
  return MAPPED_V4.exec(address)?.[1] ?? address;
}

/** The eight groups of an IPv6 address, with `::` written out and no leading zeros. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const left = head.split(":").filter(Boolean);
  const right = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right].map((g) => g.replace(/^0+(?=.)/, ""));
}
