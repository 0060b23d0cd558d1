// The outcomes of a try beside the lines of the conditions, and the findings of the checker under what they are about.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, WidgetType, gutter } from "@codemirror/view";
import { setDiagnostics } from "@codemirror/lint";

const setLights = StateEffect.define();

class Dot extends GutterMarker {
  constructor(tone) {
    super();
    this.tone = tone;
  }
  eq(other) {
    return other.tone === this.tone;
  }
  toDOM() {
    return Object.assign(document.createElement("span"), { className: `light tone-${this.tone}` });
  }
}

class Label extends WidgetType {
  constructor(tone, text) {
    super();
    Object.assign(this, { tone, text });
  }
  eq(other) {
    return other.tone === this.tone && other.text === this.text;
  }
  toDOM() {
    return Object.assign(document.createElement("span"), { className: `light-label badge tone-${this.tone}`, textContent: this.text });
  }
}

const lights = StateField.define({
  create: () => Decoration.none,
  update(found, transaction) {
    found = found.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setLights)) found = drawn(transaction.state.doc, effect.value);
    return found;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function drawn(doc, told) {
  const ranges = [];
  for (const { first, last, tone, label } of told) {
    if (last > doc.lines) continue;
    for (let number = first; number <= last; number++) {
      ranges.push(Decoration.line({ class: `lit-line tone-${tone}`, tone }).range(doc.line(number).from));
    }
    ranges.push(Decoration.widget({ widget: new Label(tone, label), side: 1 }).range(doc.line(first).to));
  }
  return Decoration.set(ranges, true);
}

const dots = gutter({
  class: "light-gutter",
  lineMarker(view, line) {
    let tone = null;
    view.state.field(lights).between(line.from, line.from, (_from, _to, value) => {
      tone = value.spec.tone ?? tone;
    });
    return tone ? new Dot(tone) : null;
  },
  lineMarkerChange: (update) => update.transactions.some((each) => each.effects.some((effect) => effect.is(setLights))),
});

export const lighting = [lights, dots];

// Takes what a try has answered, as the page has it.
export function light(view, panel) {
  const told = [...panel.querySelectorAll("[data-lit]")].map(({ dataset }) => ({
    first: Number(dataset.first), last: Number(dataset.last), tone: dataset.tone, label: dataset.label,
  }));
  view.dispatch({ effects: setLights.of(told) });
}

// Takes the findings of the page that are about this part of the draft.
export function underline(view, panel, part) {
  const { doc } = view.state;
  const found = [...panel.querySelectorAll(`.finding[data-part="${part}"]`)].map((each) => {
    const line = doc.line(Math.min(Number(each.dataset.line), doc.lines));
    const before = Array.from(line.text).slice(0, Number(each.dataset.column) - 1).join("").length;
    const word = /^["']?[\w\u3400-\u9fff.-]+/.exec(line.text.slice(before));
    const from = Math.min(line.from + before, line.to);
    const to = Math.min(from + (word ? word[0].length : 1), line.to);
    const severity = each.classList.contains("tone-fail") ? "error" : "warning";
    return { from: from === to ? Math.max(line.from, from - 1) : from, to, severity, message: each.querySelector(".finding-message").textContent };
  });
  view.dispatch(setDiagnostics(view.state, found));
}

// Goes to a place that a finding names.
export function goTo(view, line, column) {
  const there = view.state.doc.line(Math.min(line, view.state.doc.lines));
  const anchor = Math.min(there.from + column - 1, there.to);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  view.focus();
}
