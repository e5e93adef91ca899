// Which results come first. A page that Sphinx has found by its words gets at most as many
// points as it tells of them; see `outputs.search`. What has exactly the name that was asked
// for comes before all others.
var Scorer = {
  score: (result) => {
    const [page, title, anchor, , score, , kind] = result;
    const asked = new URLSearchParams(location.search).get("q") ?? "";
    const name = asked.trim().replace(/\s+/g, " ").replace(/\(\)$/, "").toLowerCase();
    const found = title.toLowerCase().replace(/^[\d.]+ /, "");
    const isIt = found === name || found === `⟨${name}⟩` || found.endsWith(`.${name}`);
    const more = isIt ? 50 : 0;
    if (kind === "text") return Scorer.telling(asked, page) + more;
    if (anchor.startsWith("#pitfall-")) return Scorer.seen(asked, title) + more;
    // Among names alike, the shorter is asked for more often.
    const parts = kind === "object" ? title.split(".").length : 0;
    return score + more - parts / 10;
  },
  // A symptom that has the words: how much of it was asked for, or else how rare they are.
  seen: (asked, title) => {
    const words = Scorer.wordsOf(asked);
    const all = words.reduce((sum, { rarity }) => sum + rarity, 0);
    const rare = all / Math.max(words.length, 1) / 3;
    return 6 + 20 * Math.min(1, Math.max(asked.trim().length / title.length, rare));
  },
  // The words that were asked for; they are looked at once for all results.
  wordsOf: (asked) => {
    if (Scorer.asked !== asked) {
      Scorer.asked = asked;
      Scorer.words = [...Search._parseQuery(asked)[1]].map(Scorer.wordOf);
    }
    return Scorer.words;
  },
  // How much a page tells of all words together, compared with the most that a page can.
  telling: (asked, page) => {
    const number = Search._index.docnames.indexOf(page);
    let most = 0;
    let all = 0;
    for (const { rarity, weights } of Scorer.wordsOf(asked)) {
      all += rarity * (weights.get(number) ?? 0);
      most += rarity * 12;
    }
    const points = most === 0 ? 0 : (20 * all) / most;
    return Scorer.tables.test(page) ? points / 2 : points;
  },
  // What a word weighs on each page, and how rare it is. One that is in no page as it stands
  // may be a part of others.
  wordOf: (word) => {
    const { docnames, terms, titleterms, weights } = Search._index;
    const has = (each) => Object.hasOwn(terms, each) || Object.hasOwn(titleterms, each);
    const known = has(word)
      ? [word]
      : Object.keys({ ...terms, ...titleterms }).filter((each) => each.includes(word));
    const found = new Map();
    for (const each of known) {
      const lists = [terms, titleterms].map((list) => (Object.hasOwn(list, each) ? list[each] : []));
      const pages = [...new Set(lists.flat())].sort((a, b) => a - b);
      const digits = Object.hasOwn(weights, each) ? weights[each] : "";
      pages.forEach((page, place) => {
        const weight = 3 + Number(digits[place] ?? 0);
        found.set(page, Math.max(found.get(page) ?? 0, weight));
      });
    }
    const rarity = Math.log((docnames.length + 1) / (found.size + 0.5));
    return { rarity, weights: found };
  },
  // Pages that are long lists tell little of each word.
  tables: /^(reference\/documented-names|appendices\/book-in-numbers)$/,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
