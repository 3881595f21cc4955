/** The browser: the one module that touches `chrome.*` and `browser.*`. Tests replace it whole. */

import { permissionFor } from "./address.js";

/** @type {typeof chrome} */
const browser = /** @type {any} */ (globalThis).browser ?? globalThis.chrome;

/** @typedef {{id: number, url: string | undefined}} Tab */

// ---- words

/**
 * A text of the extension in the reader's language.
 * @param {string} key
 * @param {...(string | number)} values For $1, $2 ...
 */
export function message(key, ...values) {
  return browser.i18n.getMessage(key, values.map(String));
}

// ---- what is remembered

/** Kept until the browser closes; survives the service worker. */
export const session = {
  /**
   * @param {string} key
   * @returns {Promise<any>}
   */
  async read(key) {
    return (await browser.storage.session.get(key))[key];
  },
  /**
   * @param {string} key
   * @param {unknown} value
   */
  async write(key, value) {
    await browser.storage.session.set({ [key]: value });
  },
  /** @param {string} key */
  async remove(key) {
    await browser.storage.session.remove(key);
  },
  /** @returns {Promise<Record<string, any>>} */
  async all() {
    return browser.storage.session.get(null);
  },
  /**
   * Calls back with each new value of a key; undefined once it is removed.
   * @param {string} key
   * @param {(value: any) => void} callback
   */
  watch(key, callback) {
    browser.storage.session.onChanged.addListener((changes) => {
      const change = changes[key];
      if (change) callback(change.newValue);
    });
  },
};

/**
 * The server's origin that the reader chose, or undefined.
 * @returns {Promise<string | undefined>}
 */
export async function chosenServer() {
  const { server } = await browser.storage.local.get("server");
  return typeof server === "string" ? server : undefined;
}

/** @param {string} server */
export async function chooseServer(server) {
  await browser.storage.local.set({ server });
}

// ---- between popup and worker

/**
 * Asks the worker for something.
 * @param {object} request
 * @returns {Promise<any>}
 */
export function send(request) {
  return browser.runtime.sendMessage(request);
}

/**
 * Answers what popups send.
 * @param {(request: any) => Promise<unknown>} answer
 */
export function onRequest(answer) {
  browser.runtime.onMessage.addListener((request, _sender, respond) => {
    answer(request).then(respond);
    return true;
  });
}

/** @type {chrome.runtime.Port | null} */
let line = null;

/**
 * Keeps a line open to the worker; when the worker dies, opens it again, which wakes the worker.
 * @param {() => boolean} wanted Whether the worker still has something to do for us.
 */
export function keepAwake(wanted) {
  if (line) return;
  line = browser.runtime.connect({ name: "awake" });
  line.onDisconnect.addListener(() => {
    line = null;
    if (wanted()) keepAwake(wanted);
  });
}

/** Lets popups hold such a line. */
export function acceptLines() {
  browser.runtime.onConnect.addListener(() => {});
}

// ---- tabs

/**
 * The tab the popup was opened on.
 * @returns {Promise<Tab | undefined>}
 */
export async function activeTab() {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return tab?.id === undefined ? undefined : { id: tab.id, url: tab.url };
}

/** @param {(tabId: number, url: string | undefined) => void} callback Gets the address only where it may be seen. */
export function onNavigated(callback) {
  browser.tabs.onUpdated.addListener((tabId, change, tab) => {
    if (change.status === "loading" || change.url) callback(tabId, change.url ?? tab.url);
  });
}

/** @param {(tabId: number) => void} callback */
export function onClosed(callback) {
  browser.tabs.onRemoved.addListener((tabId) => callback(tabId));
}

/** @param {string} url */
export async function openTab(url) {
  await browser.tabs.create({ url });
}

export async function openOptions() {
  await browser.runtime.openOptionsPage();
}

/**
 * Runs a self-contained function in a page the reader clicked on.
 * @template {unknown[]} A
 * @template R
 * @param {number} tabId
 * @param {(...args: A) => R} func
 * @param {A} args
 * @returns {Promise<R>}
 * @throws When the browser keeps extensions out of the page, or the click's grant has ended.
 */
export async function runInPage(tabId, func, ...args) {
  const [result] = await browser.scripting.executeScript({ target: { tabId }, func, args });
  return /** @type {R} */ (result?.result);
}

/**
 * Styles a page with one of our files, once.
 * @param {number} tabId
 * @param {string} file
 */
export async function styleInPage(tabId, file) {
  await browser.scripting.removeCSS({ target: { tabId }, files: [file] });
  await browser.scripting.insertCSS({ target: { tabId }, files: [file] });
}

/**
 * @param {number} tabId
 * @param {string} text
 */
export async function showBadge(tabId, text) {
  try {
    await browser.action.setBadgeBackgroundColor({ tabId, color: "#3a3630" });
    await browser.action.setBadgeTextColor({ tabId, color: "#ffffff" });
    await browser.action.setBadgeText({ tabId, text });
  } catch {
    // the tab was closed meanwhile: there is nothing left to label
  }
}

// ---- time

/** Wakes a stopped worker twice a minute, the shortest period browsers allow. */
export const alarm = {
  async set() {
    await browser.alarms.create("resume", { periodInMinutes: 0.5 });
  },
  async clear() {
    await browser.alarms.clear("resume");
  },
  /** @param {() => void} callback */
  on(callback) {
    browser.alarms.onAlarm.addListener(callback);
  },
};

// ---- permissions

/**
 * Whether the extension may talk to a server.
 * @param {string} origin
 */
export function mayReach(origin) {
  return browser.permissions.contains({ origins: [permissionFor(origin)] });
}

/**
 * Asks the reader to let the extension talk to a server; must be called directly from a click.
 * @param {string} origin
 */
export function askToReach(origin) {
  return browser.permissions.request({ origins: [permissionFor(origin)] });
}

/** @param {string} text */
export async function copy(text) {
  await navigator.clipboard.writeText(text);
}
