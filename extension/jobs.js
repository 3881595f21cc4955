/**
 * The work of the background: takes a check of a tab from the click to its end state.
 *
 * The intent is stored before the first request, and each step starts from what is stored. So a worker that
 * the browser stops loses nothing: whatever wakes it next (an alarm, the popup, an event of a tab) goes on.
 */

import { DEFAULT_SERVER, isLocal } from "./address.js";
import { badge } from "./badge.js";
import { readHtml } from "./page/read.js";
import { IDLE, UNREACHABLE, isActive, next } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Event} Event */
/** @typedef {import("./api.js").Answer} Answer */

/**
 * What a popup may ask for.
 * @typedef {{type: "check", tabId: number, url: string, withText: boolean}
 *     | {type: "report", tabId: number, findingId: string | number, reason: string, comment: string}} Request
 */

const TAB = "tab:";

/** Seconds between two looks at a check on this very machine, where nobody else waits for the answer. */
const NEARBY = 0.25;

/**
 * Where the state of a tab is kept.
 * @param {number} tabId
 */
export function keyOf(tabId) {
  return TAB + tabId;
}

/**
 * Seconds until the next request: as the server says, sooner on this machine, later when nobody answers.
 * @param {Answer} answer
 * @param {string} server
 * @param {number} misses
 */
function pauseOf(answer, server, misses) {
  if (answer.kind === "check") return isLocal(server) ? Math.min(NEARBY, answer.retryAfter) : answer.retryAfter;
  return "retryAfter" in answer ? answer.retryAfter : 2 ** (misses - 1);
}

export class Jobs {
  /** @type {Map<number, Promise<unknown>>} The last change asked of each tab; the next waits for it. */
  #changes = new Map();
  /** @type {Map<string, Promise<void>>} Jobs being followed, by name: one request in flight for each. */
  #followed = new Map();

  /**
   * @param {typeof import("./platform.js")} platform
   * @param {typeof import("./api.js")} api
   * @param {(seconds: number) => Promise<void>} wait
   */
  constructor(platform, api, wait) {
    this.platform = platform;
    this.api = api;
    this.wait = wait;
  }

  /**
   * Does what a popup asks for.
   * @param {Request} request
   */
  async answer(request) {
    return request.type === "check" ? this.start(request) : this.report(request);
  }

  /**
   * Starts the check of a tab, unless the same one is under way.
   * @param {Extract<Request, {type: "check"}>} request
   */
  async start({ tabId, url, withText }) {
    const server = (await this.platform.chosenServer()) ?? DEFAULT_SERVER;
    const asked = await this.#apply(tabId, { type: "asked", job: crypto.randomUUID(), url, server, withText });
    await this.platform.alarm.set();
    void this.#follow(tabId, asked);
  }

  /** Goes on with every unfinished check; harmless when nothing was interrupted. */
  async resume() {
    for (const [key, state] of Object.entries(await this.platform.session.all())) {
      if (key.startsWith(TAB)) void this.#follow(Number(key.slice(TAB.length)), state);
    }
  }

  /** Goes on likewise when the alarm rings, and lets it ring again only while there is something unfinished. */
  async rung() {
    await this.platform.alarm.clear();  // before looking: a click meanwhile sets it again
    const states = Object.values(await this.platform.session.all());
    if (states.some(isActive)) await this.platform.alarm.set();
    await this.resume();
  }

  /**
   * Sends a reader's word on a finding.
   * @param {Extract<Request, {type: "report"}>} request
   */
  async report({ tabId, findingId, reason, comment }) {
    const state = await this.#read(tabId);
    if (state.phase !== "done") return { kind: "unreachable" };
    const answer = await this.api.report(state.server, findingId, reason, comment);
    if (answer.kind === "sent") await this.#apply(tabId, { type: "reported", job: state.job, findingId });
    return answer;
  }

  /**
   * Forgets what was known of a page that is left.
   * @param {number} tabId
   * @param {string | undefined} url Where the tab goes, when the extension may know.
   */
  async navigated(tabId, url) {
    await this.#apply(tabId, { type: "navigated", url });
  }

  /** @param {number} tabId */
  async closed(tabId) {
    await this.#apply(tabId, { type: "navigated", url: undefined });
    this.#changes.delete(tabId);
  }

  /**
   * Asks and polls until the job has an end state or the tab another job.
   * @param {number} tabId
   * @param {Readonly<State>} state
   * @returns {Promise<void>}
   */
  #follow(tabId, state) {
    if (!isActive(state)) return Promise.resolve();
    const { job } = state;
    const running = this.#followed.get(job);
    if (running) return running;
    const following = this.#steps(tabId, job).finally(() => this.#followed.delete(job));
    this.#followed.set(job, following);
    return following;
  }

  /**
   * @param {number} tabId
   * @param {string} job
   */
  async #steps(tabId, job) {
    for (;;) {
      const state = await this.#read(tabId);
      if (!isActive(state) || state.job !== job) return;
      const answer = await this.#ask(tabId, state);
      const after = await this.#apply(tabId, eventOf(state, answer));
      if (isActive(after)) await this.wait(pauseOf(answer, state.server, after.misses));
    }
  }

  /**
   * @param {number} tabId
   * @param {import("./state.js").Asking | import("./state.js").Running} state
   * @returns {Promise<Answer>}
   */
  async #ask(tabId, state) {
    if (state.phase === "running") return this.api.read(state.server, state.checkId);
    if (!state.withText) return this.api.submit(state.server, state.url);
    let html;
    try {
      html = await this.platform.runInPage(tabId, readHtml);
    } catch {
      return { kind: "refused", problem: { type: "/problems/page-closed", title: "", detail: "" } };
    }
    return this.api.submit(state.server, state.url, html);
  }

  /**
   * Changes the state of a tab; changes of one tab wait for each other.
   * @param {number} tabId
   * @param {Event} event
   * @returns {Promise<Readonly<State>>}
   */
  #apply(tabId, event) {
    const change = (this.#changes.get(tabId) ?? Promise.resolve()).then(async () => {
      const before = await this.#read(tabId);
      const after = next(before, event);
      if (after === IDLE && before === IDLE) return after;
      if (after.phase === "idle") await this.platform.session.remove(keyOf(tabId));
      else if (after !== before) await this.platform.session.write(keyOf(tabId), after);
      await this.platform.showBadge(tabId, badge(after));
      return after;
    });
    this.#changes.set(tabId, change);
    return change;
  }

  /**
   * @param {number} tabId
   * @returns {Promise<Readonly<State>>}
   */
  async #read(tabId) {
    return (await this.platform.session.read(keyOf(tabId))) ?? IDLE;
  }
}

/**
 * What an answer of the server means for the job that asked.
 * @param {Extract<State, {job: string}>} state
 * @param {Answer} answer
 * @returns {Event}
 */
function eventOf({ phase, job }, answer) {
  switch (answer.kind) {
    case "check":
      return { type: "answered", job, check: answer.check, at: Date.now() };
    case "refused":
      return { type: "refused", job, problem: answer.problem };
    case "busy":
      return { type: "missed", job, problem: answer.problem };
    case "unreachable":
      // nobody there when the reader clicks: say so at once; later, a server may be restarting
      return phase === "asking" ? { type: "refused", job, problem: UNREACHABLE } : { type: "missed", job, problem: UNREACHABLE };
  }
}
