// What the pages of the book cannot say in HTML. Without it everything can be read.
(() => {
  "use strict";

  const LINES = /^#L(\d+)(?:-L?(\d+))?$/;

  // Marks the lines that an address such as #L10-L20 names, where no block has that id.
  function mark() {
    for (const line of document.querySelectorAll(".listing .marked")) {
      line.classList.remove("marked");
    }
    const match = LINES.exec(location.hash);
    if (!match || document.getElementById(location.hash.slice(1))) {
      return;
    }
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    for (let number = first; number <= last; number += 1) {
      document.getElementById(`L${number}`)?.classList.add("marked");
    }
    document.getElementById(`L${first}`)?.scrollIntoView({ block: "center" });
  }

  // Lets the keyboard reach the listings and tables that scroll sideways, and only those.
  function makeScrollable() {
    for (const block of document.querySelectorAll(".highlight > pre, .table-wrapper")) {
      if (block.scrollWidth > block.clientWidth) {
        block.tabIndex = 0;
      } else {
        block.removeAttribute("tabindex");
      }
    }
  }

  // The two columns beside the text have no names of their own.
  function nameColumns() {
    document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Book");
    document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
  }

  window.addEventListener("hashchange", mark);
  window.addEventListener("resize", makeScrollable);
  mark();
  makeScrollable();
  nameColumns();
})();
