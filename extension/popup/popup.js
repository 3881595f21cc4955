/** The popup: starts the check of the active tab, then shows the tab's state as it changes. */

import { DEFAULT_SERVER, webAddress } from "../address.js";
import { keyOf } from "../jobs.js";
import { highlight } from "../page/highlight.js";
import * as platform from "../platform.js";
import { IDLE, isActive, problemCode, samePage, wantsCheck } from "../state.js";
import { wordsFrom } from "../words.js";
import { restricted, viewOf } from "./views.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Finding} Finding */

const words = wordsFrom(platform.message);
const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const announcer = /** @type {HTMLElement} */ (document.querySelector("#announcer"));

/** @type {import("./views.js").View | null} */
let shown = null;

/** @param {import("./views.js").View} view */
function show(view) {
  const focused = main.contains(document.activeElement);
  shown = view;
  main.replaceChildren(...view.elements);
  announcer.textContent = view.said;
  if (focused) main.focus();
}

/**
 * @param {platform.Tab} tab
 * @param {string} url
 */
async function follow(tab, url) {
  /** @param {boolean} withText */
  const check = (withText) => platform.send({ type: "check", tabId: tab.id, url, withText });

  /** @type {import("./views.js").Actions} */
  const actions = {
    retry: () => check(false),
    sendText: () => check(true),
    openOptions: platform.openOptions,
    allowServer: async () => (await platform.askToReach((await platform.chosenServer()) ?? DEFAULT_SERVER)) && check(false),
    copy: platform.copy,
    show: (finding) => showInPage(tab.id, finding),
    async report(finding, reason, comment) {
      const answer = await platform.send({ type: "report", tabId: tab.id, findingId: finding.id, reason, comment });
      if (answer.kind === "sent") return null;
      return answer.problem?.detail || words.t("unreachable_title");
    },
  };

  /** @type {Readonly<State>} */
  let latest = IDLE;

  /** @param {Readonly<State>} state */
  async function render(state) {
    latest = state;
    if (isActive(state)) platform.keepAwake(() => isActive(latest));
    if (shown?.update && isActive(state)) {
      const said = shown.update(state);
      if (announcer.textContent !== said) announcer.textContent = said;
      return;
    }
    const away = state.phase === "failed" && problemCode(state.problem) === "unreachable";
    const view = viewOf(state, words, actions, !away || (await platform.mayReach(state.server)));
    if (view.name !== shown?.name || state.phase === "failed") show(view);
  }

  platform.session.watch(keyOf(tab.id), (state) => render(state ?? IDLE));
  const state = (await platform.session.read(keyOf(tab.id))) ?? IDLE;
  const known = !wantsCheck(state, url);
  await render(known ? state : IDLE);
  if (!known) await check(false);
}

/**
 * Marks a finding in the page: what is said now, and what was said then when the page holds that too.
 * @param {number} tabId
 * @param {Finding} finding
 * @returns {Promise<string>} How it went, for the reader.
 */
async function showInPage(tabId, { now, then }) {
  const passages = { now: [now.text], then: samePage(then.source.url, now.source.url) ? [then.text] : [] };
  try {
    await platform.styleInPage(tabId, "page/highlight.css");
    const { found } = await platform.runInPage(tabId, highlight, passages);
    return words.t(found > 0 ? "shown" : "shown_nowhere");
  } catch {
    return words.t("shown_never");
  }
}

document.documentElement.lang = words.t("locale");
document.title = words.t("name");
const settings = /** @type {HTMLButtonElement} */ (document.querySelector("#settings"));
settings.title = words.t("settings");
settings.setAttribute("aria-label", words.t("settings"));
settings.addEventListener("click", platform.openOptions);

const tab = await platform.activeTab();
const url = webAddress(tab?.url);
if (tab && url) await follow(tab, url);
else show(restricted(words));
