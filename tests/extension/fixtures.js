/** What the tests of the extension share: invented data, a page, the English texts, a stand-in for the browser. */

import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

import { wordsFrom } from "../../extension/words.js";

const texts = JSON.parse(readFileSync(new URL("../../extension/_locales/en/messages.json", import.meta.url), "utf8"));

/** Looks a text up as `chrome.i18n.getMessage` does. */
export function message(key, ...values) {
  const entry = texts[key];
  if (!entry) throw new Error(`no text ${key}`);
  const content = (name) => values[Number(entry.placeholders[name.toLowerCase()].content.slice(1)) - 1];
  return entry.message.replace(/\$(\w+)\$/g, (_, name) => content(name));
}

export { texts };
export const words = wordsFrom(message);

/** Makes a document the global one and returns it. */
export function page(html) {
  const { window } = new JSDOM(html, { pretendToBeVisual: true });
  Object.assign(globalThis, {
    document: window.document,
    Node: window.Node,
    NodeFilter: window.NodeFilter,
    Text: window.Text,
    HTMLElement: window.HTMLElement,
    FormData: window.FormData,
    matchMedia: () => ({ matches: true }),
  });
  window.Element.prototype.scrollIntoView = function () {
    globalThis.scrolledTo = this;
  };
  return window.document;
}

export const PAGE = "https://courier.example/2024/05/14/talks";
export const SERVER = "http://127.0.0.1:8321";

export const finding = {
  id: "f1",
  kind: "contradiction",
  score: 0.93,
  reason: "Now “have a dialogue”, then “ruled out negotiations”.",
  official: { name: "Marta Vellin", slug: "marta-vellin", office: "Foreign Minister of Norland" },
  now: {
    text: "We would like to have a dialogue.",
    type: "direct",
    said_on: "2024-05-14",
    precision: "day",
    clash: [[17, 32]],
    source: { url: PAGE, link: `${PAGE}#:~:text=We%20would`, title: "Talks", outlet: "The Courier", published_on: "2024-05-14" },
  },
  then: {
    text: "ruled out negotiations",
    type: "indirect",
    said_on: "2024-03",
    precision: "month",
    clash: [],
    source: { url: "https://star.example/a", link: "javascript:alert(1)", title: "No talks", outlet: "The Star", published_on: "2024-03-20" },
  },
};

/** A check as the server answers it. */
export function check(changes = {}) {
  return {
    id: "c1",
    url: PAGE,
    state: "running",
    stage: "reading",
    progress: 0.3,
    error: null,
    compared: null,
    findings: [],
    links: { page: `${SERVER}/checks/c1` },
    ...changes,
  };
}

export const done = (findings = [finding], compared = { quotes: 12, officials: 2, earlier: 340 }) =>
  check({ state: "done", stage: null, progress: 1, findings, compared });

/** The browser as jobs see it, in memory. Stored values are copied, as the real storage does. */
export class Browser {
  stored = new Map();
  badges = [];
  alarmSet = false;
  server = undefined;
  log = [];

  session = {
    read: async (key) => structuredClone(this.stored.get(key)),
    write: async (key, value) => {
      this.stored.set(key, structuredClone(value));
      this.log.push(`write ${value.phase}`);
    },
    remove: async (key) => void this.stored.delete(key),
    all: async () => structuredClone(Object.fromEntries(this.stored)),
  };
  alarm = { set: async () => void (this.alarmSet = true), clear: async () => void (this.alarmSet = false) };
  chosenServer = async () => this.server;
  showBadge = async (tabId, text) => void this.badges.push(text);
  runInPage = async () => "<!doctype html><p>text</p>";
}
