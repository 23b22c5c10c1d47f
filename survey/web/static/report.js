// Tables of a report can be sorted: a button in every heading, by the number where there is one and else by the words.
// Without this script they stay in the order of the report.
(() => {
  "use strict";
  const language = document.documentElement.lang || "vi";
  const words = new Intl.Collator(language, { numeric: true });

  // Rows of sums stay at the end; a table with sums in between says something by its order, as one that is marked so.
  function sortable(table) {
    if (table.classList.contains("report-ordered")) return false;
    const rows = [...table.tBodies[0].rows];
    const sums = rows.filter((row) => row.classList.contains("report-total"));
    return rows.length - sums.length > 2 && rows.slice(rows.length - sums.length).every((row) => sums.includes(row));
  }

  function compare(column, direction) {
    return (one, other) => {
      const [a, b] = [one.cells[column], other.cells[column]];
      const numbers = [a, b].map((cell) => (cell.dataset.value === undefined ? NaN : Number(cell.dataset.value)));
      if (numbers.every(Number.isFinite)) return direction * (numbers[0] - numbers[1]);
      const known = [a, b].map((cell, at) => Number.isFinite(numbers[at]) || !/^[\s–]*$/.test(cell.textContent));
      if (known[0] !== known[1]) return known[0] ? -1 : 1;
      return direction * words.compare(a.textContent.trim(), b.textContent.trim());
    };
  }

  function sort(table, heading, original) {
    const direction = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", direction);
    const sums = original.filter((row) => row.classList.contains("report-total"));
    const rows = original.filter((row) => !sums.includes(row));
    rows.sort(compare(heading.cellIndex, direction === "ascending" ? 1 : -1));
    table.tBodies[0].append(...rows, ...sums);
  }

  for (const table of document.querySelectorAll("table.report-table")) {
    if (!table.tBodies.length || !sortable(table)) continue;
    const original = [...table.tBodies[0].rows];
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "report-sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sort(table, heading, original));
    }
  }
})();
