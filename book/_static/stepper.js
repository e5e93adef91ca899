// Makes a walk of the lists of steps. Without it the lists can be read from top to bottom.
(() => {
  "use strict";

  const KEYS = { ArrowLeft: "back", ArrowRight: "into", ArrowDown: "over", ArrowUp: "out" };
  const ACTIONS = { back: "← Back", into: "Into →", over: "Over ↓", out: "Out ↑" };
  const HINT =
    "Into is the next step, over the next one that is not further inside, out the one after " +
    "the caller. Here, the arrow keys do the same.";

  function make(tag, options = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(options)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  // What a list says about its steps.
  function read(course) {
    const steps = [];
    let stack = null;
    for (const item of course.querySelectorAll("ol.steps > li")) {
      const fresh = item.querySelector(".stack");
      stack = fresh ?? stack;
      const name = item.querySelector(".step-name code").textContent;
      const depth = Number(/depth-(\d+)/.exec(item.className)[1]);
      const returns = item.classList.contains("return");
      const yours = item.classList.contains("yours");
      steps.push({ item, name, depth, returns, yours, stack });
    }
    const title = course.querySelector(".course-title").textContent;
    return { id: course.id, title, steps };
  }

  class Walk {
    constructor(root) {
      this.courses = [...root.querySelectorAll(".course")].map(read);
      this.build();
      root.hidden = true;
      root.before(this.element);
      document.addEventListener("keydown", (event) => this.press(event));
      window.addEventListener("hashchange", () => this.follow());
      this.choose(this.courses[0]);
      this.follow();
    }

    build() {
      const choice = make("div", { class: "stepper-bar", role: "group", "aria-label": "Request" });
      for (const course of this.courses) {
        course.button = make("button", { type: "button" }, course.title);
        course.button.addEventListener("click", () => this.choose(course));
        choice.append(course.button);
      }
      const controls = make("div", { class: "stepper-bar", role: "group", "aria-label": "Steps" });
      this.buttons = {};
      for (const [action, label] of Object.entries(ACTIONS)) {
        const button = make("button", { type: "button" }, label);
        button.addEventListener("click", () => this.act(action));
        this.buttons[action] = button;
        controls.append(button);
      }
      this.count = make("span", { class: "stepper-count" });
      controls.append(this.count);
      this.now = make("div", { class: "stepper-now", "aria-live": "polite", "aria-atomic": "true" });
      this.beside = make("div", { class: "stepper-beside", role: "group", "aria-label": "Contexts" });
      const view = make("div", { class: "stepper-view" }, this.now, this.beside);
      this.tree = make("ol", { class: "stepper-tree", "aria-label": "All steps" });
      const hint = make("p", { class: "stepper-hint" });
      hint.textContent = HINT;
      this.element = make(
        "div",
        { class: "stepper stepper-walk", role: "group", "aria-label": "A request, step by step" },
        choice, controls, view, this.tree, hint,
      );
    }

    choose(course) {
      this.course = course;
      for (const each of this.courses) {
        each.button.setAttribute("aria-pressed", String(each === course));
      }
      this.entries = course.steps.map((step, index) => {
        const button = make("button", { type: "button", tabindex: "-1" });
        button.textContent = step.returns ? `${step.name} returns` : step.name;
        button.style.setProperty("--depth", step.depth);
        button.addEventListener("click", () => this.go(index));
        return button;
      });
      this.tree.replaceChildren(
        ...this.entries.map((button, index) =>
          make("li", course.steps[index].yours ? { class: "yours" } : {}, button)),
      );
      this.tree.scrollTop = 0;
      this.go(0);
    }

    // The step that an action leads to; -1 if there is none.
    target(action) {
      const { steps } = this.course;
      const { depth } = steps[this.index];
      if (action === "back") {
        return this.index - 1;
      }
      const most = { into: Infinity, over: depth, out: depth - 1 }[action];
      return steps.findIndex((step, index) => index > this.index && step.depth <= most);
    }

    act(action) {
      const index = this.target(action);
      if (index >= 0) {
        this.go(index);
      }
    }

    go(index) {
      const { steps } = this.course;
      const step = steps[index];
      const previous = this.entries[this.index];
      previous?.removeAttribute("aria-current");
      previous?.setAttribute("tabindex", "-1");
      this.index = index;
      this.count.textContent = `Step ${index + 1} of ${steps.length}`;
      const parts = [...step.item.children].filter((each) => !each.classList.contains("stack"));
      this.now.replaceChildren(this.inside(), ...parts.map((each) => each.cloneNode(true)));
      const label = make("p", { class: "stepper-label" });
      const changed = index > 0 && steps[index - 1].stack !== step.stack;
      label.textContent = changed ? "Current at this moment, and new" : "Current at this moment";
      this.beside.classList.toggle("changed", changed);
      this.beside.replaceChildren(label, step.stack.cloneNode(true));
      for (const action of Object.keys(ACTIONS)) {
        this.buttons[action].setAttribute("aria-disabled", String(this.target(action) < 0));
      }
      const entry = this.entries[index];
      entry.setAttribute("aria-current", "step");
      entry.setAttribute("tabindex", "0");
      this.reveal(entry);
    }

    // Scrolls the list, and not the page.
    reveal(entry) {
      const top = entry.parentElement.offsetTop;
      const { scrollTop, clientHeight } = this.tree;
      if (top < scrollTop || top + entry.offsetHeight > scrollTop + clientHeight) {
        this.tree.scrollTop = top - clientHeight / 2;
      }
    }

    // The functions that are being executed around a step.
    inside() {
      const { steps } = this.course;
      const names = [];
      let { depth } = steps[this.index];
      for (let index = this.index - 1; index >= 0; index -= 1) {
        if (steps[index].depth < depth) {
          depth = steps[index].depth;
          names.unshift(steps[index].name.split(".").pop());
        }
      }
      const line = make("p", { class: "stepper-inside" });
      line.textContent = names.length ? `in ${names.join(" › ")}` : "called by the server";
      return line;
    }

    press(event) {
      const action = KEYS[event.key];
      const plain = !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
      if (action && plain && this.element.contains(event.target)) {
        event.preventDefault();
        event.stopPropagation();
        this.act(action);
        if (this.tree.contains(event.target)) {
          this.entries[this.index].focus({ preventScroll: true });
        }
      }
    }

    // An address such as #steps-short chooses a course.
    follow() {
      const course = this.courses.find((each) => `#${each.id}` === location.hash);
      if (course) {
        this.choose(course);
        this.element.scrollIntoView();
      }
    }
  }

  for (const root of document.querySelectorAll(".stepper")) {
    new Walk(root);
  }
})();
