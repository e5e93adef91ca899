"""What axe-core and a ruler have to say about a page that is open."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

#: Where `python -m live build` has npm put it.
SCRIPT = Path("build/live/npm/node_modules/axe-core/axe.min.js")
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
#: What is left of a screen of 1280 whose reader has enlarged everything four times.
NARROWEST = 320

#: What is wrong with the page whatever its colours.
SHAPE = """
async () => {
  const visible = [...document.body.querySelectorAll("*")].filter((each) =>
    each.checkVisibility({ visibilityProperty: true }));
  const fresh = visible.filter((each) => !window.axeSeen?.has(each));
  const ask = async (context, options) => {
    const told = await axe.run(context, { ...options, resultTypes: ["violations"] });
    return told.violations;
  };
  const all = {
    rules: {
      "color-contrast": { enabled: false },
      "link-in-text-block": { enabled: false },
      "target-size": { enabled: true },
    },
  };
  if (!window.axeSeen) {
    window.axeSeen = new WeakSet(visible);
    return ask(document, all);
  }
  // In another width only what is there now and was not, and what depends on the width.
  return [
    ...(fresh.length ? await ask({ include: fresh }, all) : []),
    ...await ask(document, { runOnly: ["target-size", "scrollable-region-focusable"] }),
  ];
}
"""
#: What is wrong with its colours. Whether a text can be told from its ground is decided
#: by the two colours and the size and weight of the letters; a site has some dozens of
#: these. So three places stand for all of a page that have the same, and none for those
#: that were right on a page before.
COLOURS = """
async (known) => {
  const clear = /^rgba\\(.*, 0\\)$/;
  const opaque = /^rgb\\(/;
  const told = new Map();
  // What shows below a text, down to the first ground that nothing shines through, and
  // what makes all of it paler.
  const groundOf = (element) => {
    if (!element) {
      return [[], []];
    }
    if (!told.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage].filter(
        (each) => each !== "none" && !clear.test(each));
      const [below, paler] = groundOf(element.parentElement);
      told.set(element, [
        opaque.test(backgroundColor) ? own : [...own, ...below],
        opacity === "1" ? paler : [...paler, opacity],
      ]);
    }
    return told.get(element);
  };
  const keyOf = (element) => {
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const link = element.closest("a");
    const around = link ? getComputedStyle(link.parentElement).color : "";
    const line = link ? getComputedStyle(link).textDecorationLine : "";
    return [color, fontSize, fontWeight, around, line, ...groundOf(element)].join("|");
  };
  const places = new Map();
  const note = (element) => {
    if (element.checkVisibility({ visibilityProperty: true })) {
      const key = keyOf(element);
      if (!known.includes(key)) {
        places.set(key, [...(places.get(key) ?? []), element]);
      }
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && !seen.has(element)) {
      seen.add(element);
      note(element);
    }
  }
  document.querySelectorAll("input, textarea, select").forEach(note);
  const include = [...places.values()].flatMap((all) => [
    ...new Set([all[0], all[all.length >> 1], all.at(-1)]),
  ]);
  if (!include.length) {
    return { violations: [], keys: [] };
  }
  const { violations } = await axe.run(
    { include },
    { runOnly: ["color-contrast", "link-in-text-block"], resultTypes: ["violations"] },
  );
  return { violations, keys: violations.length ? [] : [...places.keys()] };
}
"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
#: The elements that make the page, or the column of its text, scroll sideways.
TOO_WIDE = """
() => {
  const scrolls = (each) => getComputedStyle(each).overflowX !== "visible";
  const pages = [document.documentElement, ...document.querySelectorAll(".content")];
  return pages
    .filter((box, index) => (!index || scrolls(box)) && box.scrollWidth > box.clientWidth)
    .flatMap((box) => {
      const room = box.getBoundingClientRect().left + box.clientWidth + 0.5;
      const loose = (each) =>
        pages.includes(each) || (!scrolls(each) && loose(each.parentElement));
      const wide = [...box.querySelectorAll("*")].filter(
        (each) => each.getBoundingClientRect().right > room && loose(each.parentElement));
      return [box, ...wide.slice(0, 5)].map((each) => each.outerHTML.slice(0, 120));
    });
}
"""
#: The names of chunks, their notes and what opens them, that are cut off.
CUT_OFF = """
() => [...document.querySelectorAll("pre :is(.chunk-reference, .chunk-opener)")]
  .filter((each) => {
    const { right } = each.closest("pre").getBoundingClientRect();
    return each.getBoundingClientRect().right > right;
  })
  .map((each) => each.textContent)
"""
#: The pairs of colours that were found to be right.
known: list[str] = []


def findings(page: Page) -> list[str]:
    """What is found on the page: wide and narrow, light and dark.

    A page is loaded once. Where things are does not depend on the colours, so that the
    rules about it are asked once for a width.

    :param page: the page, in any width.
    :returns: a line for each finding: where, which rule, which element, what to do.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT.read_text("utf-8"))
    page.evaluate("() => { delete window.axeSeen; }")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(SETTLED)
            said = []
            if scheme == "light":
                said += page.evaluate(SHAPE)
            colours = page.evaluate(COLOURS, known)
            said += colours["violations"]
            known.extend(colours["keys"])
            where = f"{width} wide, {scheme}"
            for rule in said:
                for node in rule["nodes"]:
                    selector = " ".join(map(str, node["target"]))
                    advice = " ".join(node["failureSummary"].split())
                    found.append(
                        f"{where}: {rule['id']} ({rule['impact']}): {selector}: {advice}"
                    )
            found += [f"{where}: too wide: {each}" for each in page.evaluate(TOO_WIDE)]
        found += [f"{where}: cut off: {each}" for each in page.evaluate(CUT_OFF)]
    page.set_viewport_size({"width": NARROWEST, "height": 1000})
    page.evaluate(SETTLED)
    where = f"{NARROWEST} wide"
    return found + [f"{where}: too wide: {each}" for each in page.evaluate(TOO_WIDE)]
