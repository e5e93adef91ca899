// Where the reader is: the page in the list of all pages, and how far each chapter was
// read, which only this browser remembers: a mark at the top of the page, a way back on
// the start page, marks on the map.
(() => {
  "use strict";

  const KEY = "flasklit-reading";
  const DONE = 0.9;
  const { page } = globalThis.literate;
  const root = new URL(globalThis.literate.root, location);
  const article = document.querySelector("article");

  function read() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {};
    }
  }

  function write(state) {
    try {
      localStorage.setItem(KEY, JSON.stringify(state));
    } catch {
      // Where nothing may be kept, nothing is remembered.
    }
  }

  function textOf(heading) {
    const copy = heading.cloneNode(true);
    for (const link of copy.querySelectorAll(".headerlink")) {
      link.remove();
    }
    return copy.textContent.trim();
  }

  // How much of the article has been on the screen, from 0 to 1.
  function fraction() {
    const { top, height } = article.getBoundingClientRect();
    return Math.min(Math.max((window.innerHeight - top) / height, 0), 1);
  }

  function currentHeading() {
    let found = null;
    for (const heading of article.querySelectorAll(":is(section, .page-section) > :is(h1, h2, h3)")) {
      if (heading.getBoundingClientRect().top > window.innerHeight / 3) {
        break;
      }
      found = heading;
    }
    return found;
  }

  function remember() {
    const heading = currentHeading();
    if (!heading || window.scrollY === 0) {
      return;
    }
    const state = read();
    const far = Math.max(fraction(), state.pages?.[page] ?? 0);
    state.pages = { ...state.pages, [page]: Math.round(far * 100) / 100 };
    state.last = {
      page,
      title: textOf(article.querySelector("h1")),
      heading: heading.localName === "h1" ? "" : textOf(heading),
      anchor: heading.localName === "h1" ? "" : heading.parentElement.id,
    };
    write(state);
  }

  // The list of pages begins with the first one; most pages would not be seen.
  function showPageInList() {
    const list = document.querySelector(".sidebar-scroll");
    const entry = list?.querySelector(".current-page");
    if (!entry) {
      return;
    }
    const { top, bottom } = entry.getBoundingClientRect();
    const frame = list.getBoundingClientRect();
    if (top < frame.top || bottom > frame.bottom) {
      list.scrollTop += top - frame.top - list.clientHeight / 4;
    }
  }

  function followChapter() {
    const bar = document.createElement("div");
    bar.className = "reading-progress";
    bar.setAttribute("aria-hidden", "true");
    document.body.append(bar);
    let waiting = false;
    let timer = 0;
    function update() {
      waiting = false;
      bar.style.transform = `scaleX(${window.scrollY ? fraction() : 0})`;
    }
    window.addEventListener(
      "scroll",
      () => {
        if (!waiting) {
          waiting = true;
          requestAnimationFrame(update);
        }
        clearTimeout(timer);
        timer = setTimeout(remember, 300);
      },
      { passive: true },
    );
    window.addEventListener("pagehide", remember);
    update();
  }

  function forgetButton(where) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small-button";
    button.textContent = "Forget where I was";
    button.addEventListener("click", () => {
      try {
        localStorage.removeItem(KEY);
      } catch {
        // Then there is nothing to forget.
      }
      for (const mark of document.querySelectorAll(".map-read")) {
        mark.remove();
      }
      where.replaceChildren("Forgotten; this browser remembers nothing of it.");
      where.setAttribute("role", "status");
      where.tabIndex = -1;
      where.focus();
    });
    return button;
  }

  function linkBack({ page: target, title, heading, anchor }) {
    const link = document.createElement("a");
    link.href = new URL(target, root) + (anchor ? `#${encodeURIComponent(anchor)}` : "");
    link.textContent = heading ? `${title}: ${heading}` : title;
    return link;
  }

  function offerWayBack() {
    const { last } = read();
    const title = article.querySelector("h1");
    if (!last?.page || !last.title || !title) {
      return;
    }
    const box = document.createElement("p");
    box.className = "way-back";
    box.append("Continue where you were: ", linkBack(last), ". ", forgetButton(box));
    title.after(box);
  }

  function markMap() {
    const { pages } = read();
    const entries = document.querySelectorAll(".map-chapters > li");
    if (!pages || !entries.length) {
      return;
    }
    for (const entry of entries) {
      const link = entry.querySelector(".map-title a");
      const far = pages[link.pathname.slice(root.pathname.length)];
      if (far) {
        const mark = document.createElement("span");
        mark.className = "map-read";
        mark.textContent = far >= DONE ? "read" : `${Math.round(far * 100)} % read`;
        entry.querySelector(".map-minutes").after(" ", mark);
      }
    }
    const box = document.createElement("p");
    box.className = "way-back";
    box.append("What you have read is marked, in this browser only. ", forgetButton(box));
    entries[0].closest(".map-part").before(box);
  }

  showPageInList();
  if (!article) {
    return;
  }
  if (article.querySelector(".reading-time")) {
    followChapter();
  } else if (page === "index.html") {
    offerWayBack();
  } else {
    markMap();
  }
})();
