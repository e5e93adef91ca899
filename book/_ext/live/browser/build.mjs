// Bundles the scripts and compiles Python's library and ours for the browser's Python.
// Called by `python -m live`: node build.mjs SOURCES LIBRARIES OUTPUT
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const [sources, libraries, output] = process.argv.slice(2).map((each) => path.resolve(each));
const require = createRequire(path.join(process.cwd(), "package.json"));
const runtime = path.dirname(require.resolve("pyodide/package.json"));
const FILES = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json"];

async function bundle() {
  const { build } = require("esbuild");
  await build({
    entryPoints: [path.join(sources, "src/page.js"), path.join(sources, "src/worker.js")],
    outdir: output,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    external: ["./runtime/pyodide.mjs"],
    nodePaths: [path.join(process.cwd(), "node_modules")],
    logLevel: "warning",
  });
}

async function copyRuntime() {
  await mkdir(path.join(output, "runtime"), { recursive: true });
  for (const name of FILES) {
    await copyFile(path.join(runtime, name), path.join(output, "runtime", name));
  }
}

const COMPILE = `
import os, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def pack(target, files, where):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files):
            if name.endswith(".py"):
                code = compile(data, f"{where}/{name}", "exec", dont_inherit=True)
                name, data = f"{name}c", _code_to_hash_pyc(code, bytes(8), False)
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)

def of_archive(path):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith("/"):
                yield name, archive.read(name)

def of_folder(path):
    for folder, _, names in os.walk(path):
        for name in names:
            file = os.path.join(folder, name)
            with open(file, "rb") as opened:
                yield os.path.relpath(file, path), opened.read()

pack("/output/runtime/stdlib.zip", of_archive("/runtime/python_stdlib.zip"),
     f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip")
pack("/output/libraries.zip", of_folder("/libraries"), "/libraries.zip")
`;

async function compile() {
  const { loadPyodide } = await import(path.join(runtime, "pyodide.mjs"));
  const python = await loadPyodide({ indexURL: runtime });
  for (const [mounted, folder] of Object.entries({ output, libraries, runtime })) {
    python.FS.mkdirTree(`/${mounted}`);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, `/${mounted}`);
  }
  python.runPython(`import sys\n${COMPILE}`);
}

await mkdir(output, { recursive: true });
await Promise.all([bundle(), copyRuntime()]);
await compile();
