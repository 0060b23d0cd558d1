// Decision tables in the studio, as in a spreadsheet. Without it the inputs still work.
import { openCells } from "./studio/cells.js";

if (document.getElementById("tables")) openCells(document);
