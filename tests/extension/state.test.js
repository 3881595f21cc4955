import assert from "node:assert/strict";
import { test } from "node:test";

import { badge } from "../../extension/badge.js";
import { IDLE, LATE_AFTER, MISSES_ALLOWED, UNREACHABLE, isActive, next, wantsCheck } from "../../extension/state.js";
import { PAGE, SERVER, check, done, finding } from "./fixtures.js";

const asked = { type: "asked", job: "j1", url: PAGE, server: SERVER, withText: false };
const answered = (check, at = 0) => ({ type: "answered", job: "j1", check, at });
const after = (...events) => events.reduce(next, IDLE);

test("a click leads over asking and running to findings", () => {
  assert.equal(after(asked).phase, "asking");
  const running = after(asked, answered(check()));
  assert.deepEqual([running.phase, running.checkId, running.stage, running.progress], ["running", "c1", "reading", 0.3]);
  const end = after(asked, answered(check()), answered(done()));
  assert.equal(end.phase, "done");
  assert.deepEqual(end.check.findings, [finding]);
});

test("a fresh result needs no polling", () => {
  assert.equal(after(asked, answered(done())).phase, "done");
});

test("an end state is written once", () => {
  const end = after(asked, answered(done()));
  for (const event of [answered(check()), answered(done([])), { type: "missed", job: "j1" }, { type: "refused", job: "j1" }]) {
    assert.equal(next(end, event), end);
  }
});

test("answers to an older job are ignored", () => {
  const state = after(asked, { ...asked, job: "j2", withText: true });
  assert.equal(state.job, "j2");
  assert.equal(next(state, answered(done())), state);
});

test("an answer about another check is ignored", () => {
  const state = after(asked, answered(check()));
  assert.equal(next(state, answered({ ...done(), id: "c2" })), state);
});

test("a second click on the same page changes nothing while the check runs", () => {
  const state = after(asked, answered(check()));
  assert.equal(next(state, { ...asked, job: "j2" }), state);
  assert.notEqual(next(state, { ...asked, job: "j2", url: "https://courier.example/other" }), state);
});

test("a failed check carries the server's problem", () => {
  const error = { type: "/problems/paywall", title: "Subscribers only", detail: "" };
  assert.deepEqual(after(asked, answered(check({ state: "failed", error }))).problem, error);
});

test("polls may go unanswered a few times, not for ever, and an answer starts the count anew", () => {
  const miss = { type: "missed", job: "j1", problem: UNREACHABLE };
  const misses = Array(MISSES_ALLOWED).fill(miss);
  const strained = after(asked, answered(check()), ...misses);
  assert.ok(isActive(strained));
  assert.equal(next(strained, miss).phase, "failed");
  assert.equal(next(strained, answered(check())).misses, 0);
});

test("a check that nobody takes up becomes late, and stops being late when taken up", () => {
  const queued = check({ state: "queued", stage: null, progress: 0 });
  const first = after(asked, answered(queued, 5000));
  assert.equal(first.late, false);
  const late = next(first, answered(queued, 5000 + LATE_AFTER));
  assert.equal(late.late, true);
  assert.equal(next(late, answered(check(), 90_000)).late, false);
});

test("leaving the page forgets it; moving within it does not", () => {
  const state = after(asked, answered(done()));
  assert.equal(next(state, { type: "navigated", url: `${PAGE}#comments` }), state);
  assert.equal(next(state, { type: "navigated", url: "https://courier.example/" }), IDLE);
  assert.equal(next(state, { type: "navigated", url: undefined }), IDLE);
});

test("a report is remembered once", () => {
  const reported = { type: "reported", job: "j1", findingId: "f1" };
  const state = after(asked, answered(done()), reported);
  assert.deepEqual(state.reported, ["f1"]);
  assert.equal(next(state, reported), state);
});

test("opening the popup checks an unknown page and one whose server was away, nothing else", () => {
  assert.ok(wantsCheck(IDLE, PAGE));
  assert.ok(!wantsCheck(after(asked), PAGE));
  assert.ok(!wantsCheck(after(asked, answered(done())), PAGE));
  assert.ok(wantsCheck(after(asked, answered(done())), "https://courier.example/"));
  assert.ok(wantsCheck(after(asked, { type: "refused", job: "j1", problem: UNREACHABLE }), PAGE));
  assert.ok(!wantsCheck(after(asked, { type: "refused", job: "j1", problem: { type: "/problems/paywall" } }), PAGE));
});

test("the badge says how it stands", () => {
  assert.equal(badge(IDLE), "");
  assert.equal(badge(after(asked)), "…");
  assert.equal(badge(after(asked, answered(check()))), "…");
  assert.equal(badge(after(asked, answered(done([finding, finding])))), "2");
  assert.equal(badge(after(asked, answered(done([])))), "");
  assert.equal(badge(after(asked, answered(done(Array(120).fill(finding))))), "99+");
  assert.equal(badge(after(asked, { type: "refused", job: "j1", problem: UNREACHABLE })), "!");
});
