// Marks the lines that an address such as #L10-L20 names, where no block has that id.
(() => {
  "use strict";

  const LINES = /^#L(\d+)(?:-L?(\d+))?$/;

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

  window.addEventListener("hashchange", mark);
  mark();
})();
