// Lets the reader run the examples of a chapter. Without this script they are listings.
import { Interpreter } from "./interpreter.js";
import { make } from "./dom.js";
import { draft, dropDraft, keepDraft } from "./drafts.js";
import { Panel } from "./panel.js";

const data = JSON.parse(document.getElementById("live-data").textContent);
const address = (name) => new URL(name, document.baseURI).href;
const interpreter = new Interpreter({
  base: address(data.base),
  chapter: address(data.chapter),
  program: address(data.program),
  sizes: data.sizes,
  version: data.version,
});
const examples = [];
const answers = [];
let running = null;
let told = null;

// The code of the chapter's examples, without prompts.
async function codeOf(anchor) {
  told ??= fetch(address(data.chapter)).then((response) => response.json());
  const found = (await told).examples.find((each) => each.anchor === anchor);
  return found.code.join("");
}

class Example {
  constructor(element) {
    this.expects = "The book shows";
    this.element = element;
    this.anchor = element.id;
    this.listing = element.querySelector(".highlight-pycon, .highlight");
    this.editor = null;
    this.printed = ""; // the code of the book, once there is an editor
    this.panel = null;
    this.results = [];
    this.differs = new Map();
    this.buttons = {
      run: this.button("Run", () => this.run()),
      edit: this.button("Edit", () => this.edit()),
      reset: this.button("Reset", () => this.reset(), true),
      stop: this.button("Stop", stop, true),
    };
    if (examples.length) {
      this.buttons.all = this.button("Run all above", () => this.run(true));
      this.buttons.all.title = "Run all examples up to this one, and show what each prints";
    }
    this.buttons.run.title = "Those above that it needs run first, unseen";
    this.buttons.reset.title = "Bring back the code of the book";
    this.buttons.run.dataset.run = ""; // the list of keys looks for it
    this.status = make("span", { class: "live-status", role: "status" });
    this.bar = make("progress", { class: "live-progress", hidden: "", max: 1 });
    this.bar.setAttribute("aria-label", "Loading Python");
    this.output = make("div", { class: "live-output", hidden: "", tabindex: 0 });
    this.output.setAttribute("role", "group");
    this.output.setAttribute("aria-label", "What the example printed");
    this.tools = make(
      "div",
      { class: "live-tools", role: "group" },
      ...Object.values(this.buttons),
      this.bar,
      this.status,
    );
    this.tools.setAttribute("aria-label", "Run this example");
    element.append(this.tools, this.output);
    this.nameEdit();
  }

  // What the reader wrote on an earlier visit is there again, under another name.
  nameEdit() {
    const { edit } = this.buttons;
    const kept = draft(this.anchor) !== null;
    edit.textContent = kept ? this.words.again : this.words.edit;
    edit.title = kept ? "Go on with what you wrote here" : this.words.title;
  }

  get words() {
    return { edit: "Edit", again: "Your code", title: "Change the code" };
  }

  button(text, action, hidden = false) {
    const button = make("button", { type: "button", class: "live-button" }, text);
    button.hidden = hidden;
    button.addEventListener("click", action);
    return button;
  }

  async run(showAll = false) {
    if (running) {
      return;
    }
    running = this;
    const above = showAll ? examples.slice(0, examples.indexOf(this)) : [];
    for (const each of examples) {
      each.stale = true;
    }
    for (const each of [...above, this]) {
      each.clear();
    }
    this.setBusy(true);
    try {
      await this.perform(showAll);
      await this.offerBrowser();
    } catch (problem) {
      this.say(problem.message, "wrong");
    } finally {
      running = null;
      this.setBusy(false);
    }
  }

  // What is seen is what runs: in the place of a listing, what the reader wrote there.
  perform(showAll) {
    this.failed = "";
    const changed = examples.filter((each) => each.written() !== null);
    const written = Object.fromEntries(changed.map((each) => [each.anchor, each.written()]));
    return interpreter.run(this.anchor, written, showAll);
  }

  written() {
    const text = this.editor?.text() ?? this.printed;
    return text === this.printed ? null : text;
  }

  code() {
    return codeOf(this.anchor);
  }

  setBusy(busy) {
    // A button that is disabled or hidden would lose the focus.
    const { run, stop: end } = this.buttons;
    run.setAttribute("aria-disabled", String(busy));
    if (!busy && document.activeElement === end) {
      run.focus();
    }
    end.hidden = !busy;
    this.bar.hidden = true;
    this.element.toggleAttribute("aria-busy", busy);
    if (busy) {
      this.say(interpreter.ready ? "Running" : "Loading Python");
    }
  }

  async edit() {
    if (!this.editor) {
      this.buttons.edit.disabled = true;
      const [{ Editor }, code] = await Promise.all([
        import("./editor.js"),
        this.code(),
      ]);
      this.printed = code;
      this.editor = new Editor(draft(this.anchor) ?? code, () => this.run(), () => this.keep());
      this.listing.classList.add("live-hidden");
      this.listing.after(this.editor.element);
      this.buttons.reset.hidden = false;
    }
    this.editor.focus();
  }

  keep() {
    const text = this.written();
    if (text === null) {
      dropDraft(this.anchor);
    } else {
      keepDraft(this.anchor, text);
    }
  }

  reset() {
    this.editor?.element.remove();
    this.editor = null;
    dropDraft(this.anchor);
    this.nameEdit();
    this.listing.classList.remove("live-hidden");
    this.buttons.edit.disabled = false;
    this.buttons.reset.hidden = true;
    this.clear();
    this.say("");
    this.buttons.run.focus();
  }

  clear() {
    this.stale = false;
    this.results = [];
    this.differs = new Map();
    this.output.replaceChildren();
    this.output.hidden = true;
    this.panel?.element.remove();
    this.panel = null;
  }

  say(text, kind = "") {
    this.status.textContent = text;
    this.status.dataset.kind = kind;
  }

  loading(loaded, total) {
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    this.bar.hidden = false;
    this.bar.value = Math.min(1, loaded / total);
    this.say(`Loading Python: ${megabytes(loaded)} of ${megabytes(total)} MB`);
  }

  // One statement has run. It is shown if it has printed something.
  result({ source, output, errors, error, last, always }) {
    if (this.stale) {
      this.clear(); // this is of a run before
    }
    this.results.push(source);
    this.failed = last?.split(":")[0].trim() ?? "";
    this.stopped ||= always ? "" : this.failed; // by the reader's code, not by a check
    if (!(output || errors || error || always)) {
      return;
    }
    this.output.hidden = false;
    const shown = make("pre", { class: "live-result" });
    const lines = source.trimEnd().split("\n");
    const prompts = lines.map((line, at) => `${at ? "..." : ">>>"} ${line}\n`).join("");
    shown.append(make("span", { class: "live-source" }, prompts), output);
    if (errors) {
      shown.append(make("span", { class: "live-errors" }, errors));
    }
    if (error) {
      shown.append(make("span", { class: "live-error" }, error));
    }
    this.output.append(shown);
  }

  // An edited example has failed in the middle.
  stoppedBefore({ line }) {
    const text = `It stopped here: line ${line} of your code, and what follows, did not run.`;
    this.output.append(make("p", { class: "live-quiet" }, text));
  }

  // It did not print what the book says.
  differ({ at, want, raised }) {
    this.differs.set(at, want);
    const nothing = raised ? "no exception here" : "no output";
    const expected = want ? `${this.expects}:\n${want}` : `${this.expects} ${nothing}.`;
    this.output.append(make("pre", { class: "live-expected" }, expected));
  }

  end({ count, edited, changed }) {
    if (!this.output.hasChildNodes()) {
      this.output.append(make("p", { class: "live-quiet" }, "Nothing was printed."));
    }
    if (edited) {
      this.say(this.failed ? `Ended with ${this.failed}` : "Done");
    } else if (this.differs.size) {
      const why = changed ? ": you have changed what stands above" : "";
      this.say(`${this.differs.size} of ${count} differ from the book${why}`, "wrong");
    } else {
      this.say("As the book says", "right");
    }
    this.output.hidden = false;
  }

  // Under an example that has to do with an application.
  async offerBrowser() {
    const names = await interpreter.applications(this.anchor);
    const code = this.written() ?? (await this.code());
    // What it names in texts is none.
    const plain = code.replaceAll(/(["'])(?:\\.|(?!\1).)*\1/g, "");
    const told = names.filter((name) => new RegExp(`\\b${name}\\b`).test(plain));
    if (told.length) {
      const ask = (name, request) => interpreter.ask(this.anchor, name, request);
      this.panel = new Panel(names, ask, told.at(-1));
      this.output.after(this.panel.element);
    }
  }
}

// An exercise whose answer can be checked.
class Exercise extends Example {
  constructor(element, first, check) {
    super(element);
    this.expects = "The check expects";
    this.first = first;
    this.check = check;
    this.listing = make("p", { class: "live-hidden" });
    this.tools.before(this.listing);
    this.buttons.run.textContent = "Check";
    this.buttons.run.hidden = true;
    this.buttons.reset.textContent = "Throw it away";
    this.buttons.run.title = "Run the answer, then what the exercise tries it with";
    this.buttons.reset.title = "Forget the answer, and close the editor";
    this.buttons.all?.remove();
    this.note = make("p", { class: "live-quiet", hidden: "" });
    this.note.textContent =
      "What the examples above have defined is there. Check runs what is written here," +
      " shows what it prints, and then tries the names that the exercise asks for.";
    this.tools.before(this.note);
    this.tools.setAttribute("aria-label", "Answer this exercise");
  }

  get words() {
    return { edit: "Write an answer", again: "Go on with your answer", title: "" };
  }

  async edit() {
    await super.edit();
    this.buttons.run.hidden = false;
    this.note.hidden = false;
  }

  reset() {
    super.reset();
    this.listing.classList.add("live-hidden");
    this.note.hidden = true;
    this.buttons.run.hidden = true;
    this.buttons.edit.focus();
  }

  code() {
    return Promise.resolve("");
  }

  perform() {
    this.stopped = "";
    return interpreter.attempt(this.anchor, this.first, this.check, this.editor.text());
  }

  offerBrowser() {}

  // What the answer is tried with, when it was not enough.
  async showCheck() {
    const summary = make("summary", {}, "All that the check does");
    const code = make("pre", { class: "live-result" }, await codeOf(this.check));
    this.output.append(make("details", {}, summary, code));
  }

  end() {
    if (this.differs.size) {
      const why = this.stopped
        ? `the answer stops with ${this.stopped}`
        : "the check expects something else";
      this.say(`Not yet: ${why}`, "wrong");
      this.showCheck();
    } else {
      const but = this.stopped ? `, though your own lines end with ${this.stopped}` : "";
      this.say(`Right${but}. Compare it with the solution`, "right");
    }
    this.output.hidden = !this.output.hasChildNodes();
  }
}

function stop() {
  const stopped = running;
  interpreter.stop();
  stopped?.say("Stopped. The next run starts a new Python.");
}

interpreter.onEvent = (event) => {
  const example = [...examples, ...answers].find((each) => each.anchor === event.anchor);
  switch (event.event) {
    case "loading":
      running?.loading(event.loaded, event.total);
      break;
    case "step":
      running?.say(event.step);
      break;
    case "before":
      running?.say(`Running the examples above: ${event.at + 1} of ${event.of}`);
      break;
    case "begin":
      example.say("Running");
      example.bar.hidden = true;
      break;
    case "result":
      example?.result(event);
      break;
    case "differs":
      example?.differ(event);
      break;
    case "stopped":
      example?.stoppedBefore(event);
      break;
    case "broken":
      example?.result({ source: "# what is set up before it", output: "", error: event.error });
      break;
    case "missing":
      example?.say(`This example needs ${event.needs.join(", ")}.`, "wrong");
      break;
    case "end":
      if (example && (example === running || example.results.length)) {
        example.end(event);
      }
      break;
    default:
  }
};

for (const element of document.querySelectorAll("div.example")) {
  const lacking = data.lacking[element.id];
  if (lacking) {
    element.append(make("p", { class: "live-lacking" }, lacking));
  } else if (data.anchors.includes(element.id)) {
    examples.push(new Example(element));
  }
}

for (const element of document.querySelectorAll("div.exercise[data-exercise]")) {
  const solution = document.querySelector(`[data-solution="${element.dataset.exercise}"]`);
  const check = solution?.querySelector(`[data-check="${element.dataset.exercise}"] .example`);
  const first = solution?.querySelector(".example");
  const runs = (example) => data.anchors.includes(example.id) && !data.lacking[example.id];
  if (check && runs(check) && runs(first)) {
    answers.push(new Exercise(element, first.id, check.id));
  }
}

// The key r runs the example that is being looked at.
document.addEventListener("keydown", (event) => {
  const typing = "input, textarea, select, [contenteditable], dialog";
  if (event.key !== "r" || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.target.closest?.(typing) || document.documentElement.dataset.keys === "off") {
    return;
  }
  const seen = examples.find((each) => {
    const { top, bottom } = each.element.getBoundingClientRect();
    return bottom > 80 && top < window.innerHeight;
  });
  if (seen) {
    event.preventDefault();
    seen.run();
  }
});
