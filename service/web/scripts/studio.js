// The editor of a draft in the studio. Without it the text areas still work.
import { openEditor } from "./studio/editor.js";

const form = document.getElementById("editor-form");
if (form) openEditor(form);
