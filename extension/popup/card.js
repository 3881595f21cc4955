/** A finding as a card: who, the two dated statements, why, and what the reader can do about it. */

import { webAddress } from "../address.js";
import { h, marked } from "./dom.js";

/** @typedef {import("../state.js").Finding} Finding */
/** @typedef {import("../state.js").Statement} Statement */

/**
 * What a card needs from the popup.
 * @typedef {object} CardContext
 * @property {import("../words.js").Words} words
 * @property {string} server Origin that reports go to.
 * @property {string | null} permalink Page of this check.
 * @property {boolean} reported Whether the reader has reported this finding.
 * @property {(finding: Finding) => Promise<string>} show Marks the finding in the page and says how that went.
 * @property {(finding: Finding, reason: string, comment: string) => Promise<string | null>} report Why it failed, or null.
 */

/** Why a reader may find that something isn't a conflict; the API knows these names. */
export const REASONS = ["same_meaning", "different_subject", "wrong_person", "wrong_day", "out_of_context", "other"];

/**
 * @param {Finding} finding
 * @param {CardContext} context
 * @returns {HTMLElement}
 */
export function card(finding, context) {
  const { t } = context.words;
  const name = `official-${finding.id}`;
  const status = h("p", { class: "status", role: "status" });
  const dispute = disputeForm(finding, context, status, () => (disputeButton.disabled = true));
  const disputeButton = h("button", { type: "button", class: "quiet", "aria-expanded": "false", onclick: () => toggle(true) }, t("dispute"));

  /** @param {boolean} open */
  function toggle(open) {
    dispute.hidden = !open;
    disputeButton.setAttribute("aria-expanded", String(open));
    (open ? dispute.querySelector("input") : disputeButton)?.focus();
  }

  dispute.addEventListener("reset", () => toggle(false));
  if (context.reported) {
    disputeButton.disabled = true;
    status.textContent = t("dispute_thanks");
  }
  const permalink = webAddress(context.permalink);
  return h(
    "article",
    { class: `card ${finding.kind === "shift" ? "shift" : "contradiction"}`, "aria-labelledby": name },
    h(
      "header",
      {},
      h("h3", { id: name }, finding.official.name),
      h("p", { class: "kind" }, t(finding.kind === "shift" ? "kind_shift" : "kind_contradiction")),
      finding.official.office && h("p", { class: "office" }, finding.official.office),
    ),
    statement("now", finding.now, context),
    statement("then", finding.then, context),
    h("p", { class: "reason" }, finding.reason),
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", onclick: async () => (status.textContent = await context.show(finding)) }, t("show")),
      disputeButton,
      permalink &&
        h("a", { href: `${permalink}#finding-${finding.id}`, target: "_blank", rel: "noopener noreferrer" }, t("open_check")),
    ),
    dispute,
    status,
  );
}

/**
 * @param {"now" | "then"} side
 * @param {Statement} said
 * @param {CardContext} context
 */
function statement(side, said, { words }) {
  const { t } = words;
  const { source } = said;
  const outlet = source.outlet || source.title || t("source_unnamed");
  const link = webAddress(source.link) ?? webAddress(source.url);
  return h(
    "section",
    { class: `statement ${side}` },
    h(
      "h4",
      {},
      h("span", { class: "side" }, t(side)),
      " ",
      h("span", { class: "day" }, words.said(said)),
      " · ",
      link
        ? h("a", { href: link, target: "_blank", rel: "noopener noreferrer", title: t("opens_source") }, outlet)
        : outlet,
    ),
    h("blockquote", { class: said.type === "direct" ? "verbatim" : null }, ...marked(said.text, said.clash)),
  );
}

/**
 * @param {Finding} finding
 * @param {CardContext} context
 * @param {HTMLElement} status Told how it went.
 * @param {() => void} sent Called when the report has arrived.
 */
function disputeForm(finding, { words: { t }, server, report }, status, sent) {
  const comment = h("textarea", { rows: "2", maxlength: "1000", id: `comment-${finding.id}` });
  const reasons = REASONS.map((reason) =>
    h("label", {}, h("input", { type: "radio", name: "reason", value: reason, required: true }), t(`reason_${reason}`)),
  );
  const submit = h("button", {}, t("dispute_send"));
  const form = h(
    "form",
    { class: "dispute", hidden: true, onsubmit: send },
    h("fieldset", {}, h("legend", {}, t("dispute_why")), ...reasons),
    h("label", { for: comment.id }, t("dispute_comment")),
    comment,
    h("p", { class: "note" }, t("dispute_note", server)),
    h("div", { class: "actions" }, submit, h("button", { type: "reset", class: "quiet" }, t("close"))),
  );

  /** @param {SubmitEvent} event */
  async function send(event) {
    event.preventDefault();
    submit.disabled = true;
    const failure = await report(finding, String(new FormData(form).get("reason")), comment.value.trim());
    submit.disabled = false;
    form.hidden = failure === null;
    status.textContent = failure === null ? t("dispute_thanks") : t("dispute_failed", failure);
    if (failure === null) sent();
  }

  return form;
}
