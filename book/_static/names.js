// Tells of a linked name, on hover and on focus, what it is and where it is defined, and
// of a term what it means. Without it the link leads there. A touch follows the link.
(() => {
  "use strict";

  const { load } = globalThis.literate;
  const WAIT = 200;
  const LINKS = "a[data-name], a:has(> .term-in-text)";

  const box = document.createElement("div");
  box.id = "name-preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;

  let link = null;
  let timer = 0;

  function later(action) {
    clearTimeout(timer);
    timer = setTimeout(action, WAIT);
  }

  function hide() {
    clearTimeout(timer);
    box.hidden = true;
    link?.removeAttribute("aria-describedby");
    link = null;
  }

  function part(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  // A summary; what stands in double backticks, or in a role, is code.
  function summary(text) {
    const made = document.createElement("p");
    text.split(/``(.+?)``|:[\w:]+:`~?(.+?)`/).forEach((piece, index) => {
      if (piece !== undefined) {
        made.append(index % 3 ? part("code", piece) : piece);
      }
    });
    return made;
  }

  function fill(head, told, where) {
    box.replaceChildren(head, ...(told ? [summary(told)] : []), part("p", where));
    box.lastChild.className = "name-preview-where";
  }

  function fillName(name, [chapter, kind, told], chapters) {
    const [title, label] = chapters[chapter];
    const call = kind === "function" || kind === "method" ? "()" : "";
    const head = document.createElement("p");
    // What follows "@" tells versions of a definition apart.
    head.append(part("code", name.split("@")[0] + call), ` ${kind}`);
    fill(head, told, label === title ? title : `${label}, ${title}`);
  }

  function fillTerm([term, told, where]) {
    const head = document.createElement("p");
    head.append(part("strong", term));
    fill(head, told, where ? `Glossary; see ${where}` : "Glossary");
  }

  // What fills the box for a link, or nothing.
  async function found(target) {
    const { name } = target.dataset;
    if (name) {
      const { names, chapters } = await load("names.json");
      return names[name] && (() => fillName(name, names[name], chapters));
    }
    const term = (await load("terms.json"))[decodeURIComponent(target.hash.slice(1))];
    return term && (() => fillTerm(term));
  }

  // Below the link, or above it where there is no room; never on it.
  function place(target) {
    const around = target.getClientRects()[0] ?? target.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const start = (box.offsetParent ?? document.body).getBoundingClientRect();
    const left = Math.min(Math.max(around.left, 8), width - box.offsetWidth - 8);
    const below = around.bottom + 6;
    const fits = below + box.offsetHeight < window.innerHeight;
    const top = fits ? below : around.top - box.offsetHeight - 6;
    box.style.left = `${Math.max(left, 8) - start.left}px`;
    box.style.top = `${top - start.top}px`;
  }

  async function show(target) {
    let write;
    try {
      write = await found(target);
    } catch {
      return;
    }
    if (link !== target || !write) {
      return;
    }
    write();
    box.hidden = false;
    place(target);
    target.setAttribute("aria-describedby", box.id);
  }

  function begin(target, wait) {
    if (link === target) {
      clearTimeout(timer);
      return;
    }
    hide();
    link = target;
    if (wait) {
      later(() => show(target));
    } else {
      show(target);
    }
  }

  const named = (event) => event.target.closest?.(LINKS);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") {
      return;
    }
    if (box.contains(event.target)) {
      clearTimeout(timer);
    } else if (named(event)) {
      begin(named(event), true);
    } else if (link && document.activeElement !== link) {
      later(hide);
    }
  });
  document.addEventListener("focusin", (event) => {
    const target = named(event);
    if (target?.matches(":focus-visible")) {
      begin(target, false);
    }
  });
  document.addEventListener("focusout", (event) => {
    if (named(event) === link) {
      hide();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) {
      hide();
    }
  });
  window.addEventListener("resize", () => box.hidden || place(link));
  (document.querySelector("article") ?? document.body).append(box);
})();
