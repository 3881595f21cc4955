import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  { files: ["extension/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["extension/platform.js"], languageOptions: { globals: globals.webextensions } },
  { files: ["tests/extension/**/*.js"], languageOptions: { globals: { ...globals.node, CSS: "readonly", Highlight: "readonly", document: "readonly" } } },
  {
    files: ["extension/**/*.js"],
    ignores: ["extension/platform.js"],
    rules: {
      "no-restricted-globals": ["error", "chrome", "browser"],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Use textContent: everything from a server or a page is data." },
        { property: "outerHTML", message: "Only page/read.js reads a page's HTML." },
        { property: "insertAdjacentHTML", message: "Use textContent." },
      ],
    },
  },
  { files: ["extension/page/read.js"], rules: { "no-restricted-properties": "off" } },
];
