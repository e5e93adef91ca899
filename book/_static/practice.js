// Turns the questions of {predict} boxes into something to answer. Without it the
// choices are a list and the answer is a box to open.
(() => {
  "use strict";

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  const trimmed = (text) =>
    text
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trim();

  // The choices become radio buttons; what a choice says stays where it is.
  function offerChoices(box, list) {
    const items = [...list.children];
    items.forEach((item, index) => {
      const input = make("input", { type: "radio", name: box.id, value: index });
      const text = item.querySelector("code");
      item.replaceChildren(make("label", {}, input, " ", text));
    });
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-labelledby", `${box.id}-title`);
    for (const item of items) {
      item.setAttribute("role", "presentation");
    }
    return {
      said: () => list.querySelector("input:checked")?.value ?? "",
      right: (said) => said === box.dataset.right,
      end(said) {
        for (const input of list.querySelectorAll("input")) {
          input.disabled = true;
        }
        items[Number(box.dataset.right)].classList.add("is-right");
        if (said !== box.dataset.right) {
          items[Number(said)].classList.add("is-wrong");
          box.querySelector(`.predict-reason-${said}`)?.classList.add("is-said");
        }
      },
      ask: "Choose one of them first.",
    };
  }

  // A box for text, as many lines high as the output.
  function offerText(box, place) {
    const lines = box.dataset.answer.split("\n").length;
    const input =
      lines > 1
        ? make("textarea", { rows: lines + 1 })
        : make("input", { type: "text", autocomplete: "off" });
    input.spellcheck = false;
    input.autocapitalize = "off";
    input.setAttribute("aria-labelledby", `${box.id}-title`);
    place.before(input);
    return {
      said: () => trimmed(input.value),
      right: (said) => said === trimmed(box.dataset.answer),
      end() {
        input.readOnly = true;
      },
      ask: "Write down what you expect first.",
      input,
    };
  }

  function prepare(box) {
    const answer = box.querySelector("details.predict-answer");
    const list = box.querySelector(".predict-choices");
    const button = make("button", { type: "button", textContent: "Check" });
    const verdict = make("p", { className: "predict-verdict" });
    verdict.setAttribute("role", "status");
    const line = make("div", { className: "predict-controls" }, button);
    answer.before(line, verdict);
    const question = list ? offerChoices(box, list) : offerText(box, button);
    let answered = false;

    function check() {
      const said = question.said();
      if (answered) {
        return;
      }
      if (!said) {
        verdict.textContent = question.ask;
        return;
      }
      answered = true;
      const right = question.right(said);
      question.end(said);
      box.classList.add(right ? "was-right" : "was-wrong");
      verdict.textContent = right
        ? "Right. This is why:"
        : "No. This is what it prints, and why:";
      // What had the focus goes away.
      verdict.tabIndex = -1;
      verdict.focus();
      button.hidden = true;
      answer.open = true;
    }

    // Whoever has looked is not asked any more.
    answer.addEventListener("toggle", () => {
      if (answer.open && !answered) {
        answered = true;
        button.hidden = true;
      }
    });
    button.addEventListener("click", check);
    if (question.input?.tagName === "INPUT") {
      question.input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          check();
        }
      });
    }
  }

  // What was folded had no width when the other script looked for what to scroll.
  document.addEventListener(
    "toggle",
    () => window.dispatchEvent(new Event("resize")),
    true,
  );

  for (const box of document.querySelectorAll(".predict")) {
    prepare(box);
  }
})();
