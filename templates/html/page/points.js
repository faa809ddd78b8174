// Numbers in a column of a table have their points below each other, also those with powers of ten, signs or shares
// behind them, and those that a change has brought. Without a script the room that the page leaves behind them does it.

/** A number at the beginning of a cell, behind a sign perhaps: up to its point, or where that would be. */
const TO_POINT = /^[\s=≈]*[−-]?\s*\d[\d,]*/;

/** How far the point of a cell's number is from the end of the cell, in pixels; null where there is no number. */
function behindPoint(cell) {
  const length = TO_POINT.exec(cell.textContent)?.[0].length;
  if (!length || !cell.getClientRects().length) return null;
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  let from = length - 1;
  let node = walker.nextNode();
  while (node.data.length <= from) {
    from -= node.data.length;
    node = walker.nextNode();
  }
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, from + 1);
  return cell.getBoundingClientRect().right - range.getBoundingClientRect().right;
}

function alignPoints(table) {
  const columns = new Map();
  for (const cell of table.querySelectorAll("tbody .right")) {
    cell.style.setProperty("--free", "0em");
    columns.set(cell.cellIndex, [...(columns.get(cell.cellIndex) ?? []), cell]);
  }
  const found = [...columns.values()].map((cells) => cells.map((cell) => [cell, behindPoint(cell)]).filter(([, behind]) => behind !== null));
  for (const cells of found) {
    const most = Math.max(...cells.map(([, behind]) => behind));
    for (const [cell, behind] of cells) {
      const free = (most - behind) / parseFloat(getComputedStyle(cell).fontSize);
      cell.style.setProperty("--free", `${free.toFixed(3)}em`);
    }
  }
}

const tables = [...document.querySelectorAll("main .table")];
/** Tables that are not seen are set when they are: a long page is there as soon as a short one. */
const isSet = (table) => table.checkVisibility({ contentVisibilityAuto: true });
const alignSeen = () => tables.filter(isSet).forEach(alignPoints);

for (const table of tables) {
  table.addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => target === table && !skipped && alignPoints(table));
  table.closest("details")?.addEventListener("toggle", () => alignPoints(table));
}
addEventListener("beforeprint", () => tables.forEach(alignPoints));
alignSeen();
document.fonts?.ready.then(alignSeen);
