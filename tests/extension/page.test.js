import assert from "node:assert/strict";
import { test } from "node:test";

import { highlight } from "../../extension/page/highlight.js";
import { readHtml } from "../../extension/page/read.js";
import { page } from "./fixtures.js";

/** The Custom Highlight API, which jsdom lacks. */
globalThis.CSS = { highlights: new Map() };
globalThis.Highlight = class extends Set {
  constructor(...ranges) {
    super(ranges);
  }
};

const marks = (name = "now") => [...CSS.highlights.get(`on-record-${name}`)].map(String);

test("words are found across tags, white space and typography", () => {
  const document = page(`<body><p>“We would\n like to <em>have a</em> dia<b>logue</b>&nbsp;– now,” she&shy; said.</p></body>`);
  const before = document.body.innerHTML;
  const outcome = highlight({ now: ["We would like to have a dialogue - now,\" she said."], then: [] });
  assert.deepEqual(outcome, { sought: 1, found: 1 });
  assert.match(marks()[0], /^We would\n like to have a dialogue\u00a0– now,” she\u00ad said\.$/);
  assert.equal(document.body.innerHTML, before);
});

test("a quote over two paragraphs is found, and its first words are scrolled to", () => {
  const document = page(`<p>“It is simple.</p><p id="two">“We wait,” she said.</p>`);
  assert.equal(highlight({ now: ["It is simple.\n\n“We wait"], then: [] }).found, 1);
  assert.equal(globalThis.scrolledTo, document.querySelector("p"));
});

test("a quote with something else between its paragraphs is found in parts", () => {
  page(`<p>“It is simple.</p><aside>Read more</aside><p>“We wait,” she said.</p>`);
  assert.equal(highlight({ now: ["It is simple.\n\n“We wait"], then: [] }).found, 1);
  assert.deepEqual(marks(), ["It is simple.", "“We wait"]);
});

test("what is not shown is not marked", () => {
  page(`<script>"We wait"</script><p hidden>We wait</p><style>We wait</style><p id="seen">We wait</p>`);
  highlight({ now: ["We wait"], then: [] });
  assert.equal(marks().length, 1);
  assert.equal(globalThis.scrolledTo.id, "seen");
});

test("words within other words are left alone", () => {
  page(`<p>They know no talks.</p>`);
  highlight({ now: ["no"], then: [] });
  assert.equal(marks().length, 1);
});

test("marking again replaces the marks, and says what is missing", () => {
  page(`<p>We wait. We ruled it out.</p>`);
  highlight({ now: ["We wait"], then: ["ruled it out"] });
  highlight({ now: ["We wait"], then: ["ruled it out"] });
  assert.deepEqual([marks(), marks("then")], [["We wait"], ["ruled it out"]]);
  assert.deepEqual(highlight({ now: ["We go"], then: [] }), { sought: 1, found: 0 });
  assert.deepEqual([marks(), marks("then")], [[], []]);
});

test("characters outside the basic plane do not shift the marks", () => {
  page(`<p>𝔑𝔬𝔯𝔩𝔞𝔫𝔡 🇳🇴 says: we wait.</p>`);
  highlight({ now: ["we wait."], then: [] });
  assert.deepEqual(marks(), ["we wait."]);
});

test("the page's text is read without scripts, forms and comments, and the page is left as it is", () => {
  const document = page(
    `<html lang="en"><head><script>track()</script><script type="application/ld+json">{"a": 1}</script></head>` +
      `<body><!-- build 7 --><p>Text</p><input value="secret"><textarea>draft</textarea></body></html>`,
  );
  const before = document.documentElement.outerHTML;
  const html = readHtml();
  assert.ok(html.startsWith("<!doctype html>"));
  assert.ok(html.includes("<p>Text</p>") && html.includes("ld+json") && html.includes('lang="en"'));
  for (const gone of ["track()", "build 7", "secret", "draft"]) assert.ok(!html.includes(gone), gone);
  assert.equal(document.documentElement.outerHTML, before);
});
