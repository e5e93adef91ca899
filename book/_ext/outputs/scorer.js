// Puts what has exactly the name that was asked for before what has it in its text. All
// other values are Sphinx's own.
var Scorer = {
  score: (result) => {
    const [, title, , , score] = result;
    const asked = new URLSearchParams(location.search).get("q") ?? "";
    const name = asked.trim().replace(/\s+/g, " ").replace(/\(\)$/, "").toLowerCase();
    const found = title.toLowerCase();
    const isIt = found === name || found === `⟨${name}⟩` || found.endsWith(`.${name}`);
    return isIt ? score + 50 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
