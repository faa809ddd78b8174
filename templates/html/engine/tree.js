// Formulas as trees.
//
// A formula is a tree of arrays: ["num", "0.5"], ["name", "z0"], ["sum", …], ["neg", a], ["product", …],
// ["quotient", a, b], ["power", a, b], ["call", "exp", …], ["group", a] and
// ["cases", [[value, [left, ">", right]], …], otherwise]. A term "neg" of a sum is written as a subtraction.
//
// Lines of arrays, which are written and never worked out, have besides: ["transposed", a], ["matrix product", a, b, …],
// ["entrywise times", a, b], also "over" and "power", ["applied", [function, axis], a, …], ["matrix", ["row", a, …], …],
// ["dots", direction] in the place of entries, and ["sized", [rows, columns], a].

/** The direct operands of a node, in the order they are written. */
function children(tree) {
  switch (tree[0]) {
    case "num":
    case "name":
    case "dots":
      return [];
    case "call":
    case "applied":
    case "sized":
      return tree.slice(2);
    case "cases":
      return [...tree[1].flatMap(([value, [left, , right]]) => [value, left, right]), tree[2]];
    default:
      return tree.slice(1);
  }
}

/** The same node with each direct operand changed. */
function rebuild(tree, change) {
  switch (tree[0]) {
    case "num":
    case "name":
    case "dots":
      return tree;
    case "call":
    case "applied":
    case "sized":
      return [tree[0], tree[1], ...tree.slice(2).map(change)];
    case "cases":
      return ["cases", tree[1].map(([value, [left, relation, right]]) => [change(value), [change(left), relation, change(right)]]), change(tree[2])];
    default:
      return [tree[0], ...tree.slice(1).map(change)];
  }
}

/** The tree with names replaced, by a function that gives a tree or nothing. */
function substitute(tree, replacement) {
  if (tree[0] === "name") return replacement(tree[1]) ?? tree;
  return rebuild(tree, (node) => substitute(node, replacement));
}

/** Whether two trees are written alike. */
const sameTree = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const NAMES = new WeakMap();

/** The names in a tree, each once, in the order of first appearance. */
function namesOf(tree) {
  if (!NAMES.has(tree)) {
    NAMES.set(tree, [...new Set(tree[0] === "name" ? [tree[1]] : children(tree).flatMap(namesOf))]);
  }
  return NAMES.get(tree);
}

/** Every node of a tree, a node before its operands. */
function nodesOf(tree) {
  return [tree, ...children(tree).flatMap(nodesOf)];
}
