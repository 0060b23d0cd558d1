// Where in a YAML text a place is: the keys that lead to it, and whether a key or a value is being written there. It goes by the
// lines as they are, since a text that is being typed is seldom whole.

const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s#:[\]{},"'][^#:[\]{},]*?))\s*:(?=\s|$)/;

// The keys from the top to `offset`, `[]` for an item of a list; `key`: a key is being written; `from`: where its word begins.
export function pathAt(doc, offset) {
  const line = doc.lineAt(offset);
  const before = line.text.slice(0, offset - line.from);
  const { indent, items, keys, rest } = read(before);
  const path = above(doc, line.number, indent);
  path.push(...items.map(() => "[]"), ...keys);
  const flow = inFlow(rest);
  path.push(...flow.path);
  const key = flow.open ? flow.key : keys.length === 0;
  const word = /[^\s:{}[\],"'|>]*$/.exec(before)[0];
  return { path, key, from: offset - word.length, word, flow: flow.open };
}

// What a line says before any brackets: how far its own keys are indented, the dashes, the key, what stands behind it.
function read(text) {
  let indent = text.length - text.trimStart().length;
  let rest = text.slice(indent);
  const items = [];
  while (/^-(\s|$)/.test(rest)) {
    items.push(indent);
    const width = rest.length - rest.slice(1).trimStart().length;
    indent += width;
    rest = rest.slice(width);
  }
  const found = KEY.exec(rest);
  const keys = found ? [found[1] ?? found[2] ?? found[3]] : [];
  return { indent, items, keys, rest: found ? rest.slice(found[0].length) : rest };
}

function above(doc, number, indent) {
  const path = [];
  let inner = doc.line(number).text.trimStart().startsWith("-") ? indentOf(doc.line(number).text) + 0.5 : indent;
  for (let n = number - 1; n > 0 && inner > 0; n--) {
    const text = doc.line(n).text;
    if (!text.trim() || text.trimStart().startsWith("#")) continue;
    const there = read(text);
    if (there.keys.length && there.indent < inner) {
      path.unshift(there.keys[0]);
      inner = there.items.length ? there.items[0] + 0.5 : there.indent;
      if (there.items.length) path.unshift(...there.items.map(() => "[]"));
    } else if (there.items.length && there.items[0] < inner && !there.keys.length) {
      path.unshift("[]");
      inner = there.items[0] + 0.5;
    } else if (there.items.length && there.items[0] < inner && there.indent === Math.ceil(inner)) {
      path.unshift("[]");
      inner = there.items[0] + 0.5;
    }
  }
  return path;
}

function indentOf(text) {
  return text.length - text.trimStart().length;
}

// The brackets that are open at the end of the text, with the keys that lead into them.
function inFlow(text) {
  const open = [];
  let quote = "";
  let word = "";
  for (const each of text) {
    if (quote) {
      if (each === quote) quote = "";
      continue;
    }
    const top = open.at(-1);
    if (each === '"' || each === "'") quote = each;
    else if (each === "{" || each === "[") {
      open.push({ kind: each, key: null });
      word = "";
    } else if (each === "}" || each === "]") {
      open.pop();
      word = "";
    } else if (each === "," && top) {
      top.key = null;
      word = "";
    } else if (each === ":" && top?.kind === "{" && top.key === null) {
      top.key = word.trim();
      word = "";
    } else word += each;
  }
  const path = open.flatMap((each) => (each.kind === "[" ? ["[]"] : each.key === null ? [] : [each.key]));
  const top = open.at(-1);
  return { open: Boolean(top), path, key: top?.kind === "{" && top.key === null };
}
