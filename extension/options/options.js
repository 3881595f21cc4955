/** The settings: which server is asked, and what leaves the browser. */

import { DEFAULT_SERVER, readServer } from "../address.js";
import { ready } from "../api.js";
import * as platform from "../platform.js";

const { message } = platform;
const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
const address = /** @type {HTMLInputElement} */ (document.querySelector("#address"));
const outcome = /** @type {HTMLElement} */ (document.querySelector("#outcome"));
const usual = /** @type {HTMLButtonElement} */ (document.querySelector("#usual"));

/**
 * Saves the address as typed and tries it. The permission is asked for first, while the click still counts.
 * @returns {Promise<{text: string, wrong: boolean}>}
 */
async function save() {
  const read = readServer(address.value);
  if ("problem" in read) return { text: message(read.problem), wrong: true };
  const { origin } = read;
  if (!(await platform.askToReach(origin))) return { text: message("options_denied", origin), wrong: true };
  address.value = origin;
  await platform.chooseServer(origin);
  outcome.textContent = message("options_testing");
  const answer = await ready(origin);
  if (answer.kind === "ready") return { text: message("options_ready", origin), wrong: false };
  if (answer.kind === "unready") return { text: message("options_unready", origin, answer.detail), wrong: true };
  return { text: message("options_unreachable", origin), wrong: true };
}

document.documentElement.lang = message("locale");
document.title = message("options_title");
for (const element of document.querySelectorAll("[data-text]")) {
  element.textContent = message(/** @type {HTMLElement} */ (element).dataset.text ?? "");
}
address.value = (await platform.chosenServer()) ?? DEFAULT_SERVER;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { text, wrong } = await save();
  outcome.textContent = text;
  outcome.classList.toggle("wrong", wrong);
  address.setAttribute("aria-invalid", String(wrong));
});
usual.addEventListener("click", () => {
  address.value = DEFAULT_SERVER;
  form.requestSubmit();
});
