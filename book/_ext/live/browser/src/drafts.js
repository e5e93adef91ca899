// What the reader has written, kept in the reader's browser until it is thrown away.
const here = (anchor) => `flasklit draft ${location.pathname}#${anchor}`;

export function draft(anchor) {
  return use((store) => store.getItem(here(anchor)));
}

export function keepDraft(anchor, text) {
  use((store) => store.setItem(here(anchor), text));
}

export function dropDraft(anchor) {
  use((store) => store.removeItem(here(anchor)));
}

// A browser may refuse, or have no room: then the text lasts as long as the page.
function use(action) {
  try {
    return action(localStorage);
  } catch {
    return null;
  }
}
