/**
 * Marks statements in the page without touching its DOM, by the CSS Custom Highlight API.
 *
 * The browser sends the source of `highlight` alone into the page, so everything it needs is inside it.
 */

/**
 * Marks every passage found and scrolls to the first; called again, replaces what it marked before.
 *
 * Words are compared letter by letter with white space, tags and typography left out: a quote that runs over
 * `<em>`, `<br>` or two paragraphs, or whose curly marks an extractor straightened, is still found.
 * @param {{now: string[], then: string[]}} passages Exact words, by the name of the highlight they get.
 * @returns {{sought: number, found: number}} How many passages there were, and how many stand in the page.
 */
export function highlight(passages) {
  const SKIPPED = "script, style, noscript, template, textarea, select, iframe, svg, [hidden]";

  /**
   * The comparable form of one character: "" for what only typography adds.
   * @param {string} character
   */
  function fold(character) {
    if (/[\s\u00ad\u200b-\u200d\u2060\ufeff]/.test(character)) return "";
    if (/[\u2018\u2019\u201a\u201b\u2032`\u00b4]/.test(character)) return "'";
    if (/[\u201c-\u201f\u2033\u00ab\u00bb]/.test(character)) return '"';
    if (/[\u2010-\u2015\u2212]/.test(character)) return "-";
    return character === "\u2026" ? "..." : character.normalize("NFKC");
  }

  /** The page's visible text, folded, with the place of each of its characters. */
  function readPage() {
    let text = "";
    /** @type {{node: Text, offset: number}[]} */
    const places = [];
    /** @type {Map<Element, boolean>} */
    const shown = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || !(node instanceof Text)) continue;
      const visible = shown.get(parent) ?? (!parent.closest(SKIPPED) && parent.checkVisibility?.() !== false);
      shown.set(parent, visible);
      if (!visible) continue;
      for (let offset = 0; offset < node.data.length; offset++) {
        const folded = fold(node.data.charAt(offset));
        text += folded;
        for (let count = 0; count < folded.length; count++) places.push({ node, offset });
      }
    }
    return { text, places };
  }

  /**
   * Whether the letters around a match belong to other words ("no" is not in "know").
   * @param {{node: Text, offset: number}} first
   * @param {{node: Text, offset: number}} last
   */
  function isWhole(first, last) {
    const letter = /[\p{L}\p{N}]/u;
    const inside = (/** @type {{node: Text, offset: number}} */ at, /** @type {number} */ step) =>
      letter.test(at.node.data.charAt(at.offset)) && letter.test(at.node.data.charAt(at.offset + step));
    return !inside(first, -1) && !inside(last, 1);
  }

  /**
   * @param {ReturnType<typeof readPage>} page
   * @param {string} passage
   * @returns {Range[]} Every place where the passage stands.
   */
  function find(page, passage) {
    const sought = Array.from(passage, fold).join("");
    const ranges = [];
    for (let at = sought ? page.text.indexOf(sought) : -1; at >= 0; at = page.text.indexOf(sought, at + 1)) {
      const first = page.places[at];
      const last = page.places[at + sought.length - 1];
      if (!first || !last || !isWhole(first, last)) continue;
      const range = document.createRange();
      range.setStart(first.node, first.offset);
      range.setEnd(last.node, last.offset + 1);
      ranges.push(range);
    }
    return ranges;
  }

  /**
   * @param {ReturnType<typeof readPage>} page
   * @param {string} passage
   * @returns {Range[]} As `find`; where something stands between two paragraphs, the paragraphs one by one.
   */
  function findInParts(page, passage) {
    const whole = find(page, passage);
    if (whole.length > 0) return whole;
    const parts = passage.split(/\n+/).map((part) => find(page, part));
    return parts.every((places) => places.length > 0) ? parts.flat() : [];
  }

  const page = readPage();
  /** @type {Range[]} */
  const all = [];
  let [sought, found] = [0, 0];
  for (const [name, texts] of Object.entries(passages)) {
    const ranges = texts.map((text) => findInParts(page, text));
    sought += ranges.length;
    found += ranges.filter((places) => places.length > 0).length;
    CSS.highlights.set(`on-record-${name}`, new Highlight(...ranges.flat()));
    all.push(...ranges.flat());
  }
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  all[0]?.startContainer.parentElement?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  return { sought, found };
}
