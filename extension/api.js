/** The server's HTTP API, with every way it can answer made a value. */

/** @typedef {import("./state.js").Check} Check */
/** @typedef {import("./state.js").Problem} Problem */

/**
 * @typedef {{kind: "check", check: Check, retryAfter: number}
 *     | {kind: "busy", problem: Problem, retryAfter: number}
 *     | {kind: "refused", problem: Problem}
 *     | {kind: "unreachable"}} Answer
 */

/** No request of ours takes long on a healthy server; a longer one is given up, in milliseconds. */
const PATIENCE = 15_000;

/** Bounds of a wait the server may ask for, in seconds; a longer one outlives a service worker. */
const [SHORTEST_WAIT, USUAL_WAIT, LONGEST_WAIT] = [0.1, 1, 20];

/**
 * Asks for the check of a page, with the page's text when the reader agreed.
 * @param {string} server Origin.
 * @param {string} url
 * @param {string} [html]
 * @returns {Promise<Answer>}
 */
export function submit(server, url, html) {
  return asking(`${server}/api/v1/checks`, post(html === undefined ? { url } : { url, html }));
}

/**
 * Reads how a check is getting on.
 * @param {string} server
 * @param {string} id
 * @returns {Promise<Answer>}
 */
export function read(server, id) {
  return asking(`${server}/api/v1/checks/${encodeURIComponent(id)}`);
}

/**
 * Sends a reader's word on a finding.
 * @param {string} server
 * @param {string | number} findingId
 * @param {string} reason
 * @param {string} comment
 * @returns {Promise<{kind: "sent"} | {kind: "unreachable"} | {kind: "refused", problem: Problem}>}
 */
export async function report(server, findingId, reason, comment) {
  const path = `/api/v1/findings/${encodeURIComponent(String(findingId))}/reports`;
  const response = await request(server + path, post(comment ? { reason, comment } : { reason }));
  if (!response) return { kind: "unreachable" };
  return response.ok ? { kind: "sent" } : { kind: "refused", problem: await problemOf(response) };
}

/**
 * Whether a server is there and ready for work.
 * @param {string} server
 * @returns {Promise<{kind: "ready"} | {kind: "unreachable"} | {kind: "unready", detail: string}>}
 */
export async function ready(server) {
  const response = await request(`${server}/readyz`);
  if (!response) return { kind: "unreachable" };
  if (response.ok) return { kind: "ready" };
  return { kind: "unready", detail: (await problemOf(response)).detail };
}

/**
 * @param {string} address
 * @param {RequestInit} [init]
 * @returns {Promise<Answer>}
 */
async function asking(address, init) {
  const response = await request(address, init);
  if (!response) return { kind: "unreachable" };
  const retryAfter = waitOf(response);
  if (response.ok) {
    const check = await bodyOf(response);
    if (isCheck(check)) return { kind: "check", check, retryAfter };
    return { kind: "refused", problem: { type: "/problems/other-server", title: "", detail: "" } };
  }
  const problem = await problemOf(response);
  const passing = response.status === 429 || response.status >= 500;
  return passing ? { kind: "busy", problem, retryAfter } : { kind: "refused", problem };
}

/**
 * The response, or null when no server answered in time.
 * @param {string} address
 * @param {RequestInit} [init]
 * @returns {Promise<Response | null>}
 */
async function request(address, init = {}) {
  try {
    return await fetch(address, {
      ...init,
      signal: AbortSignal.timeout(PATIENCE),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
  } catch {
    return null;
  }
}

/**
 * @param {object} body
 * @returns {RequestInit}
 */
function post(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/**
 * @param {Response} response
 * @returns {Promise<unknown>}
 */
async function bodyOf(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/**
 * @param {unknown} body
 * @returns {body is Check}
 */
function isCheck(body) {
  const check = /** @type {Partial<Check> | null} */ (body);
  const states = ["queued", "running", "done", "failed"];
  return typeof check?.id === "string" && states.includes(String(check.state)) && Array.isArray(check.findings);
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function problemOf(response) {
  const body = /** @type {Partial<Problem> | null} */ (await bodyOf(response));
  return {
    type: typeof body?.type === "string" ? body.type : "/problems/other-server",
    title: typeof body?.title === "string" ? body.title : "",
    detail: typeof body?.detail === "string" ? body.detail : `HTTP ${response.status}`,
    status: response.status,
  };
}

/**
 * Seconds to wait before the next request, from Retry-After (seconds or a date).
 * @param {Response} response
 */
function waitOf(response) {
  const header = response.headers.get("Retry-After");
  if (!header) return USUAL_WAIT;
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? USUAL_WAIT : Math.min(Math.max(seconds, SHORTEST_WAIT), LONGEST_WAIT);
}
