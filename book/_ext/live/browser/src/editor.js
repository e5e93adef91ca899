// The editor, loaded when the reader first wants to change an example.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { make } from "./dom.js";

// Each colour is a variable, set for the light and the dark scheme in the style sheet.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--live-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--live-string)" },
  { tag: tags.comment, color: "var(--live-comment)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--live-number)" },
  { tag: [tags.definition(tags.variableName), tags.className], color: "var(--live-name)" },
]);

let count = 0;

export class Editor {
  constructor(code, run, changed) {
    this.element = make("div", { class: "live-editor" });
    // What is typed here is no key of the page's: a slash would open the search.
    this.element.addEventListener("keydown", (event) => event.stopPropagation());
    const hint = make(
      "p",
      { class: "live-hint", id: `live-hint-${(count += 1)}` },
      "Control and Enter run the code. Escape, then Tab leaves it.",
    );
    const escape = { escaped: false };
    this.view = new EditorView({
      parent: this.element,
      state: EditorState.create({
        doc: code,
        extensions: [
          history(),
          drawSelection(),
          EditorView.lineWrapping, // a phone has no room, and keys cannot scroll sideways
          indentOnInput(),
          bracketMatching(),
          indentUnit.of("    "),
          python(),
          syntaxHighlighting(colours),
          EditorView.updateListener.of(({ docChanged }) => docChanged && changed()),
          EditorView.contentAttributes.of({
            "aria-label": "Code",
            "aria-describedby": hint.id,
          }),
          EditorView.domEventHandlers({
            keydown(event) {
              // After Escape, Tab moves on as everywhere else.
              if (event.key === "Tab" && escape.escaped) {
                escape.escaped = false;
                return true;
              }
              escape.escaped = event.key === "Escape";
              return false;
            },
          }),
          keymap.of([
            { key: "Mod-Enter", run: () => (run(), true) },
            indentWithTab,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
        ],
      }),
    });
    this.element.append(hint);
  }

  text() {
    return this.view.state.doc.toString();
  }

  focus() {
    this.view.focus();
  }
}
