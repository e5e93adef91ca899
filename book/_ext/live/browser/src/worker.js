// Runs Python beside the page. One worker is one interpreter process: stopping it is
// ending the worker.
import { loadPyodide } from "./runtime/pyodide.mjs";

const PROGRAM = "/program";
const LIBRARIES = "/libraries.zip";

let page = null;

function tell(message) {
  self.postMessage(message);
}

// Counts the bytes that arrive, so that the page can show how far it is.
function countBytes(total) {
  const plain = self.fetch.bind(self);
  let loaded = 0;
  const count = (size) => {
    loaded += size;
    tell({ event: "loading", loaded, total });
  };
  self.fetch = async (...asked) => {
    const response = await plain(...asked);
    if (!response.body) {
      return response;
    }
    const counted = response.body.pipeThrough(
      new TransformStream({
        transform(bytes, controller) {
          count(bytes.byteLength);
          controller.enqueue(bytes);
        },
      }),
    );
    return new Response(counted, response);
  };
  return () => {
    self.fetch = plain;
  };
}

async function bytesOf(url) {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

async function start({ base, sizes, chapter, program }) {
  const stopCounting = countBytes(sizes);
  const runtime = new URL("runtime/", base).href;
  tell({ event: "step", step: "Loading Python" });
  const [python, libraries, files, told] = await Promise.all([
    loadPyodide({
      indexURL: runtime,
      stdLibURL: `${runtime}stdlib.zip`,
      env: { HOME: "/home/reader", PYTHONHASHSEED: "0" },
    }),
    bytesOf(new URL("libraries.zip", base)),
    bytesOf(program),
    fetch(chapter).then((response) => response.text()),
  ]);
  stopCounting();
  tell({ event: "step", step: "Laying out the program of this chapter" });
  python.FS.writeFile(LIBRARIES, libraries);
  python.unpackArchive(files, "zip", { extractDir: PROGRAM });
  python.globals.set("libraries", LIBRARIES);
  python.runPython("import sys; sys.path.insert(0, libraries); del libraries");
  const driver = python.pyimport("driver");
  page = driver.Page(told, PROGRAM, (text) => tell(JSON.parse(text)));
  tell({ event: "ready" });
}

const actions = {
  start,
  run({ anchor, edited, showAll }) {
    page.run(anchor, edited ?? undefined, Boolean(showAll));
  },
  attempt({ exercise, first, check, text }) {
    page.attempt(exercise, first, check, text);
  },
  applications() {
    return JSON.parse(page.applications());
  },
  ask({ name, request }) {
    return JSON.parse(page.ask(name, JSON.stringify(request)));
  },
};

self.addEventListener("message", async ({ data }) => {
  const { id, action, ...rest } = data;
  try {
    const answer = await actions[action](rest);
    tell({ event: "done", id, answer });
  } catch (problem) {
    tell({ event: "failed", id, problem: String(problem?.message ?? problem) });
  }
});
