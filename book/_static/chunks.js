// Opens references within a chunk in place, and shows the file that a chunk belongs to
// as of its chapter. Without it the references are links to the chunks.
(() => {
  "use strict";

  const { file, page } = globalThis.literate;
  let count = 0;

  function button(name, label) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.setAttribute("aria-expanded", "false");
    made.setAttribute("aria-label", label);
    return made;
  }

  // HTML of a highlighted line with its indentation made another width.
  function indented(html, width) {
    if (width >= 0) {
      return html ? " ".repeat(width) + html : html;
    }
    return html.replace(new RegExp(`^((?:<span[^>]*>)*) {0,${-width}}`), "$1");
  }

  // Puts what a reference stands for below its line, or takes it away again.
  function makeOpener(link, width, find) {
    const name = link.textContent;
    const opener = button("chunk-opener", `Show the code of ${name} here`);
    let shown = null;
    opener.addEventListener("click", async () => {
      if (shown) {
        shown.remove();
        shown = null;
        opener.setAttribute("aria-expanded", "false");
        tellOfNewWidth();
        return;
      }
      opener.disabled = true;
      try {
        shown = await expansion(name, width, find);
      } catch {
        shown = note(`The code could not be loaded; ${name} is a link to it.`, width);
      }
      opener.disabled = false;
      opener.focus();
      shown.id = `expansion-${(count += 1)}`;
      opener.setAttribute("aria-controls", shown.id);
      opener.setAttribute("aria-expanded", "true");
      const after = opener.nextSibling;
      if (after?.nodeType === Node.TEXT_NODE && after.data.startsWith("\n")) {
        after.splitText(1);
        after.after(shown);
      } else {
        opener.after("\n", shown);
      }
      tellOfNewWidth();
    });
    link.after(opener);
  }

  function note(text, width) {
    const made = document.createElement("span");
    made.className = "chunk-expansion";
    const inner = document.createElement("span");
    inner.className = "chunk-expansion-note";
    inner.textContent = `${" ".repeat(width)}${text}\n`;
    made.append(inner);
    return made;
  }

  async function expansion(name, width, find) {
    const { tangled, chapter, found } = await find();
    if (!found) {
      return note("Nothing stands here in the finished program.", width);
    }
    const made = document.createElement("span");
    made.className = "chunk-expansion";
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", name);
    const later = tangled.chapter(found.version);
    if (later > chapter) {
      const told = note(`as of chapter ${later}; nothing stands here before`, width);
      made.append(...told.childNodes);
    }
    const shift = width - found.indent;
    for (const row of found.rows) {
      if (row.parent === undefined) {
        const line = document.createElement("span");
        line.innerHTML = indented(row.html, shift);
        made.append(...line.childNodes, "\n");
        continue;
      }
      const link = document.createElement("a");
      link.className = "chunk-reference";
      link.href = tangled.address(row.chunk);
      link.textContent = `⟨${tangled.name(row.chunk)}⟩`;
      const inner = Math.max(row.width + shift, 0);
      link.style.setProperty("--indent", inner);
      made.append(" ".repeat(inner), link, "\n");
      makeOpener(link, inner, async () => ({
        tangled,
        chapter,
        found: tangled.expandAt(found.version, row.parent, row.line),
      }));
    }
    return made;
  }

  // Lets other scripts look again at which listings scroll sideways.
  function tellOfNewWidth() {
    window.dispatchEvent(new Event("resize"));
  }

  // The blanks in front of a reference.
  function widthBefore(link) {
    const before = link.previousSibling;
    const text = before?.nodeType === Node.TEXT_NODE ? before.data : "";
    return text.length - text.lastIndexOf("\n") - 1;
  }

  function makeOpeners(figure, path, chapter) {
    for (const link of figure.querySelectorAll("a.chunk-reference")) {
      makeOpener(link, widthBefore(link), async () => {
        const tangled = await file(path);
        const chunk = tangled.chunk(page, figure.id);
        const found = tangled.expand(chapter, chunk, Number(link.dataset.line));
        return { tangled, chapter, found };
      });
    }
  }

  // The whole file, with the chunk's lines marked.
  async function wholeFile(figure, path, chapter) {
    const tangled = await file(path);
    const chunk = tangled.chunk(page, figure.id);
    const lines = tangled.lines(tangled.version(chapter));
    const listing = document.createElement("div");
    listing.className = "listing highlight file-so-far";
    listing.tabIndex = 0;
    listing.setAttribute("role", "region");
    listing.setAttribute("aria-label", `${path} as of chapter ${chapter}`);
    listing.style.setProperty("--digits", String(lines.length).length);
    listing.innerHTML = lines
      .map(({ html, node }, index) => {
        const marked = tangled.chunksOf(node).includes(chunk) ? " marked" : "";
        return (
          `<div class="line${marked}"><span class="number">${index + 1}</span>` +
          `<code>${html}\n</code></div>`
        );
      })
      .join("");
    return listing;
  }

  function makeFileToggle(figure, path, chapter) {
    const label = `whole file: ${path} as of chapter ${chapter}, these lines marked`;
    const toggle = button("chunk-file-toggle", label);
    toggle.textContent = "whole file";
    toggle.title = `${path} as of chapter ${chapter}`;
    let shown = null;
    function close() {
      shown.remove();
      shown = null;
      toggle.setAttribute("aria-expanded", "false");
      toggle.focus();
    }
    toggle.addEventListener("click", async () => {
      if (shown) {
        close();
        return;
      }
      toggle.disabled = true;
      try {
        shown = await wholeFile(figure, path, chapter);
      } catch {
        shown = document.createElement("p");
        shown.textContent = "The file could not be loaded.";
      }
      toggle.disabled = false;
      toggle.focus();
      shown.id = `file-so-far-${(count += 1)}`;
      shown.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
          close();
        }
      });
      toggle.setAttribute("aria-controls", shown.id);
      toggle.setAttribute("aria-expanded", "true");
      figure.querySelector(".highlight").parentElement.after(shown);
      const first = shown.querySelector(".marked");
      if (first) {
        shown.scrollTop = first.offsetTop - shown.clientHeight / 4;
      }
    });
    figure.querySelector(".chunk-head")?.append(toggle);
  }

  for (const figure of document.querySelectorAll("figure.chunk[data-file]")) {
    const path = figure.dataset.file;
    const chapter = Number(figure.dataset.chapter);
    makeOpeners(figure, path, chapter);
    makeFileToggle(figure, path, chapter);
  }
})();
