/**
 * What is known about one tab, and how each event changes it. Pure: no browser, no clock, no network.
 *
 *     idle -> asking -> running -> done
 *                 \________\______-> failed
 *
 * An end state (done, failed) is written once; only a new click or a navigation leaves it.
 */

/** @typedef {[start: number, end: number]} Range Offsets in characters (code points), end exclusive. */

/**
 * @typedef {object} Statement One side of a finding.
 * @property {string} text Exact words of the article.
 * @property {"direct" | "indirect" | "mixed"} type Only direct ones are wholly the speaker's own words.
 * @property {string | null} said_on "2017-08-01", "2017-03", "2017" or null.
 * @property {"day" | "month" | "year" | "unknown"} precision
 * @property {Range[]} clash Parts of `text` that carry the conflict.
 * @property {{url: string, link?: string, title: string | null, outlet: string | null, published_on: string | null}} source
 */

/**
 * @typedef {object} Finding
 * @property {string | number} id
 * @property {"contradiction" | "shift"} kind
 * @property {number} score 0..1
 * @property {string} reason
 * @property {{name: string, slug: string, office: string | null, url?: string}} official
 * @property {Statement} now
 * @property {Statement} then
 */

/**
 * @typedef {object} Check The server's answer about one page.
 * @property {string} id
 * @property {string} url
 * @property {"queued" | "running" | "done" | "failed"} state
 * @property {Stage | null} stage
 * @property {number} progress 0..1
 * @property {Problem | null} error
 * @property {{quotes: number, officials: number, earlier: number} | null} compared
 * @property {Finding[]} findings
 * @property {{page?: string}} [links]
 */

/** @typedef {"fetching" | "reading" | "quotes" | "comparing"} Stage */
/** @typedef {{type: string, title: string, detail: string, status?: number}} Problem RFC 9457. */

/**
 * @typedef {object} Job What every state but idle carries.
 * @property {string} job Random name of this attempt; answers to an older one are ignored.
 * @property {string} url Page in question.
 * @property {string} server Origin of the server asked.
 * @property {boolean} withText Whether the reader agreed to send the page's text.
 */

/** @typedef {{phase: "idle"}} Idle */
/** @typedef {Job & {phase: "asking", misses: number}} Asking */
/**
 * @typedef {Job & {phase: "running", checkId: string, stage: Stage | null, progress: number,
 *     queuedSince: number | null, late: boolean, misses: number}} Running
 */
/** @typedef {Job & {phase: "done", check: Check, reported: (string | number)[]}} Done */
/** @typedef {Job & {phase: "failed", problem: Problem}} Failed */
/** @typedef {Idle | Asking | Running | Done | Failed} State */

/**
 * @typedef {{type: "asked", job: string, url: string, server: string, withText: boolean}
 *     | {type: "answered", job: string, check: Check, at: number}
 *     | {type: "missed", job: string, problem: Problem}
 *     | {type: "refused", job: string, problem: Problem}
 *     | {type: "reported", job: string, findingId: string | number}
 *     | {type: "navigated", url: string | undefined}} Event
 */

/** @type {Readonly<Idle>} */
export const IDLE = Object.freeze({ phase: "idle" });

/** A check that waits longer than this for a worker is called late, in milliseconds. */
export const LATE_AFTER = 20_000;

/** So many polls in a row may go unanswered (a server restarting) before the job is given up. */
export const MISSES_ALLOWED = 5;

/** @type {Problem} */
export const UNREACHABLE = Object.freeze({ type: "/problems/unreachable", title: "", detail: "" });

/** @type {Problem} */
const UNEXPLAINED = Object.freeze({ type: "/problems/unexplained", title: "", detail: "" });

/**
 * The state after an event; the same object when nothing changes.
 * @param {Readonly<State>} state
 * @param {Event} event
 * @returns {Readonly<State>}
 */
export function next(state, event) {
  if (event.type === "asked") return asked(state, event);
  if (event.type === "navigated") {
    return state.phase === "idle" || samePage(state.url, event.url) ? state : IDLE;
  }
  if (state.phase === "idle" || state.job !== event.job) return state;
  if (event.type === "reported") {
    if (state.phase !== "done" || state.reported.includes(event.findingId)) return state;
    return { ...state, reported: [...state.reported, event.findingId] };
  }
  if (!isActive(state)) return state;
  switch (event.type) {
    case "answered":
      return answered(state, event.check, event.at);
    case "missed":
      return state.misses < MISSES_ALLOWED
        ? { ...state, misses: state.misses + 1 }
        : { ...job(state), phase: "failed", problem: event.problem };
    case "refused":
      return { ...job(state), phase: "failed", problem: event.problem };
  }
}

/**
 * Whether the job still has something to wait for.
 * @param {Readonly<State>} state
 * @returns {state is Asking | Running}
 */
export function isActive(state) {
  return state.phase === "asking" || state.phase === "running";
}

/**
 * Whether opening the popup on `url` starts a check: nothing is known of this page, or the server was away.
 * @param {Readonly<State>} state
 * @param {string} url
 */
export function wantsCheck(state, url) {
  if (state.phase === "idle" || !samePage(state.url, url)) return true;
  return state.phase === "failed" && problemCode(state.problem) === "unreachable";
}

/**
 * Last part of the problem's type, its stable name: "not-an-article".
 * @param {Problem} problem
 */
export function problemCode(problem) {
  return problem.type.split("/").pop() ?? "";
}

/**
 * Whether two addresses differ at most in the part after "#".
 * @param {string} one
 * @param {string | undefined} other
 */
export function samePage(one, other) {
  return other !== undefined && one.split("#")[0] === other.split("#")[0];
}

/**
 * @param {Readonly<State>} state
 * @param {Extract<Event, {type: "asked"}>} event
 * @returns {Readonly<State>}
 */
function asked(state, { job, url, server, withText }) {
  const already = isActive(state) && samePage(state.url, url) && state.server === server && state.withText === withText;
  return already ? state : { phase: "asking", job, url, server, withText, misses: 0 };
}

/**
 * @param {Asking | Running} state
 * @param {Check} check
 * @param {number} at Milliseconds since the epoch.
 * @returns {Readonly<State>}
 */
function answered(state, check, at) {
  if (state.phase === "running" && state.checkId !== check.id) return state;
  if (check.state === "done") return { ...job(state), phase: "done", check, reported: [] };
  if (check.state === "failed") return { ...job(state), phase: "failed", problem: check.error ?? UNEXPLAINED };
  const queuedSince = check.state === "queued" ? ((state.phase === "running" && state.queuedSince) || at) : null;
  return {
    ...job(state),
    phase: "running",
    checkId: check.id,
    stage: check.stage,
    progress: check.progress,
    queuedSince,
    late: queuedSince !== null && at - queuedSince >= LATE_AFTER,
    misses: 0,
  };
}

/**
 * The part of a state that stays from the click to the end.
 * @param {Job} state
 * @returns {Job}
 */
function job({ job, url, server, withText }) {
  return { job, url, server, withText };
}
