// Keys for those who do not want to reach for the mouse, and a list of them. A key does
// nothing while one types, or together with Control, Alt or the like.
(() => {
  "use strict";

  const TYPING = "input, textarea, select, [contenteditable], .cm-editor, dialog";
  const { root } = globalThis.literate;

  const KEYS = [
    [["p", "["], "previous page", () => go('link[rel="prev"]')],
    [["n", "]"], "next page", () => go('link[rel="next"]')],
    [["m"], "map of the book", () => location.assign(`${root}map.html`)],
    [["/"], "search", null],
    [["r"], "run the example that has the focus, where examples run", null],
    [["?"], "this list", () => list.showModal()],
  ];

  function go(selector) {
    const link = document.querySelector(selector);
    if (link) {
      location.assign(link.href);
    }
  }

  function element(name, ...content) {
    const made = document.createElement(name);
    made.append(...content);
    return made;
  }

  function makeList() {
    const rows = KEYS.filter(([keys]) => keys[0] !== "r" || runs()).flatMap(
      ([keys, told]) => [
        element("dt", ...keys.flatMap((key) => [element("kbd", key), " "])),
        element("dd", told),
      ],
    );
    const close = element("button", "Close");
    close.className = "small-button";
    const title = element("h2", "Keys");
    title.id = "keys-title";
    const form = element("form", close);
    form.method = "dialog";
    const made = element("dialog", title, element("dl", ...rows), form);
    made.className = "keys";
    made.setAttribute("aria-labelledby", title.id);
    made.addEventListener("click", (event) => {
      if (event.target === made) {
        made.close();
      }
    });
    document.body.append(made);
    return made;
  }

  // Whether examples can be run; the script that does it marks its buttons so.
  function runs() {
    return document.querySelector("[data-run]") !== null;
  }

  const list = makeList();

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) {
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || list.open) {
      return;
    }
    if (event.target.closest?.(TYPING)) {
      return;
    }
    const action = KEYS.find(([keys]) => keys.includes(event.key))?.[2];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  const opener = element("button", "Keys");
  opener.type = "button";
  opener.className = "small-button keys-button";
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", () => list.showModal());
  document.querySelector("footer .left-details")?.append(" ", opener);
})();
