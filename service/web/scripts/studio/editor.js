// The editor of a draft: a text area each for rules and cases becomes an editor; both are checked together as one types.
import { autocompletion } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

import { goTo, light, lighting, underline } from "./lights.js";
import { completing, hovering } from "./words.js";

const PAUSE = 450; // milliseconds without a key before the text is checked
const looks = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "code-key" },
  { tag: tags.string, class: "code-text" },
  { tag: [tags.comment, tags.lineComment], class: "code-comment" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], class: "code-mark" },
]);

export function openEditor(form) {
  const known = JSON.parse(document.getElementById("vocabulary").textContent);
  const phrases = JSON.parse(document.getElementById("phrases").textContent);
  const panel = document.getElementById("found-panel");
  const tried = document.getElementById("tried");
  const editors = {};
  let names = readNames(panel) ?? [];
  let timer = 0;
  let trying = false; // once something has been tried, it is tried again after each change
  let dirty = form.dataset.dirty === "yes";

  for (const [part, kind] of [["text", "rules"], ["cases", "cases"]]) {
    const area = document.getElementById(part);
    const label = form.querySelector(`label[for="${part}"]`);
    editors[part] = new EditorView({
      parent: area.parentElement,
      state: EditorState.create({
        doc: area.value,
        extensions: [
          EditorView.cspNonce.of(form.dataset.nonce), EditorState.phrases.of(phrases),
          part === "text" ? lighting : [], basicSetup, yaml(), indentUnit.of("  "), syntaxHighlighting(looks), lintGutter(),
          autocompletion({ override: [completing(known, () => names, kind)] }), hovering(known, () => names, kind),
          keymap.of([{ key: "Mod-s", preventDefault: true, run: () => keep() }, indentWithTab]),
          EditorView.contentAttributes.of({ "aria-label": label.textContent, lang: "zh-CN", spellcheck: "false", tabindex: "0" }),
          EditorView.updateListener.of((update) => update.docChanged && typed(part)),
        ],
      }),
    });
    area.hidden = true;
  }
  const tabs = tabbed(form);
  document.querySelectorAll("[data-scripted]").forEach((each) => (each.hidden = false));
  form.classList.add("editor-open");
  showFindings();

  function typed(part) {
    document.getElementById(part).value = editors[part].state.doc.toString();
    dirty = true;
    form.classList.add("editor-dirty");
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  }

  function check() {
    window.htmx.ajax("POST", form.getAttribute("action"), { source: form, target: panel, swap: "innerHTML", values: { step: "check" } });
    if (trying) document.getElementById("try-again").click();
  }

  function keep() {
    window.htmx.ajax("POST", form.getAttribute("action"), { source: form, target: "#kept", swap: "outerHTML", values: { step: "keep" } });
    return true;
  }

  function showFindings() {
    names = readNames(panel) ?? names;
    for (const part of Object.keys(editors)) underline(editors[part], panel, part);
  }

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target === panel) showFindings();
    if (detail.target === tried) {
      trying = true;
      light(editors.text, tried);
    }
    if (detail.target.id === "kept") {
      dirty = false;
      form.classList.remove("editor-dirty");
    }
  });
  // Somebody was quicker, or the session has ended: the page itself says so, with everything that was typed.
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.requestConfig.parameters.step !== "keep") return;
    dirty = false;
    form.requestSubmit(form.querySelector('button[value="keep"]'));
  });
  form.querySelector('button[value="keep"]')?.addEventListener("click", (event) => {
    if (form.dataset.sent || !event.isTrusted) return;
    event.preventDefault();
    keep();
  });
  form.addEventListener("submit", () => {
    dirty = false;
  });
  addEventListener("beforeunload", (event) => dirty && event.preventDefault());
  panel.addEventListener("click", ({ target }) => {
    const found = target.closest(".finding");
    if (!found || !editors[found.dataset.part]) return;
    tabs(found.dataset.part);
    goTo(editors[found.dataset.part], Number(found.dataset.line), Number(found.dataset.column));
  });
}

function readNames(panel) {
  const there = panel.querySelector(".names");
  return there ? JSON.parse(there.textContent) : null;
}

// Rules and cases share the room: their labels become tabs (WAI-ARIA, tabs pattern).
function tabbed(form) {
  const list = Object.assign(document.createElement("div"), { className: "editor-tabs" });
  list.setAttribute("role", "tablist");
  const parts = [...form.querySelectorAll(".editor-part")];
  const buttons = parts.map((part) => {
    const label = part.querySelector(".editor-label");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label.textContent });
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", part.id);
    button.id = `tab-${part.id}`;
    part.setAttribute("role", "tabpanel");
    part.setAttribute("aria-labelledby", button.id);
    label.hidden = true;
    button.addEventListener("click", () => show(part.dataset.part));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = buttons[1 - buttons.indexOf(button)];
      other.click();
      other.focus();
    });
    list.append(button);
    return button;
  });
  function show(name) {
    parts.forEach((part, place) => {
      const here = part.dataset.part === name;
      part.hidden = !here;
      buttons[place].setAttribute("aria-selected", String(here));
      buttons[place].tabIndex = here ? 0 : -1;
    });
  }
  parts[0].before(list);
  show("text");
  return show;
}
