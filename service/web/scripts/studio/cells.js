// Decision tables as in a spreadsheet: arrows and Enter go from row to row, and what was copied from one is pasted cell by cell.

export function openCells(root) {
  root.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    const cell = event.target.closest?.(".cell-table input:not([type=hidden])");
    if (!step || !cell || event.isComposing) return;
    const below = at(cell, step, 0);
    if (event.key === "Enter" || below) event.preventDefault();
    below?.focus();
    below?.select();
  });
  root.addEventListener("paste", (event) => {
    const cell = event.target.closest?.(".cell-table input:not([type=hidden])");
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!cell || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const rows = cell.closest("tbody").children.length;
    text.split(/\r?\n/).forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const target = at(cell, down, right) ?? (right === 0 && grown(cell.closest("table")) ? at(cell, down, right) : null);
        if (target) target.value = value.trim();
      });
    });
    if (cell.closest("tbody").children.length > rows) redraw(cell.form);
  });
}

function at(cell, down, right) {
  const row = cell.closest("tr");
  const rows = [...row.parentElement.children];
  const column = inputs(row).indexOf(cell);
  const there = rows[rows.indexOf(row) + down];
  return there ? inputs(there)[column + right] : undefined;
}

function inputs(row) {
  return [...row.querySelectorAll("input:not([type=hidden])")];
}

// One more row like the last, empty: good enough to be filled until the page draws it.
function grown(table) {
  const last = table.tBodies[0].lastElementChild;
  const row = last.cloneNode(true);
  const order = row.querySelector("input[type=hidden]");
  const old = order.value;
  order.value = `new${Date.now()}${table.tBodies[0].children.length}`;
  inputs(row).forEach((each) => {
    each.name = each.name.replace(`:${table.dataset.rows}:${old}:`, `:${table.dataset.rows}:${order.value}:`);
    each.removeAttribute("id");
    each.value = "";
  });
  last.after(row);
  return true;
}

function redraw(form) {
  const there = { source: form, target: "#tables", select: "#tables", swap: "outerHTML", values: { step: "draw" } };
  window.htmx.ajax("POST", form.getAttribute("action"), there);
}
