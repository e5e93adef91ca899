// Runs Python beside the page. One worker is one interpreter process: stopping it is
// ending the worker.
import { CALM, forget, keep, keeps, kept, pause } from "./memory.js";
import { loadPyodide, version as RUNTIME } from "./runtime/pyodide.mjs";

const PROGRAM = "/program";
const LIBRARIES = "/libraries.zip";
// Milliseconds from one report of progress to the next: each makes the page draw.
const PAUSE = 100;

// Milliseconds for which Python rehearses at a stretch: a wish of the reader's may have to
// wait for as long.
const STRETCH = 8;

let page = null;
let asked = 0;

function tell(message) {
  self.postMessage(message);
}

// Counts the bytes that arrive, so that the page can show how far it is. It counts them
// in a copy: a browser keeps the compiled WebAssembly of the response that it fetched
// itself, not of one that was made here, and compiles anew at each visit then.
function countBytes(total) {
  const plain = self.fetch.bind(self);
  let loaded = 0;
  let told = -Infinity;
  const count = async (copy) => {
    for (let part = await copy.read(); !part.done; part = await copy.read()) {
      loaded += part.value.byteLength;
      if (performance.now() - told >= PAUSE) {
        told = performance.now();
        tell({ event: "loading", loaded, total });
      }
    }
  };
  self.fetch = async (...asked) => {
    const response = await plain(...lasting(...asked));
    if (response.body) {
      // What breaks off is for the reader of the response to tell.
      count(response.clone().body.getReader()).catch(() => {});
    }
    return response;
  };
  return () => {
    self.fetch = plain;
    told = Infinity;
  };
}

// What has a version in its address never changes: the copy that the browser has is good,
// and no server need be asked. The answer "not modified" would count as a new response,
// and what V8 compiles at that visit is filed under its time, where no visit after finds it.
function lasting(asked, options) {
  const url = new URL(asked);
  if (url.pathname.endsWith(".wasm")) {
    url.searchParams.set("v", RUNTIME);
  }
  return url.searchParams.has("v") ? [url, { ...options, cache: "force-cache" }] : [url, options];
}

async function bytesOf(url) {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

// A Python that has imported the driver; `fresh` tells whether it started from nothing.
async function wake(places, libraries) {
  const memory = await kept(places.version);
  if (memory) {
    try {
      const python = await load(places, { _loadSnapshot: memory });
      python.FS.writeFile(LIBRARIES, await libraries);
      return { python, fresh: false };
    } catch (problem) {
      console.info("The memory that was kept is of no use:", problem);
      await forget();
    }
  }
  const python = await load(places, { _makeSnapshot: keeps });
  python.FS.writeFile(LIBRARIES, await libraries);
  python.runPython(
    `import sys; sys.path.insert(0, "${LIBRARIES}"); import driver; driver.fall_asleep()`,
  );
  return { python, fresh: true };
}

function load({ base, version }, rest) {
  const indexURL = new URL("runtime/", base).href;
  return loadPyodide({
    indexURL,
    stdLibURL: `${indexURL}stdlib.zip?v=${version}`,
    env: { HOME: "/home/reader", PYTHONHASHSEED: "0" },
    ...rest,
  });
}

async function start(places) {
  const { base, sizes, chapter, program, version } = places;
  const stopCounting = countBytes(sizes);
  tell({ event: "step", step: "Loading Python" });
  const libraries = bytesOf(new URL(`libraries.zip?v=${version}`, base));
  const [{ python, fresh }, files, told] = await Promise.all([
    wake(places, libraries),
    bytesOf(program),
    fetch(chapter).then((response) => response.text()),
  ]);
  stopCounting();
  tell({ event: "step", step: "Laying out the program of this chapter" });
  // Before anything of the page is known to Python: objects of the page cannot be kept.
  const memory = fresh && keeps ? python.makeMemorySnapshot() : null;
  python.unpackArchive(files, "zip", { extractDir: PROGRAM });
  const driver = python.pyimport("driver");
  driver.awake();
  page = driver.Page(told, PROGRAM, (text) => tell(JSON.parse(text)));
  page.import_ahead();
  tell({ event: "ready" });
  if (memory) {
    keep(version, memory).then(() => rehearse(python));
  }
}

// Lets Python rehearse while the reader asks for nothing; rehearsal.py says what for.
async function rehearse(python) {
  let until = 0;
  try {
    for (const part of python.pyimport("rehearsal").parts()) {
      if (performance.now() > until) {
        do {
          await pause(STRETCH);
        } while (performance.now() < asked + CALM);
        until = performance.now() + STRETCH;
      }
    }
  } catch (problem) {
    // What a reader's code has changed may be what a part needs.
    console.info("Python rehearses no further:", problem);
  }
}

const actions = {
  start,
  run({ anchor, written, showAll }) {
    page.run(anchor, written, Boolean(showAll));
  },
  attempt({ exercise, first, check, text }) {
    page.attempt(exercise, first, check, text);
  },
  applications({ anchor }) {
    return JSON.parse(page.applications(anchor));
  },
  ask({ anchor, name, request }) {
    return JSON.parse(page.ask(anchor, name, JSON.stringify(request)));
  },
};

self.addEventListener("message", async ({ data }) => {
  const { id, action, ...rest } = data;
  asked = performance.now();
  try {
    const answer = await actions[action](rest);
    tell({ event: "done", id, answer });
  } catch (problem) {
    tell({ event: "failed", id, problem: String(problem?.message ?? problem) });
  }
});
