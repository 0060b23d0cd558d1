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
    text.split(/\r?\n/).forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const target = at(cell, down, right) ?? (right === 0 && grown(cell.closest("table")) ? at(cell, down, right) : null);
        if (target) target.value = value.trim();
      });
    });
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

// One more row like the last, empty.
function grown(table) {
  const last = table.tBodies[0].lastElementChild;
  const row = last.cloneNode(true);
  const number = table.tBodies[0].children.length + 1;
  const key = `new${Date.now()}${number}`;
  row.className = "cell-new";
  row.querySelectorAll("p").forEach((each) => each.remove());
  const order = row.querySelector("input[type=hidden]");
  const rows = table.dataset.rows;
  const old = order.value;
  row.firstElementChild.firstChild.textContent = number;
  order.value = key;
  inputs(row).forEach((each) => {
    each.name = each.name.replace(`cell:${rows}:${old}:`, `cell:${rows}:${key}:`);
    each.id = `${each.id}-${key}`;
    each.value = "";
    each.classList.remove("is-invalid");
  });
  row.querySelectorAll("button").forEach((each) => {
    each.value = each.value.replace(new RegExp(`:${old}$`), `:${key}`);
  });
  last.after(row);
  window.htmx.process(row);
  return true;
}
