// A small browser for the application that an example has made.
import { make } from "./dom.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
// What an answer may load: nothing.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";
let count = 0;

export class Panel {
  constructor(names, ask, chosen = names[0]) {
    this.ask = ask;
    count += 1;
    const field = (label, control) => {
      control.id = `live-browser-${count}-${label.toLowerCase()}`;
      return make("label", { for: control.id }, label, control);
    };
    const options = (values) => values.map((value) => make("option", { value }, value));
    this.app = make("select", {}, ...options(names));
    this.app.value = chosen;
    this.method = make("select", {}, ...options(METHODS));
    this.path = make("input", { type: "text", value: "/", spellcheck: "false" });
    this.headers = make("textarea", { rows: 2, spellcheck: "false", placeholder: "Name: value" });
    this.body = make("textarea", { rows: 2, spellcheck: "false", placeholder: "a=1&b=2" });
    this.answer = make("div", { class: "live-answer", role: "status" });
    const form = make(
      "form",
      { class: "live-request" },
      field("Application", this.app),
      field("Method", this.method),
      field("Path", this.path),
      make("button", { type: "submit", class: "live-button" }, "Send"),
      make(
        "details",
        {},
        make("summary", {}, "Headers and body"),
        field("Headers", this.headers),
        field("Body", this.body),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.element = make(
      "section",
      { class: "live-browser" },
      make("p", { class: "live-browser-title" }, "Browser"),
      form,
      this.answer,
    );
    this.element.setAttribute("aria-label", "Browser");
  }

  request() {
    const headers = [];
    for (const line of this.headers.value.split("\n")) {
      const [name, ...value] = line.split(":");
      if (name.trim() && value.length) {
        headers.push([name.trim(), value.join(":").trim()]);
      }
    }
    const body = this.body.value;
    const typed = headers.some(([name]) => name.toLowerCase() === "content-type");
    if (body && !typed) {
      const json = /^\s*[[{]/.test(body);
      headers.push([
        "Content-Type",
        json ? "application/json" : "application/x-www-form-urlencoded",
      ]);
    }
    return { method: this.method.value, path: this.path.value || "/", headers, body };
  }

  async send() {
    this.answer.replaceChildren("…");
    try {
      this.show(await this.ask(this.app.value, this.request()));
    } catch (problem) {
      this.answer.replaceChildren(problem.message);
    }
  }

  show(answer) {
    const parts = [];
    if (answer.gone) {
      const advice = "Python has begun anew since. Run this example again to ask its application.";
      parts.push(make("p", { class: "live-quiet" }, advice));
    } else if (answer.error) {
      parts.push(make("pre", { class: "live-error" }, answer.error));
    } else {
      const lines = answer.headers.map(([name, value]) => `${name}: ${value}`);
      parts.push(
        make("p", { class: "live-answer-status" }, answer.status),
        make("pre", { class: "live-answer-headers" }, lines.join("\n")),
        ...this.follow(answer),
        ...this.bodyOf(answer),
      );
    }
    if (answer.output) {
      parts.push(make("pre", { class: "live-errors" }, answer.output));
    }
    this.answer.replaceChildren(...parts);
  }

  // A redirect is shown first; the reader follows it.
  follow(answer) {
    const found = answer.headers.find(([name]) => name.toLowerCase() === "location");
    if (!found) {
      return [];
    }
    const button = make("button", { type: "button", class: "live-button" }, "Follow");
    button.addEventListener("click", () => {
      const kept = answer.status.startsWith("307") || answer.status.startsWith("308");
      this.go(found[1], kept ? this.method.value : "GET", kept ? this.body.value : "");
    });
    return [button];
  }

  go(path, method = "GET", body = "") {
    const url = new URL(path, `http://localhost${this.path.value}`);
    this.path.value = url.pathname + url.search;
    this.method.value = method;
    this.body.value = body;
    this.send();
  }

  bodyOf(answer) {
    const raw = make("pre", { class: "live-answer-body" }, answer.text);
    if (answer.type !== "text/html" || !answer.text) {
      return [raw];
    }
    const frame = make("iframe", {
      class: "live-page",
      title: "The page as a browser shows it",
      sandbox: "allow-same-origin",
    });
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">${answer.text}`;
    frame.addEventListener("load", () => this.connect(frame.contentDocument));
    return [frame, make("details", {}, make("summary", {}, "Source"), raw)];
  }

  // Links and forms of the shown page lead to the application, through this panel.
  connect(page) {
    page.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link) {
        event.preventDefault();
        this.go(link.getAttribute("href"));
      }
    });
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target;
      const fields = new URLSearchParams(new FormData(form, event.submitter)).toString();
      const where = form.getAttribute("action") || this.path.value;
      if ((form.getAttribute("method") || "get").toLowerCase() === "post") {
        this.go(where, "POST", fields);
      } else {
        this.go(`${where.split("?")[0]}?${fields}`);
      }
    });
  }
}
