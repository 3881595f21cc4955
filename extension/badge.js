/** What the toolbar icon says about a tab: a pure function of its state. */

import { isActive } from "./state.js";

/**
 * Text on the icon: the number of findings, "" for none or nothing asked, "…" at work, "!" when it failed.
 * @param {Readonly<import("./state.js").State>} state
 * @returns {string}
 */
export function badge(state) {
  if (isActive(state)) return "…";
  if (state.phase === "failed") return "!";
  if (state.phase !== "done" || state.check.findings.length === 0) return "";
  return state.check.findings.length > 99 ? "99+" : String(state.check.findings.length);
}
