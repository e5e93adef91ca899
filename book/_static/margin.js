// Lifts the notes in the margin to the paragraphs they belong to. Lets the contents of the
// page, which stand in the margin as well, follow the text and give way to the notes.
(() => {
  "use strict";

  const AIR = 16;
  const contents = document.querySelector(".toc-sticky");
  const notes = [...document.querySelectorAll("article .sd-aside")];

  // The paragraph before a note, which may have other notes in between.
  function paragraphOf(note) {
    let before = note.previousElementSibling;
    while (before?.matches(".sd-aside")) {
      before = before.previousElementSibling;
    }
    return before?.matches("p") ? before : note;
  }

  function lift() {
    let free = -Infinity;
    for (const note of notes) {
      note.style.removeProperty("--lift");
      const { top, bottom } = note.getBoundingClientRect();
      const wanted = Math.max(paragraphOf(note).getBoundingClientRect().top, free);
      const by = Math.max(top - wanted, 0);
      note.style.setProperty("--lift", `${by}px`);
      free = bottom - by + AIR;
    }
  }

  lift();
  window.addEventListener("resize", lift);
  if (!contents || !notes.length) {
    return;
  }
  document.body.classList.add("contents-follow");

  function meets(note, { bottom, left, top }) {
    const place = note.getBoundingClientRect();
    return place.right > left && place.top < bottom + AIR && place.bottom > top - AIR;
  }

  let waiting = false;
  function update() {
    waiting = false;
    const place = contents.getBoundingClientRect();
    const met = notes.some((note) => meets(note, place));
    contents.classList.toggle("gives-way", met);
  }

  function updateSoon() {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(update);
    }
  }

  window.addEventListener("scroll", updateSoon, { passive: true });
  window.addEventListener("resize", updateSoon);
  update();
})();
