// The page's side of the worker: starts it when it is needed, and ends it.
export class Interpreter {
  constructor(places) {
    this.places = places;
    this.worker = null;
    this.ready = null;
    this.waiting = new Map();
    this.count = 0;
    this.onEvent = () => {};
  }

  start() {
    if (!this.ready) {
      const { base, version } = this.places;
      this.worker = new Worker(new URL(`worker.js?v=${version}`, base), { type: "module" });
      this.worker.addEventListener("message", ({ data }) => this.receive(data));
      this.worker.addEventListener("error", (event) => {
        this.fail(new Error(`Python could not be started: ${event.message ?? "no reason given"}`));
      });
      this.ready = this.ask_("start", this.places);
      this.ready.catch(() => this.stop());
    }
    return this.ready;
  }

  async run(anchor, written, showAll) {
    await this.start();
    return this.ask_("run", { anchor, written: JSON.stringify(written), showAll });
  }

  async attempt(exercise, first, check, text) {
    await this.start();
    return this.ask_("attempt", { exercise, first, check, text });
  }

  applications(anchor) {
    return this.ask_("applications", { anchor });
  }

  // There is nobody to ask once Python was stopped.
  async ask(anchor, name, request) {
    return this.ready ? this.ask_("ask", { anchor, name, request }) : { gone: true };
  }

  ask_(action, rest) {
    this.count += 1;
    const id = this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, action, ...rest });
    });
  }

  receive(message) {
    const { event, id } = message;
    if (event === "done" || event === "failed") {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (event === "done") {
        resolve(message.answer);
      } else {
        reject(new Error(message.problem));
      }
    } else {
      this.onEvent(message);
    }
  }

  fail(problem) {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) {
      reject(problem);
    }
  }

  stop() {
    this.worker?.terminate();
    this.worker = null;
    this.ready = null;
    this.fail(new Error("Stopped. The next run starts a new Python."));
  }
}
