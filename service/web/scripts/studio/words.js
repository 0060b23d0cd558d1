// Completion and hover: keys and values from the schema of the file, names from what the draft declares, functions of the language.
import { hoverTooltip } from "@codemirror/view";

import { described, isExpression, keysAt, schemasAt, valuesAt } from "./schema.js";
import { pathAt } from "./yaml_path.js";

const NAMED = ["licence", "check"];
const OF_CONDITIONS = ["fails", "passes", "unless", "unknown", "committed", "follow_up"];
const WORD = /[\w\u3400-\u9fff.-]/;

// `known`: the vocabulary of the page; `names()`: what the draft declares now; `part`: rules or cases.
export function completing(known, names, part) {
  return (context) => {
    const { path, key, from, word } = pathAt(context.state.doc, context.pos);
    if (!context.explicit && !word && !/[:[{,]\s$/.test(context.state.sliceDoc(Math.max(0, context.pos - 2), context.pos))) return null;
    const root = known[part];
    const options = key ? [...keyOptions(root, path), ...declared(names(), path)] : valueOptions(known, names(), root, path);
    if (!options.length) return null;
    return { from: expressionStart(context, from, key), options, validFor: /^[\w\u3400-\u9fff.-]*$/ };
  };
}

function keyOptions(root, path) {
  return keysAt(root, path).map(([label, schema]) => ({ label, type: "property", apply: `${label}: `, detail: described(schema) }));
}

// In a case the evidence and the facts of the form are keys.
function declared(names, path) {
  const section = path.at(-1);
  const told = section === "evidence" ? names.filter(({ type }) => type === "licence" || type === "check")
    : section === "form" ? names.filter(({ name }) => name.startsWith("form.")) : [];
  return path[0] === "[]" ? told.map(({ name, means }) => {
    const label = name.replace("form.", "");
    return { label, type: "property", apply: `${label}: `, detail: means };
  }) : [];
}

function valueOptions(known, names, root, path) {
  const last = path.at(-1) === "[]" ? path.at(-2) : path.at(-1);
  const listed = NAMED.includes(last) ? known[last] : last === "include" ? known.include
    : OF_CONDITIONS.includes(last) ? names.filter(({ type }) => type === "condition") : [];
  const values = valuesAt(root, path).map(String).map((label) => ({ label, type: "enum" }));
  const told = listed.map(({ name, means }) => ({ label: name, type: "constant", detail: means }));
  return [...told, ...values, ...(isExpression(root, path) ? expressionOptions(known, names) : [])];
}

function expressionOptions(known, names) {
  return [
    ...names.filter(({ type }) => type !== "condition").map(({ name, type, means }) => ({ label: name, type: "variable", detail: means, info: type || undefined, boost: 2 })),
    ...known.functions.map(({ name, signature, means }) => ({ label: name, type: "function", apply: `${name}(`, detail: means, info: signature })),
    ...known.keywords.map((label) => ({ label, type: "keyword", boost: -1 })),
  ];
}

// Inside an expression only its last word is completed.
function expressionStart(context, from, key) {
  if (key) return from;
  const word = context.matchBefore(/[\w\u3400-\u9fff.-]*/);
  return word ? word.from : from;
}

export function hovering(known, names, part) {
  return hoverTooltip((view, offset) => {
    const line = view.state.doc.lineAt(offset);
    let start = offset - line.from;
    let end = start;
    while (start > 0 && WORD.test(line.text[start - 1])) start--;
    while (end < line.text.length && WORD.test(line.text[end])) end++;
    const word = line.text.slice(start, end);
    if (!word) return null;
    const told = about(known, names(), part, view.state.doc, line.from + end, word, line.text.slice(end));
    if (!told) return null;
    return { pos: line.from + start, end: line.from + end, above: true, create: () => ({ dom: card(told) }) };
  });
}

function about(known, names, part, doc, end, word, behind) {
  if (/^["']?\s*:(\s|$)/.test(behind)) {
    const { path } = pathAt(doc, end);
    const schema = schemasAt(known[part], [...path, word]).find((each) => each.description);
    return schema ? { head: word, text: described(schema) } : null;
  }
  const called = known.functions.find((each) => each.name === word && behind.startsWith("("));
  if (called) return { head: called.signature, text: called.means };
  const named = names.find((each) => each.name === word) ?? [...known.licence, ...known.check].find((each) => each.name === word);
  return named ? { head: named.type ? `${word}: ${named.type}` : word, text: named.means } : null;
}

function card({ head, text }) {
  const dom = document.createElement("div");
  dom.className = "word-card";
  dom.append(Object.assign(document.createElement("code"), { textContent: head }), Object.assign(document.createElement("p"), { textContent: text }));
  return dom;
}
