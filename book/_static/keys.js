// Keys for those who do not want to reach for the mouse, and a list of them. A key does
// nothing while one types, or together with Control, Alt or the like, or where a reader
// has turned them off, because of a program that turns speech into keys for example.
(() => {
  "use strict";

  const TYPING = "input, textarea, select, [contenteditable], .cm-editor, dialog";
  const { root } = globalThis.literate;

  const KEYS = [
    [["p", "["], "previous page", () => go('link[rel="prev"]')],
    [["n", "]"], "next page", () => go('link[rel="next"]')],
    [["m"], "map of the book", () => location.assign(`${root}map.html`)],
    [["/"], "search", search],
    [["r"], "run the example that has the focus, where examples run", null],
    [["?"], "this list", () => list.showModal()],
  ];

  const KEPT = "flasklit-keys";
  const off = () => document.documentElement.dataset.keys === "off";

  // Turns the keys on or off; other scripts with keys look at the same mark.
  function turn(state) {
    document.documentElement.dataset.keys = state;
    try {
      localStorage.setItem(KEPT, state);
    } catch {
      // Where nothing may be kept, it holds for this page.
    }
  }

  // The field may lie in the menu of a narrow window.
  function search() {
    const field = document.querySelector('input[name="q"]');
    if (field && !field.checkVisibility({ visibilityProperty: true })) {
      document.getElementById("__navigation")?.click();
    }
    field?.focus();
  }

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
    const box = element("input");
    box.type = "checkbox";
    box.checked = !off();
    box.addEventListener("change", () => turn(box.checked ? "on" : "off"));
    const choice = element("p", element("label", box, " These keys work"));
    const made = element("dialog", title, element("dl", ...rows), choice, form);
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

  try {
    document.documentElement.dataset.keys = localStorage.getItem(KEPT) ?? "on";
  } catch {
    // Then they are on.
  }
  const list = makeList();

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) {
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || list.open || off()) {
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
