import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { read, ready, report, submit } from "../../extension/api.js";
import { PAGE, check } from "./fixtures.js";

/** A real server that answers as each test sets it and keeps what it was sent. */
const web = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    web.got = { method: request.method, path: request.url, body: body && JSON.parse(body), cookie: request.headers.cookie };
    const { status = 200, headers = {}, answer } = web.next;
    response.writeHead(status, headers).end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
});
let server = "";
before(async () => {
  await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
  server = `http://127.0.0.1:${web.address().port}`;
});
after(() => web.close());

test("a page is submitted by its address alone", async () => {
  web.next = { status: 202, answer: check(), headers: { "Retry-After": "3" } };
  const answer = await submit(server, PAGE);
  assert.deepEqual(web.got, { method: "POST", path: "/api/v1/checks", body: { url: PAGE }, cookie: undefined });
  assert.deepEqual([answer.kind, answer.retryAfter], ["check", 3]);
});

test("Retry-After may be a date, is kept in bounds and may be missing", async () => {
  for (const [header, least, most] of [
    [new Date(Date.now() + 8000).toUTCString(), 5, 8],
    ["9999", 20, 20],
    ["0", 0.1, 0.1],
    ["soon", 1, 1],
  ]) {
    web.next = { answer: check(), headers: { "Retry-After": header } };
    const { retryAfter } = await read(server, "c1");
    assert.ok(retryAfter >= least && retryAfter <= most, `${header}: ${retryAfter}`);
  }
});

test("an identifier cannot lead to another path", async () => {
  web.next = { answer: check() };
  await read(server, "../../x?y");
  assert.equal(web.got.path, "/api/v1/checks/..%2F..%2Fx%3Fy");
});

test("each way of failing has its own name", async () => {
  web.next = { status: 422, answer: { type: "/problems/bad-address", title: "Bad", detail: "No." } };
  assert.deepEqual(await submit(server, "x"), {
    kind: "refused",
    problem: { type: "/problems/bad-address", title: "Bad", detail: "No.", status: 422 },
  });
  web.next = { status: 503, answer: { type: "/problems/queue", title: "Queue", detail: "Down." } };
  assert.equal((await submit(server, PAGE)).kind, "busy");
  web.next = { answer: "<html>hello" };
  assert.equal((await submit(server, PAGE)).problem.type, "/problems/other-server");
  web.next = { status: 302, answer: "", headers: { Location: "https://elsewhere.example/" } };
  assert.equal((await submit(server, PAGE)).kind, "unreachable");
  assert.equal((await submit("http://127.0.0.1:1", PAGE)).kind, "unreachable");
});

test("a report carries the reason, and a comment only when there is one", async () => {
  web.next = { status: 201, answer: {} };
  assert.deepEqual(await report(server, "f1", "other", ""), { kind: "sent" });
  assert.deepEqual([web.got.path, web.got.body], ["/api/v1/findings/f1/reports", { reason: "other" }]);
});

test("a server that is there but not ready says why", async () => {
  web.next = { status: 503, answer: { type: "/problems/not-ready", title: "Not ready", detail: "No worker." } };
  assert.deepEqual(await ready(server), { kind: "unready", detail: "No worker." });
  web.next = { answer: {} };
  assert.deepEqual(await ready(server), { kind: "ready" });
});
