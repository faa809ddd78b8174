// How GitHub reads a page, with markdown-it in its place: Markdown first, then formulas in what it has made of it.
// node github.cjs FOLDER-OF-MARKDOWN-IT < [page, …] > [HTML, …]
"use strict";

const reader = require(process.argv[2])({ html: true, linkify: true });
const { escapeHtml } = reader.utils;

const tex = (source, display) =>
  display ? `<div class="tex">${escapeHtml(source)}</div>` : `<span class="tex">${escapeHtml(source)}</span>`;

// A block of code called math is a formula on lines of its own.
const fence = reader.renderer.rules.fence;
reader.renderer.rules.fence = (tokens, at, ...rest) =>
  tokens[at].info.trim() === "math" ? tex(tokens[at].content, true) : fence(tokens, at, ...rest);

// Code between two dollar signs is a formula within a line, and so are words between dollar signs (or a displayed one,
// between two of them); none begins straight after a letter, a digit or a hyphen, and none is in a link or in stressed
// words. Signs in different elements are not seen together.
const OPENS = /(?:^|[^\p{L}\p{N}\\_$-])\$$/u;
const CLOSES = /^\$(?![\p{L}\p{N}_$-])/u;
const WORDS = /(?<![\p{L}\p{N}\\_$-])(\$\$?)(?=[^\s$])([^$]*[^\s$])\1(?![\p{L}\p{N}_$-])/gu;

reader.core.ruler.after("text_join", "formulas", (state) => {
  const formula = (source, display) => {
    const token = new state.Token("html_inline", "", 0);
    token.content = tex(source, display);
    return token;
  };
  for (const block of state.tokens.filter((token) => token.type === "inline")) {
    const tokens = block.children;
    let within = 0;
    tokens.forEach((token, at) => {
      within += nesting(token);
      const [before, after] = [tokens[at - 1], tokens[at + 1]];
      if (token.type !== "code_inline" || within || before?.type !== "text" || after?.type !== "text") return;
      if (!OPENS.test(before.content) || !CLOSES.test(after.content)) return;
      before.content = before.content.slice(0, -1);
      after.content = after.content.slice(1);
      tokens[at] = formula(token.content, false);
    });
    within = 0;
    block.children = tokens.flatMap((token) => {
      within += nesting(token);
      if (token.type !== "text" || within) return [token];
      const found = [];
      let end = 0;
      for (const match of token.content.matchAll(WORDS)) {
        found.push(words(state, token.content.slice(end, match.index)), formula(match[2], match[1] === "$$"));
        end = match.index + match[0].length;
      }
      return [...found, words(state, token.content.slice(end))];
    });
  }
});

function nesting(token) {
  return /^(link|em|strong)_/.test(token.type) ? token.nesting : 0;
}

function words(state, content) {
  const token = new state.Token("text", "", 0);
  token.content = content;
  return token;
}

const pages = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(pages.map((page) => reader.render(page))));
