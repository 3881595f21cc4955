import assert from "node:assert/strict";
import { test } from "node:test";

import { Jobs } from "../../extension/jobs.js";
import { MISSES_ALLOWED } from "../../extension/state.js";
import { Browser, PAGE, SERVER, check, done } from "./fixtures.js";

const found = (check, retryAfter = 1) => ({ kind: "check", check, retryAfter });
const click = { type: "check", tabId: 7, url: PAGE, withText: false };

/** An API that gives the answers in order, and everything around it. */
function setUp(...answers) {
  const browser = new Browser();
  const calls = [];
  const waits = [];
  let open = 0;
  const give = (name) => async (...details) => {
    calls.push([name, ...details]);
    browser.log.push(name);
    assert.equal(++open, 1, "two requests at once");
    await Promise.resolve();
    open--;
    const answer = answers.shift();
    if (answer === undefined) throw new Error("asked more than expected");
    return answer;
  };
  const api = { submit: give("submit"), read: give("read"), report: give("report") };
  const start = () => new Jobs(browser, api, async (seconds) => void waits.push(seconds));
  return { browser, api, calls, waits, start, state: () => browser.stored.get("tab:7") };
}

/** Lets everything that was begun come to its end. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("a click asks once, polls as the server says and ends with findings", async () => {
  const { browser, calls, waits, start, state } = setUp(found(check({ state: "queued" }), 2), found(check(), 0.5), found(done()));
  const elsewhere = "https://record.example";
  browser.chosenServer = async () => elsewhere;
  await start().answer(click);
  await settled();
  assert.deepEqual(calls, [["submit", elsewhere, PAGE], ["read", elsewhere, "c1"], ["read", elsewhere, "c1"]]);
  assert.deepEqual(waits, [2, 0.5]);
  assert.equal(state().phase, "done");
  assert.equal(browser.badges.at(-1), "1");
});

test("a server on this machine is asked four times a second", async () => {
  const { waits, start } = setUp(found(check({ state: "queued" }), 2), found(check(), 0.1), found(done()));
  await start().answer(click);
  await settled();
  assert.deepEqual(waits, [0.25, 0.1]);
});

test("the intent is stored before the first request", async () => {
  const { browser, start } = setUp(found(done()));
  await start().answer(click);
  await settled();
  assert.deepEqual(browser.log.slice(0, 2), ["write asking", "submit"]);
});

test("a second click while the first is under way starts nothing", async () => {
  const { calls, start } = setUp(found(check()), found(done()));
  const jobs = start();
  await Promise.all([jobs.answer(click), jobs.answer(click)]);
  await settled();
  assert.equal(calls.filter(([name]) => name === "submit").length, 1);
});

for (const [when, stored] of [
  ["before the server answered", { phase: "asking", misses: 0 }],
  ["while polling", { phase: "running", checkId: "c1", stage: "quotes", progress: 0.5, queuedSince: null, late: false, misses: 0 }],
]) {
  test(`a worker stopped ${when} goes on when it wakes, once`, async () => {
    const { browser, calls, start, state } = setUp(found(done()));
    browser.stored.set("tab:7", { ...stored, job: "j", url: PAGE, server: SERVER, withText: false });
    const jobs = start();
    await Promise.all([jobs.resume(), jobs.resume()]);
    await settled();
    assert.equal(calls.length, 1);
    assert.equal(state().phase, "done");
  });
}

test("the alarm rings only while there is something to do", async () => {
  const { browser, start } = setUp(found(check()), found(done()));
  const jobs = start();
  await jobs.answer(click);
  assert.ok(browser.alarmSet);
  await settled();
  await jobs.rung();
  assert.ok(!browser.alarmSet);
});

test("nobody there at the click is told at once", async () => {
  const { browser, start, state } = setUp({ kind: "unreachable" });
  await start().answer(click);
  await settled();
  assert.equal(state().problem.type, "/problems/unreachable");
  assert.equal(browser.badges.at(-1), "!");
});

test("a server that restarts in the middle is waited for, longer each time", async () => {
  const away = { kind: "unreachable" };
  const { waits, start, state } = setUp(found(check()), away, away, away, found(done()));
  await start().answer(click);
  await settled();
  assert.deepEqual(waits, [0.25, 1, 2, 4]);
  assert.equal(state().phase, "done");
});

test("a server that stays busy is given up with its own words", async () => {
  const problem = { type: "/problems/queue-down", title: "The queue is down", detail: "Start it." };
  const { start, state } = setUp(...Array(MISSES_ALLOWED + 1).fill({ kind: "busy", problem, retryAfter: 1 }));
  await start().answer(click);
  await settled();
  assert.deepEqual(state().problem, problem);
});

test("leaving the page ends the polling and the badge", async () => {
  const { browser, calls, start, state } = setUp(found(check()));
  const jobs = start();
  jobs.wait = () => jobs.navigated(7, "https://courier.example/other");
  await jobs.answer(click);
  await settled();
  assert.equal(calls.length, 1);
  assert.equal(state(), undefined);
  assert.equal(browser.badges.at(-1), "");
});

test("tabs that were never checked are not touched", async () => {
  const { browser, start } = setUp();
  await start().navigated(9, "https://elsewhere.example/");
  assert.deepEqual(browser.badges, []);
});

test("the page's text is sent only when the reader agreed", async () => {
  const { calls, start } = setUp(found(done()), found(done()));
  const jobs = start();
  await jobs.answer(click);
  await settled();
  await jobs.answer({ ...click, withText: true });
  await settled();
  assert.deepEqual(calls, [["submit", SERVER, PAGE], ["submit", SERVER, PAGE, "<!doctype html><p>text</p>"]]);
});

test("text of a page that is gone is not sent", async () => {
  const { browser, calls, start, state } = setUp();
  browser.runInPage = async () => {
    throw new Error("Cannot access contents of the page");
  };
  await start().answer({ ...click, withText: true });
  await settled();
  assert.deepEqual(calls, []);
  assert.equal(state().problem.type, "/problems/page-closed");
});

test("a report is sent to the server that found it, and remembered", async () => {
  const { calls, start, state } = setUp(found(done()), { kind: "sent" });
  const jobs = start();
  await jobs.answer(click);
  await settled();
  await jobs.answer({ type: "report", tabId: 7, findingId: "f1", reason: "other", comment: "no" });
  assert.deepEqual(calls.at(-1), ["report", SERVER, "f1", "other", "no"]);
  assert.deepEqual(state().reported, ["f1"]);
});
