/** Making elements. Everything becomes text nodes and attributes; no string is ever read as HTML. */

/** @typedef {Node | string | null | false | undefined} Child */

/**
 * An element with attributes and children; a function as an attribute listens ("onclick").
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | null | undefined | ((event: any) => void)>} [attributes]
 * @param {...Child} children Those that are null, undefined, false or "" are left out.
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * A text with some of its parts in `<mark>`.
 * @param {string} text
 * @param {import("../state.js").Range[]} ranges In characters; overlapping ones are joined, impossible ones cut.
 * @returns {(string | HTMLElement)[]}
 */
export function marked(text, ranges) {
  const characters = Array.from(text); // the server counts code points, JavaScript counts UTF-16
  const parts = [];
  let done = 0;
  for (const [start, end] of [...ranges].sort(([one], [other]) => one - other)) {
    const [from, to] = [Math.max(start, done), Math.min(end, characters.length)];
    if (from >= to) continue;
    parts.push(characters.slice(done, from).join(""), h("mark", {}, characters.slice(from, to).join("")));
    done = to;
  }
  return [...parts, characters.slice(done).join("")].filter((part) => part !== "");
}
