import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { permissionFor, readServer, webAddress } from "../../extension/address.js";
import { formatDay } from "../../extension/dates.js";
import { finding, texts, words } from "./fixtures.js";

test("a day is written no more exactly than it is known", () => {
  assert.equal(formatDay("2017-08-01", "day", "en-GB"), "1 August 2017");
  assert.equal(formatDay("2017-03", "month", "en-GB"), "March 2017");
  assert.equal(formatDay("2017-03-14", "month", "en-GB"), "March 2017");
  assert.equal(formatDay("2017", "year", "en-GB"), "2017");
});

test("no day is made up", () => {
  for (const [said, precision] of [[null, "unknown"], ["2017-08-01", "unknown"], ["2017-02-30", "day"], ["soon", "day"], ["2017-13", "month"]]) {
    assert.equal(formatDay(said, precision, "en-GB"), null);
  }
});

test("an unknown day is said to be unknown, or that of publication to be one of publication", () => {
  const unknown = { ...finding.now, said_on: null, precision: "unknown" };
  assert.equal(words.said(unknown), "published 14 May 2024");
  assert.equal(words.said({ ...unknown, source: { ...unknown.source, published_on: null } }), "day unknown");
});

test("things are counted in words", () => {
  assert.equal(words.count("quotes", 1), "1 quote");
  assert.equal(words.count("earlier", 3400), "3,400 earlier statements");
});

test("a server's address is https, or http on the reader's own machine", () => {
  assert.deepEqual(readServer(" https://record.example/ "), { origin: "https://record.example" });
  assert.deepEqual(readServer("http://127.0.0.1:8321"), { origin: "http://127.0.0.1:8321" });
  assert.deepEqual(readServer("http://localhost:9"), { origin: "http://localhost:9" });
  assert.deepEqual(readServer("http://record.example"), { problem: "address_https" });
  assert.deepEqual(readServer("http://127.0.0.1.evil.example"), { problem: "address_https" });
  assert.deepEqual(readServer("https://record.example/api"), { problem: "address_path" });
  assert.deepEqual(readServer("https://me@record.example"), { problem: "address_path" });
  assert.deepEqual(readServer("record.example"), { problem: "address_unreadable" });
  assert.deepEqual(readServer("ftp://record.example"), { problem: "address_unreadable" });
  assert.deepEqual(readServer("  "), { problem: "address_empty" });
});

test("a permission names the host, not the port", () => {
  assert.equal(permissionFor("http://127.0.0.1:8321"), "http://127.0.0.1/*");
});

test("only addresses of the web become links", () => {
  assert.equal(webAddress("https://a.example/x"), "https://a.example/x");
  for (const address of ["javascript:alert(1)", "data:text/html,x", "chrome://settings", "file:///etc/passwd", "a", "", null, undefined]) {
    assert.equal(webAddress(address), null);
  }
});

test("each text that the code names exists, and each text is named", () => {
  const root = new URL("../../extension/", import.meta.url);
  const files = readdirSync(root, { recursive: true }).filter((file) => /\.(js|html)$|^manifest\.json$/.test(file));
  const source = files.map((file) => readFileSync(new URL(file, root), "utf8")).join("\n");
  const named = [...source.matchAll(/\b(?:t|message)\("(\w+)"|data-text="(\w+)"|__MSG_(\w+)__/g)].map((match) => match[1] ?? match[2] ?? match[3]);
  for (const key of named) assert.ok(texts[key], `no text ${key}`);
  const made = /^(stage|fetch|reason|address|kind|findings|quotes|officials|earlier)_/;
  for (const key of Object.keys(texts)) assert.ok(made.test(key) || source.includes(key), `text ${key} is used nowhere`);
});
