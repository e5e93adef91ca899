// Keeps the memory of a Python that has just started. To start one from nothing takes
// the reader's processor most of a second; to go on from kept memory, a fifth of it. The
// bytes stay in the reader's browser. It may refuse them (a private window, a page that
// is not served over HTTPS): then each Python starts from nothing.
const SHELF = "flasklit-python";
// Milliseconds after what a reader asked for, until there is time for other things. What is
// kept is written then, in pieces of so many bytes, so many milliseconds apart: all at once,
// the page's own thread, which has no part in it, can stand still for 100.
export const CALM = 1000;
const PIECE = 256 * 1024;
const PAUSE = 5;

export const keeps = "caches" in self;

export async function kept(version) {
  if (!keeps) {
    return null;
  }
  try {
    const found = await (await caches.open(SHELF)).match(name(version));
    return found ? new Uint8Array(await found.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

export async function keep(version, memory) {
  await pause(CALM);
  try {
    await forget();
    await (await caches.open(SHELF)).put(name(version), new Response(inPieces(memory)));
  } catch {
    // No room, or no leave.
  }
}

function inPieces(bytes) {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      await pause(PAUSE);
      controller.enqueue(bytes.subarray(at, at + PIECE));
      at += PIECE;
      if (at >= bytes.length) {
        controller.close();
      }
    },
  });
}

export async function forget() {
  await caches.delete(SHELF);
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function name(version) {
  return `/python-memory?${version}`;
}
