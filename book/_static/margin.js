// Lets the contents of a page, in the margin, follow the text and give way to the notes there.
(() => {
  "use strict";

  const AIR = 16;
  const contents = document.querySelector(".toc-sticky");
  const notes = [...document.querySelectorAll("article .sd-aside")];
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
