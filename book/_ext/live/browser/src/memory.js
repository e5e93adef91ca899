// Keeps the memory of a Python that has just started. To start one from nothing takes
// the reader's processor most of a second; to go on from kept memory, a fifth of it. The
// bytes stay in the reader's browser. It may refuse them (a private window, a page that
// is not served over HTTPS): then each Python starts from nothing.
const SHELF = "flasklit-python";

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
  try {
    await forget();
    await (await caches.open(SHELF)).put(name(version), new Response(memory));
  } catch {
    // No room, or no leave.
  }
}

export async function forget() {
  await caches.delete(SHELF);
}

function name(version) {
  return `/python-memory?${version}`;
}
