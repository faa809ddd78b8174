// What a reader sees on a published page. Run on it when its formulas are typeset; `scope` is the part that holds the
// page's own words, `apart` what the program adds to them.
([scope, apart]) => {
  const formula = "◻";
  const root = document.querySelector(scope);
  const isFormula = (element) =>
    element.matches("mjx-container, .katex, img[src*='-images/']") && !element.parentElement.closest(".katex");

  const words = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.matches("script, style, template") || (apart && node.matches(apart))) return "";
    if (isFormula(node)) return formula;
    return [...node.childNodes].map(words).join("");
  };

  const headings = [...root.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const target = (link) => {
    const name = decodeURIComponent(link.getAttribute("href").slice(1));
    return document.getElementById(name) ?? document.getElementsByName(name)[0];
  };
  // A link leads to a heading, to what holds one, to what stands before one, or (where `data-after` says so) after one.
  const landing = (link) => {
    const place = target(link);
    if (!place) return `nowhere: ${link.getAttribute("href")}`;
    const inside = place.closest("h1, h2, h3, h4, h5, h6") ?? place.querySelector("h1, h2, h3, h4, h5, h6");
    if (inside) return words(inside);
    const precedes = (heading) => heading.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING;
    const found = place.dataset.after
      ? headings.filter(precedes).at(-1)
      : headings.find((heading) => !precedes(heading));
    return found ? words(found) : `no heading at ${link.getAttribute("href")}`;
  };

  const shown = [...root.querySelectorAll("mjx-container, .katex, img[src*='-images/']")].filter(isFormula);
  const mathjax = new Map(
    [...(window.MathJax?.startup?.document?.math ?? [])].map((item) => [item.typesetRoot, item.math]),
  );
  const tex = (element) =>
    element.alt ?? mathjax.get(element) ?? element.querySelector("annotation")?.textContent ?? "no source";

  const clickable = [...root.querySelectorAll("a[href^='#']")].filter((link) => !(apart && link.closest(apart)));
  const h1 = document.querySelector("h1");
  return {
    title: h1 ? [...h1.childNodes].map(words).join("") : "",
    words: words(root),
    formulas: shown.map(tex),
    links: clickable.map(landing),
    errors: [...document.querySelectorAll("mjx-merror, merror, [data-mjx-error], .katex-error, .error, .system-message")]
      .map((element) => element.outerHTML.slice(0, 200)),
    pictures: [...document.images].filter((image) => !image.naturalWidth || !image.alt).map((image) => image.outerHTML),
    drawings: [...document.images].filter((image) => !isFormula(image)).map((image) => image.alt),
    scripts: window.hacked ?? 0,
    wide: document.documentElement.scrollWidth - window.innerWidth,
  };
}
