// The versions of the program's files, as the build wrote them, and the data of names.
// What the lists mean is told in book/_ext/literate/sphinx_ext/filedata.py.
globalThis.literate = (() => {
  "use strict";

  const root = document.documentElement.dataset.content_root ?? "./";
  const start = new URL(root, location).pathname;
  const page = location.pathname.slice(start.length) || "index.html";
  const loading = new Map();

  // Loads a JSON file of the site, once.
  function load(path) {
    if (!loading.has(path)) {
      const loaded = fetch(`${root}_static/${path}`).then((answer) => {
        if (!answer.ok) {
          throw new Error(`${path}: ${answer.status}`);
        }
        return answer.json();
      });
      loaded.catch(() => loading.delete(path));
      loading.set(path, loaded);
    }
    return loading.get(path);
  }

  const files = new Map();

  // Loads a tangled file with all its versions.
  async function file(path) {
    const data = await load(`program/${path}.json`);
    if (!files.has(path)) {
      files.set(path, new TangledFile(data));
    }
    return files.get(path);
  }

  class TangledFile {
    constructor(data) {
      this.data = data;
    }

    // The version that a chapter leaves: its index, or -1 before there is one.
    version(chapter) {
      return this.data.versions.findLastIndex(([number]) => number <= chapter);
    }

    chapter(version) {
      return this.data.versions[version][0];
    }

    // The lines of a version: their HTML and their nodes.
    lines(version) {
      const { lines, texts, versions } = this.data;
      const found = [];
      for (const [start, length] of versions[version]?.[1] ?? []) {
        for (let index = start; index < start + length; index += 1) {
          const [text, node] = lines[index];
          found.push({ html: texts[text], node });
        }
      }
      return found;
    }

    differences(version) {
      return this.data.versions[version][2];
    }

    // The chunks that a line comes from; imports may come from several.
    chunksOf(node) {
      const { imports, nodes } = this.data;
      return node < 0 ? imports[-1 - node] : [nodes[node][1]];
    }

    // The number of the chunk that stands at an anchor of a page.
    chunk(address, anchor) {
      const { chunks, pages } = this.data;
      return chunks.findIndex(
        ([number, name]) => name === anchor && pages[number][0] === address,
      );
    }

    name(chunk) {
      return this.data.chunks[chunk][2];
    }

    label(chunk) {
      return this.data.pages[this.data.chunks[chunk][0]][1];
    }

    address(chunk) {
      const [number, anchor] = this.data.chunks[chunk];
      return `${root}${this.data.pages[number][0]}#${anchor}`;
    }

    // What a reference of a chunk stands for: the rows of its expansion as of a chapter,
    // or of the first later one in which it stands for something; null for nothing.
    expand(chapter, chunk, line) {
      const { nodes, versions } = this.data;
      const parents = [...nodes.keys()].filter((node) => nodes[node][1] === chunk);
      for (
        let version = Math.max(this.version(chapter), 0);
        version < versions.length;
        version += 1
      ) {
        for (const parent of parents) {
          const found = this.expandAt(version, parent, line);
          if (found.rows.length) {
            return found;
          }
        }
      }
      return null;
    }

    // The same for one place in a version. A row is a line, or a reference within; the
    // indentation is that of the reference that is expanded.
    expandAt(version, parent, line) {
      const { nodes } = this.data;
      const inside = (node) => nodes[node][0] === parent && nodes[node][2] === line;
      const path = (node) => {
        const steps = [];
        for (let each = node; each >= 0; each = nodes[each][0]) {
          steps.push(each);
          if (inside(each)) {
            return steps;
          }
        }
        return null;
      };
      const lines = this.lines(version).map((each) => ({
        ...each,
        steps: path(each.node),
      }));
      const first = lines.findIndex((each) => each.steps);
      const last = lines.findLastIndex((each) => each.steps);
      const rows = [];
      let blanks = [];
      let group = "";
      for (const { html, node, steps } of first < 0 ? [] : lines.slice(first, last + 1)) {
        if (!steps) {
          blanks.push({ html: "", width: 0 });
          continue;
        }
        const own = steps.at(-1);
        const inner = steps.at(-2);
        const key = inner === undefined ? "" : `${own} ${nodes[inner][2]}`;
        if (key && key === group) {
          blanks = [];
          continue;
        }
        rows.push(...blanks);
        blanks = [];
        group = key;
        if (key) {
          const width = nodes[inner][3];
          rows.push({ chunk: nodes[inner][1], parent: own, line: nodes[inner][2], width });
        } else {
          rows.push({ html, width: nodes[node][3] });
        }
      }
      return { version, rows, indent: nodes[lines[first]?.steps.at(-1)]?.[3] ?? 0 };
    }
  }

  return { root, page, load, file };
})();
