/** What the popup shows for each state. Functions from data to elements; the browser is not touched here. */

import { isLocal, webAddress } from "../address.js";
import { problemCode } from "../state.js";
import { card } from "./card.js";
import { h } from "./dom.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../words.js").Words} Words */

/**
 * What views may ask the popup to do.
 * @typedef {object} Actions
 * @property {() => void} retry Checks the page again.
 * @property {() => void} sendText Checks the page again, with its text.
 * @property {() => void} openOptions
 * @property {() => void} allowServer Asks the reader to let the extension talk to the server.
 * @property {(text: string) => Promise<void>} copy
 * @property {import("./card.js").CardContext["show"]} show
 * @property {import("./card.js").CardContext["report"]} report
 */

/**
 * What is shown: a name that changes when the elements must be made anew, and one line for screen readers.
 * @typedef {{name: string, said: string, elements: HTMLElement[], update?: (state: Readonly<State>) => string}} View
 */

/** The steps of a check in order, each with its share of the progress bar's words. */
const STAGES = /** @type {const} */ (["fetching", "reading", "quotes", "comparing"]);

/** Problems after which the reader's own browser can still give the server the text. */
const CAN_SEND_TEXT = new Set(["paywall", "site-error", "address-refused", "blocked-by-robots", "too-large"]);

/**
 * @param {Readonly<State>} state
 * @param {Words} words
 * @param {Actions} actions
 * @param {boolean} allowed Whether the browser lets the extension talk to the server.
 * @returns {View}
 */
export function viewOf(state, words, actions, allowed = true) {
  switch (state.phase) {
    case "done":
      return done(state, words, actions);
    case "failed":
      return failed(state, words, actions, allowed);
    default:
      return running(state, words);
  }
}

/**
 * For addresses that are no web pages.
 * @param {Words} words
 * @returns {View}
 */
export function restricted({ t }) {
  return view("restricted", t("restricted_title"), h("p", {}, t("restricted_detail")));
}

/**
 * @param {Readonly<State>} first
 * @param {Words} words
 * @returns {View}
 */
function running(first, { t }) {
  const bar = h("progress", { max: "1", "aria-label": t("progress") });
  const steps = STAGES.map((stage) => h("li", {}, t(`stage_${stage}`)));
  const late = h("p", { class: "notice", hidden: true }, t("running_late"));

  /** @param {Readonly<State>} state */
  function update(state) {
    const stage = state.phase === "running" ? state.stage : null;
    const reached = stage === null ? -1 : STAGES.indexOf(stage);
    bar.value = state.phase === "running" ? state.progress : 0;
    steps.forEach((step, index) => {
      step.className = index < reached ? "past" : index === reached ? "present" : "";
      if (index === reached) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    late.hidden = !(state.phase === "running" && state.late);
    return stage === null ? t("running_title") : t(`stage_${stage}`);
  }

  const said = update(first);
  const elements = [h("h2", {}, t("running_title")), bar, h("ol", { class: "steps" }, ...steps), late, h("p", { class: "note" }, t("running_hint"))];
  return { name: "running", said, elements, update };
}

/**
 * @param {import("../state.js").Done} state
 * @param {Words} words
 * @param {Actions} actions
 * @returns {View}
 */
function done({ check, server, reported }, words, actions) {
  const { t, count } = words;
  const { quotes, officials, earlier } = check.compared ?? { quotes: 0, officials: 0, earlier: 0 };
  const permalink = webAddress(check.links?.page);
  const compared = t("compared", count("quotes", quotes), count("officials", officials), count("earlier", earlier));
  if (check.findings.length > 0) {
    const cards = check.findings.map((finding) =>
      card(finding, { words, server, permalink, reported: reported.includes(finding.id), show: actions.show, report: actions.report }),
    );
    return view(`done ${check.id}`, count("findings", check.findings.length), h("p", { class: "compared" }, compared), ...cards);
  }
  const link = permalink && h("p", {}, h("a", { href: permalink, target: "_blank", rel: "noopener noreferrer" }, t("open_check")));
  const name = `done ${check.id}`;
  if (quotes === 0 || officials === 0) return view(name, t("unquoted_title"), h("p", {}, t("unquoted_detail")), link);
  if (earlier === 0) {
    return view(name, t("empty_title"), h("p", {}, t("empty_detail", count("quotes", quotes), count("officials", officials))), link);
  }
  return view(name, t("nothing_title"), h("p", {}, compared), h("p", { class: "note" }, t("nothing_detail")), link);
}

/**
 * @param {import("../state.js").Failed} state
 * @param {Words} words
 * @param {Actions} actions
 * @param {boolean} allowed
 * @returns {View}
 */
function failed({ problem, server, withText }, { t }, actions, allowed) {
  const code = problemCode(problem);
  const retry = h("button", { type: "button", onclick: actions.retry }, t("try_again"));
  const options = h("button", { type: "button", class: "quiet", onclick: actions.openOptions }, t("settings"));
  const detail = problem.detail && h("p", { class: "note" }, problem.detail);
  const buttons = h("div", { class: "actions" }, retry, options);

  if (code === "unreachable" && !allowed) {
    const allow = h("button", { type: "button", onclick: actions.allowServer }, t("forbidden_allow"));
    return view(code, t("forbidden_title"), h("p", {}, t("forbidden_detail", server)), h("div", { class: "actions" }, allow, options));
  }
  if (code === "unreachable" && isLocal(server)) {
    return view(code, t("unreachable_title"), h("p", {}, t("unreachable_local", server)), command(t, actions), buttons);
  }
  if (code === "unreachable") return view(code, t("unreachable_title"), h("p", {}, t("unreachable_remote", server)), buttons);
  if (code === "other-server") return view(code, t("otherserver_title"), h("p", {}, t("otherserver_detail", server)), detail || null, buttons);
  if (code === "page-closed") return view(code, t("closed_title"), h("p", {}, t("closed_detail")));
  if (code === "not-an-article" || code === "not-html") {
    return view(code, t("article_title"), h("p", {}, t("article_detail")), detail || null, h("div", { class: "actions" }, retry));
  }
  if (CAN_SEND_TEXT.has(code) && !withText) {
    const send = h("button", { type: "button", class: "primary", onclick: actions.sendText }, t("consent_send"));
    const consent = h(
      "section",
      { class: "consent", "aria-labelledby": "consent" },
      h("h3", { id: "consent" }, t("consent_title")),
      h("p", {}, t("consent_what", server)),
      h("p", {}, t("consent_not")),
      h("div", { class: "actions" }, send, retry),
    );
    return view(code, t("fetch_title"), h("p", {}, t(`fetch_${code}`)), detail || null, consent);
  }
  const title = problem.title || t("gone_title");
  return view(code, title, h("p", {}, problem.detail || t("gone_detail")), h("div", { class: "actions" }, retry));
}

/**
 * The command that starts a server, with a button that copies it.
 * @param {Words["t"]} t
 * @param {Actions} actions
 */
function command(t, actions) {
  const text = t("unreachable_command");
  const button = h("button", { type: "button", class: "quiet", onclick: copy }, t("copy"));
  async function copy() {
    await actions.copy(text);
    button.textContent = t("copied");
  }
  return h("div", { class: "command" }, h("code", { tabindex: "0" }, text), button);
}

/**
 * @param {string} name
 * @param {string} title
 * @param {...(HTMLElement | string | null | undefined)} rest
 * @returns {View}
 */
function view(name, title, ...rest) {
  const elements = rest.filter((part) => part instanceof HTMLElement);
  return { name, said: title, elements: [h("h2", {}, title), ...elements] };
}
