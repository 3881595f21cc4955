/** Addresses of servers and pages: which are usable, and which permission they need. */

/** The server that `onrecord run` starts on the reader's own machine. */
export const DEFAULT_SERVER = "http://127.0.0.1:8321";

const LOOPBACK = new Set(["127.0.0.1", "localhost"]);

/**
 * The origin of a server's address as typed by a reader.
 * Plain http is for the reader's own machine: what somebody reads never crosses a network in clear.
 * @param {string} typed
 * @returns {{origin: string} | {problem: "address_empty" | "address_unreadable" | "address_https" | "address_path"}}
 */
export function readServer(typed) {
  const text = typed.trim();
  if (!text) return { problem: "address_empty" };
  if (!URL.canParse(text)) return { problem: "address_unreadable" };
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return { problem: "address_unreadable" };
  if (url.protocol === "http:" && !LOOPBACK.has(url.hostname)) return { problem: "address_https" };
  if (url.pathname !== "/" || url.search || url.hash || url.username) return { problem: "address_path" };
  return { origin: url.origin };
}

/**
 * The match pattern of a server, as permissions know it (ports are not part of it).
 * @param {string} origin
 */
export function permissionFor(origin) {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

/**
 * Whether the server runs on this machine.
 * @param {string} origin
 */
export function isLocal(origin) {
  return LOOPBACK.has(new URL(origin).hostname);
}

/**
 * The address when it is one of the web, else null: nothing else becomes a link or a check.
 * @param {string | null | undefined} address
 * @returns {string | null}
 */
export function webAddress(address) {
  if (!address || !URL.canParse(address)) return null;
  return /^https?:$/.test(new URL(address).protocol) ? address : null;
}
