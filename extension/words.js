/** The extension's texts in one language: messages, counted things, days. */

import { formatDay } from "./dates.js";

/**
 * @typedef {object} Words
 * @property {(key: string, ...values: (string | number)[]) => string} t A text; hyphens of a key may be given.
 * @property {(key: string, number: number) => string} count "1 quote", "12 quotes".
 * @property {(statement: import("./state.js").Statement) => string} said When it was said, as far as known.
 */

/**
 * @param {(key: string, ...values: (string | number)[]) => string} message Looks a text up.
 * @returns {Words}
 */
export function wordsFrom(message) {
  const locale = message("locale");
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);

  /** @type {Words["t"]} */
  const t = (key, ...values) => message(key.replaceAll("-", "_"), ...values);

  return {
    t,
    count: (key, count) => t(`${key}_${plural.select(count)}`, number.format(count)),
    said({ said_on, precision, source }) {
      const published = formatDay(source.published_on, "day", locale);
      const day = formatDay(said_on, precision, locale);
      return day ?? (published ? t("published", published) : t("said_unknown"));
    },
  };
}
