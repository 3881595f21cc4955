/** Service worker (Chromium) or event page (Firefox): ties the browser's events to the jobs. */

import * as api from "./api.js";
import { Jobs } from "./jobs.js";
import * as platform from "./platform.js";

const jobs = new Jobs(platform, api, (seconds) => new Promise((done) => setTimeout(done, seconds * 1000)));

platform.onRequest((request) => jobs.answer(request));
platform.acceptLines();
platform.onNavigated((tabId, url) => jobs.navigated(tabId, url));
platform.onClosed((tabId) => jobs.closed(tabId));
platform.alarm.on(() => jobs.rung());

jobs.resume();
