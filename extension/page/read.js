/** Reads the page's text for the server, when the reader agreed to send it. */

/**
 * The page as HTML without what no article needs: scripts, styles, drawings, frames, forms and comments.
 * Works on a copy; the page itself is not touched. The browser sends this function's source alone into the page.
 * @returns {string}
 */
export function readHtml() {
  const copy = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
  const idle = 'script:not([type="application/ld+json"]), style, svg, iframe, object, embed, canvas, input, textarea, select';
  for (const element of copy.querySelectorAll(idle)) element.remove();
  const comments = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (comments.nextNode()) found.push(/** @type {Comment} */ (comments.currentNode));
  for (const comment of found) comment.remove();
  return `<!doctype html>\n${copy.outerHTML}`;
}
