// The two menus of a narrow window, for the keyboard too. The theme opens them with
// labels, which only a pointer reaches; buttons take their place. Without this script the
// switches themselves are reached.
(() => {
  "use strict";

  function makeButton(label, name, drawer) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = label.className;
    button.setAttribute("aria-label", name);
    button.setAttribute("aria-controls", drawer.id);
    button.append(...label.childNodes);
    label.replaceWith(button);
    return button;
  }

  // A switch has one or two buttons; the drawer is what they open.
  function makeMenu(id, drawer, name) {
    const toggle = document.getElementById(id);
    if (!toggle || !drawer) {
      return;
    }
    drawer.id ||= `${id}-drawer`;
    const labels = [...document.querySelectorAll(`label[for="${id}"]:not(.overlay)`)];
    const buttons = labels.map((label) => makeButton(label, name, drawer));
    let opener = null;

    function tell() {
      for (const button of buttons) {
        button.setAttribute("aria-expanded", String(toggle.checked));
      }
    }
    function close() {
      toggle.checked = false;
      tell();
    }

    for (const button of buttons) {
      button.addEventListener("click", () => {
        opener = button;
        toggle.click();
      });
    }
    toggle.addEventListener("change", () => {
      tell();
      if (toggle.checked) {
        const links = [...drawer.querySelectorAll("a[href]")];
        links.find((link) => link.checkVisibility())?.focus({ preventScroll: true });
      }
    });
    drawer.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && toggle.checked) {
        close();
        opener?.focus();
      }
    });
    // Whoever goes on, to a place of this page or past the last link, is done with it.
    drawer.addEventListener("click", (event) => {
      if (event.target.closest('a[href^="#"]')) {
        close();
      }
    });
    drawer.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !drawer.contains(relatedTarget) && toggle.checked) {
        close();
      }
    });
    tell();
  }

  makeMenu("__navigation", document.querySelector(".sidebar-drawer"), "Menu of the book");
  makeMenu("__toc", document.querySelector(".toc-drawer"), "Contents of this page");
})();
