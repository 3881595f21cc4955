/** Days as people write them, no more exact than they are known. */

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const FORMATS = {
  day: { day: "numeric", month: "long", year: "numeric" },
  month: { month: "long", year: "numeric" },
  year: { year: "numeric" },
};

/**
 * "1 August 2017", "March 2017" or "2017"; null when the day is unknown or unreadable.
 * @param {string | null} said ISO 8601 at its precision: "2017-08-01", "2017-03", "2017".
 * @param {string} precision "day", "month", "year" or "unknown".
 * @param {string} locale BCP 47 tag.
 * @returns {string | null}
 */
export function formatDay(said, precision, locale) {
  const format = FORMATS[precision];
  const parts = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(said ?? "");
  if (!format || !parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2] ?? 1), Number(parts[3] ?? 1)];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return new Intl.DateTimeFormat(locale, { ...format, timeZone: "UTC" }).format(date);
}
