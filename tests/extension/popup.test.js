import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { REASONS, card } from "../../extension/popup/card.js";
import { marked } from "../../extension/popup/dom.js";
import { viewOf } from "../../extension/popup/views.js";
import { IDLE, UNREACHABLE, next } from "../../extension/state.js";
import { PAGE, SERVER, check, done, finding, page, words } from "./fixtures.js";

let document;
beforeEach(() => (document = page("<body></body>")));

const context = { words, server: SERVER, permalink: `${SERVER}/checks/c1`, reported: false, show: async () => "shown", report: async () => null };
const asked = { type: "asked", job: "j", url: PAGE, server: SERVER, withText: false };

function state(answer, changes = {}) {
  const asking = next(IDLE, { ...asked, ...changes });
  return next(asking, { type: "answered", job: "j", check: answer, at: 0 });
}

function shown(of, actions = {}, allowed = true) {
  document.body.replaceChildren(...viewOf(of, words, actions, allowed).elements);
  return document.body;
}

const problem = (type, changes) =>
  state(check({ state: "failed", error: { type: `/problems/${type}`, title: "A title", detail: "A detail." } }), changes);

test("a card shows both statements with their words, days and sources", () => {
  const element = card(finding, context);
  const text = element.textContent;
  for (const part of ["Marta Vellin", "Foreign Minister of Norland", "May conflict", "14 May 2024", "March 2024", finding.reason]) {
    assert.ok(text.includes(part), part);
  }
  assert.equal(element.querySelector(".now mark").textContent, "have a dialogue");
  assert.equal(element.querySelector(".now a").href, finding.now.source.link);
  assert.deepEqual([...element.querySelectorAll("h4 .side")].map((side) => side.textContent), ["Now", "Then"]);
});

test("only words that are wholly the official's own are set in quotation marks", () => {
  const element = card(finding, context);
  assert.ok(element.querySelector(".now blockquote").classList.contains("verbatim"));
  assert.ok(!element.querySelector(".then blockquote").classList.contains("verbatim"));
});

test("a shift is called one, and nobody is accused", () => {
  const text = card({ ...finding, kind: "shift" }, context).textContent;
  assert.ok(text.includes("Position has shifted"));
  assert.doesNotMatch(text, /lie[ds]?\b|false|contradict/i);
});

test("nothing from the server is read as HTML, and no link leaves the web", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const element = card(
    {
      ...finding,
      reason: evil,
      official: { name: evil, slug: "x", office: evil },
      now: { ...finding.now, text: evil, clash: [[0, 4]], source: { url: "javascript:alert(1)", title: evil, outlet: evil } },
    },
    { ...context, permalink: "javascript:alert(1)" },
  );
  assert.equal(element.querySelectorAll("img").length, 0);
  assert.equal(element.querySelector(".reason").textContent, evil);
  for (const link of element.querySelectorAll("a")) assert.match(link.href, /^https?:/);
});

test("marks count characters, not UTF-16 units, and survive odd ranges", () => {
  const html = (text, ranges) => marked(text, ranges).map((part) => part.outerHTML ?? part).join("");
  assert.equal(html("🙂 no talks", [[2, 4]]), "🙂 <mark>no</mark> talks");
  assert.equal(html("no talks", [[3, 99], [0, 4], [5, 2], [50, 60]]), "<mark>no t</mark><mark>alks</mark>");
  assert.equal(html("no talks", []), "no talks");
});

test("a report asks for a reason, sends it once and thanks", async () => {
  const sent = [];
  const element = card(finding, { ...context, report: async (...all) => (sent.push(all), null) });
  document.body.append(element);
  const [, dispute] = element.querySelectorAll("button");
  const form = element.querySelector("form");
  assert.ok(form.hidden);
  dispute.click();
  assert.ok(!form.hidden);
  assert.equal(document.activeElement, form.querySelector("input"));
  assert.equal(form.querySelectorAll("input").length, REASONS.length);
  form.querySelector("[value=wrong_day]").checked = true;
  form.querySelector("textarea").value = " It was April. ";
  form.requestSubmit();
  await new Promise(setImmediate);
  assert.deepEqual(sent, [[finding, "wrong_day", "It was April."]]);
  assert.ok(form.hidden);
  assert.match(element.querySelector("[role=status]").textContent, /^Thank you/);
});

test("a report that cannot be sent says so and keeps what was written", async () => {
  const element = card(finding, { ...context, report: async () => "No answer." });
  document.body.append(element);
  element.querySelectorAll("button")[1].click();
  element.querySelector("[value=other]").checked = true;
  element.querySelector("textarea").value = "Words.";
  element.querySelector("form").requestSubmit();
  await new Promise(setImmediate);
  assert.match(element.querySelector("[role=status]").textContent, /No answer\./);
  assert.ok(!element.querySelector("form").hidden);
  assert.equal(element.querySelector("textarea").value, "Words.");
  assert.ok(!element.querySelectorAll("button")[1].disabled);
});

test("progress is named, and changes without new elements", () => {
  const first = state(check({ state: "queued", stage: null, progress: 0 }));
  const view = viewOf(first, words, {});
  document.body.replaceChildren(...view.elements);
  assert.equal(view.update(state(check({ stage: "quotes", progress: 0.5 }))), "Finding quotes");
  assert.equal(document.querySelector("progress").value, 0.5);
  assert.equal(document.querySelector("[aria-current=step]").textContent, "Finding quotes");
  assert.deepEqual([...document.querySelectorAll("li")].map((li) => li.textContent), [
    "Fetching the page",
    "Reading the article",
    "Finding quotes",
    "Comparing",
  ]);
});

test("findings stay in the server's order, with what was compared", () => {
  const body = shown(state(done([finding, { ...finding, id: "f2", official: { ...finding.official, name: "Osric Dane" } }])));
  assert.deepEqual([...body.querySelectorAll("h3")].map((h3) => h3.textContent), ["Marta Vellin", "Osric Dane"]);
  assert.ok(body.textContent.includes("2 statements to compare"));
  assert.ok(body.textContent.includes("12 quotes by 2 officials compared with 340 earlier statements."));
});

test("no finding is an answer", () => {
  assert.ok(shown(state(done([]))).textContent.includes("12 quotes by 2 officials compared with 340 earlier statements."));
  assert.ok(shown(state(done([], { quotes: 3, officials: 1, earlier: 0 }))).textContent.includes("3 quotes by 1 official"));
  assert.ok(shown(state(done([], { quotes: 0, officials: 0, earlier: 0 }))).textContent.includes("No official is quoted here"));
});

test("a server that is away is told with the command that starts it", async () => {
  const away = next(next(IDLE, asked), { type: "refused", job: "j", problem: UNREACHABLE });
  const calls = [];
  const body = shown(away, { copy: async (text) => void calls.push(text), retry: () => calls.push("retry") });
  assert.equal(body.querySelector("code").textContent, "python3 start.py");
  body.querySelector(".command button").click();
  await new Promise(setImmediate);
  [...body.querySelectorAll("button")].find((button) => button.textContent === "Try again").click();
  assert.deepEqual(calls, ["python3 start.py", "retry"]);
  assert.ok(shown(away, {}, false).textContent.includes("Allow access"));
});

for (const code of ["paywall", "site-error", "address-refused", "blocked-by-robots", "too-large"]) {
  test(`${code}: the text is offered, with what goes where, and not twice`, () => {
    let sent = 0;
    const body = shown(problem(code), { sendText: () => sent++ });
    assert.ok(body.textContent.includes(SERVER));
    [...body.querySelectorAll("button")].find((button) => button.textContent === "Send this page’s text").click();
    assert.equal(sent, 1);
    assert.ok(!shown(problem(code, { withText: true })).textContent.includes("Send this page’s text"));
  });
}

test("other problems are told in the server's words", () => {
  const text = shown(problem("worker-failed")).textContent;
  assert.ok(text.includes("A title") && text.includes("A detail.") && text.includes("Try again"));
  assert.ok(shown(problem("not-an-article")).textContent.includes("This isn’t an article"));
});

test("colours and type are those of the server's pages", () => {
  const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
  assert.equal(read("../../extension/tokens.css"), read("../../server/static/tokens.css"));
});
