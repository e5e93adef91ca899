// The program at a chapter: one chapter at a time, with the lines it changes; and the map
// of the book, whose arcs light up. Without it all chapters stand below each other.
(() => {
  "use strict";

  const { file } = globalThis.literate;
  const AROUND = 2;

  // The program

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    made.append(...content);
    return made;
  }

  function row(tangled, { html, node }, kind, previous) {
    const sign = { added: "+", removed: "−", same: " " }[kind];
    const spoken = { added: "added: ", removed: "removed: ", same: "" }[kind];
    const chunks = html && kind !== "same" ? tangled.chunksOf(node) : [];
    const key = chunks.join();
    const links = key === previous ? [] : chunks;
    const origins = links
      .map((chunk) => {
        const link = document.createElement("a");
        link.href = tangled.address(chunk);
        link.textContent = `⟨${tangled.name(chunk)}⟩`;
        link.prepend(element("small", {}, `${tangled.label(chunk)} `));
        return link.outerHTML;
      })
      .join(", ");
    const told = origins ? `<span class="origin">${origins}</span>` : "";
    return [
      `<div class="line ${kind}"><span class="sign" aria-hidden="true">${sign}</span>` +
        `<span class="chunk-spoken">${spoken}</span><code>${html}\n</code>${told}</div>`,
      html && kind !== "same" ? key : previous,
    ];
  }

  // The stretches that differ, with some lines around them.
  function difference(tangled, version) {
    const before = version ? tangled.lines(version - 1) : [];
    const after = tangled.lines(version);
    const parts = [];
    let shownTo = 0;
    let previous = "";
    function push(line, kind) {
      const [html, key] = row(tangled, line, kind, previous);
      parts.push(html);
      previous = key;
    }
    tangled.differences(version).forEach(([first, last, start, end], index, all) => {
      const from = Math.max(shownTo, start - AROUND);
      if (from > shownTo || (index === 0 && from > 0)) {
        parts.push('<div class="line gap">⋯</div>');
        previous = "";
      }
      after.slice(from, start).forEach((line) => push(line, "same"));
      before.slice(first, last).forEach((line) => push(line, "removed"));
      after.slice(start, end).forEach((line) => push(line, "added"));
      const next = all[index + 1]?.[2] ?? after.length;
      shownTo = Math.min(end + AROUND, next);
      after.slice(end, shownTo).forEach((line) => push(line, "same"));
    });
    if (shownTo < after.length) {
      parts.push('<div class="line gap">⋯</div>');
    }
    return parts.join("");
  }

  async function showChange(details) {
    if (details.dataset.loaded) {
      return;
    }
    details.dataset.loaded = "yes";
    const path = details.dataset.file;
    const chapter = Number(details.dataset.chapter);
    const told = details.querySelector(".program-wait");
    try {
      const tangled = await file(path);
      const listing = element("div", {
        class: "listing highlight difference",
        role: "region",
        "aria-label": `What chapter ${chapter} changes in ${path}`,
        tabindex: "0",
      });
      listing.innerHTML = difference(tangled, tangled.version(chapter));
      told.replaceWith(listing);
    } catch {
      delete details.dataset.loaded;
      told.textContent = "The lines could not be loaded. They stand in the chapter.";
    }
  }

  function makeProgram(holder) {
    const sections = [...holder.querySelectorAll(".program-chapter")];
    const slider = element("input", {
      type: "range",
      min: "1",
      max: String(sections.length),
      id: "program-slider",
    });
    const choice = element("select", { id: "program-choice" });
    sections.forEach((section, index) => {
      const text = `${index + 1}. ${section.dataset.title}`;
      choice.append(element("option", { value: String(index + 1) }, text));
    });
    const controls = element(
      "div",
      { class: "program-controls", role: "group", "aria-label": "Choose a chapter" },
      element("label", { for: choice.id }, "As of chapter"),
      choice,
      element("label", { for: slider.id, class: "chunk-spoken" }, "Chapter"),
      slider,
    );
    holder.before(controls);
    for (const details of holder.querySelectorAll(".program-change")) {
      details.addEventListener("toggle", () => details.open && showChange(details));
    }

    function choose(number) {
      const chosen = Math.min(Math.max(number, 1), sections.length);
      sections.forEach((section, index) => {
        section.hidden = index + 1 !== chosen;
      });
      choice.value = slider.value = String(chosen);
      slider.setAttribute("aria-valuetext", choice.selectedOptions[0].textContent);
      const changed = sections[chosen - 1].querySelectorAll(".program-change");
      if (changed.length && ![...changed].some((each) => each.open)) {
        changed[0].open = true;
      }
    }
    function chooseFromAddress() {
      choose(Number(/^#chapter-(\d+)$/.exec(location.hash)?.[1] ?? 1));
    }
    function chooseAndTell(number) {
      history.replaceState(null, "", `#chapter-${number}`);
      choose(number);
    }
    choice.addEventListener("change", () => chooseAndTell(Number(choice.value)));
    slider.addEventListener("input", () => chooseAndTell(Number(slider.value)));
    window.addEventListener("hashchange", chooseFromAddress);
    chooseFromAddress();
    controls.scrollIntoView({ block: "nearest" });
  }

  // The map

  function makeMap(picture) {
    const svg = picture.querySelector("svg");
    function light(number) {
      svg.classList.toggle("lit", number !== null);
      for (const each of svg.querySelectorAll(".lit, .lit-dot")) {
        each.classList.remove("lit", "lit-dot");
      }
      if (number === null) {
        return;
      }
      const ends = new Set([number]);
      for (const arc of svg.querySelectorAll(".map-arc")) {
        if (arc.dataset.from === number || arc.dataset.to === number) {
          arc.classList.add("lit");
          ends.add(arc.dataset.from).add(arc.dataset.to);
        }
      }
      for (const dot of svg.querySelectorAll(".map-dot")) {
        dot.classList.toggle("lit-dot", ends.has(dot.dataset.chapter));
      }
    }
    for (const entry of document.querySelectorAll(".map-chapters > li")) {
      const { chapter } = entry.dataset;
      entry.addEventListener("pointerenter", () => light(chapter));
      entry.addEventListener("pointerleave", () => light(null));
      entry.addEventListener("focusin", () => light(chapter));
      entry.addEventListener("focusout", () => light(null));
    }
    for (const dot of svg.querySelectorAll(".map-dot")) {
      dot.addEventListener("pointerenter", () => light(dot.dataset.chapter));
      dot.addEventListener("pointerleave", () => light(null));
      dot.addEventListener("click", () => {
        location.hash = `chapter-${dot.dataset.chapter}`;
      });
    }
  }

  const holder = document.querySelector(".program-chapters");
  if (holder) {
    makeProgram(holder);
  }
  const picture = document.querySelector(".map-picture");
  if (picture) {
    makeMap(picture);
  }
})();
