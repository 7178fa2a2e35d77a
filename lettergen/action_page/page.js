// The action page: a visitor's letter, filled in by the browser. Nothing is sent from here, and nothing is stored.
// All that is written comes from the data of the page or from the visitor, and gets into the page as text only.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const countries = data.countries.split(" ");
  const LETTER = "\\p{L}\\p{N}_";
  const state = { interface: "en", recipient: -1, language: "", wanted: "", needed: [] };

  // --- A visitor's values in the places of their marks (lettergen/action_page/marks.py) -------------------------

  const MARK = /(?:([\ufde4\ufde5])([^\ufdec]*)\ufdec|([\ufde0-\ufdea]))(\.(?!\.))?/g;
  const NAMES = ["name", "place", "address", "country", "own", "date"];
  const NOT_A_WORD = new RegExp("^(?:\\S*(?:\\/\\/|www\\.|@)|[" + LETTER + "]*\\.[" + LETTER + "])", "u");

  function spaced(text) {
    return text.replace(/[ \t\r\n\f\v]+/g, " ");
  }

  function capitalised(text) {
    const [first] = text;
    if (!first || first.toLowerCase() !== first || first.toUpperCase() === first || NOT_A_WORD.test(text)) return text;
    return first.toUpperCase() + text.slice(first.length);
  }

  function filled(text, visitor) {
    return text.replace(MARK, (all, address, between, mark, stop) => {
      const number = (address || mark).charCodeAt(0) - 0xfde0;
      const given = visitor[NAMES[number >> 1]];
      const value = address ? given.join(between) : spaced(given);
      const told = number % 2 ? capitalised(value) : value;
      return told + (/[.…]$/.test(told) ? "" : stop || "");
    });
  }

  function paragraphs(text, begins) {
    return text.split(/\n[ \t]*\n/).map((part) => spaced(part).trim()).filter(Boolean)
      .map((part, at) => (at || begins ? capitalised(part) : part));
  }

  /** Return the parts of a letter with the visitor's values; each paragraph of own words is a part. */
  function filledParts(parts, visitor) {
    return parts.flatMap(([kind, content]) => {
      if (kind === "own") return paragraphs(visitor.own, content).map((text) => ["own", text]);
      if (kind === "quote") return [[kind, filledParts(content, visitor)]];
      if (kind === "list") return [[kind, [content[0], content[1].map((item) => filledParts(item, visitor))]]];
      if (typeof content === "string") return [[kind, filled(content, visitor)]];
      return [[kind, content.map((one) =>
        typeof one === "string" ? filled(one, visitor) : [one[0], filled(one[1], visitor)])]];
    });
  }

  // --- Which letter ---------------------------------------------------------------------------------------------

  function today() {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  function dayOfLetter() {
    const day = today();
    return day < data.first ? data.first : day > data.last ? data.last : day;
  }

  function clean(text) {
    // Controls, and noncharacters such as the marks, are nobody's words.
    return text.replace(/\r\n?/g, "\n").replace(/[\0-\x08\v\f\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]/g, "");
  }

  function visitorOf(language, day) {
    const words = data.languages[language];
    const country = countries.indexOf(byId("country").value);
    return {
      name: spaced(clean(byId("name").value)).trim(),
      place: spaced(clean(byId("place").value)).trim(),
      address: clean(byId("address").value).split("\n").map((line) => spaced(line).trim()).filter(Boolean),
      own: clean(byId("own").value).trim(),
      country: country < 0 ? "" : countryName(language, country),
      date: words.dates[day] || words.dates[day.slice(0, 7)].replace("\ufdea", String(Number(day.slice(8)))),
    };
  }

  function countryName(language, number) {
    return data.languages[language].countries.split(" ")[number].replace(/_/g, " ");
  }

  /** Return the last line of an address abroad, as the post reads it where the letter is posted. */
  function countryLine(to, from, language) {
    const read = (data.posts[from] || data.posts[""])[Object.keys(data.languages).indexOf(language)].split(" ");
    const name = (one) => countryName(one, countries.indexOf(to)).toUpperCase();
    return [...new Set(read.map((one) => data.countryLines[one][data.places.indexOf(to)] || name(one)))].join(" / ");
  }

  /** Return the numbers of the letters to the chosen recipient on a day, and the lines of the address. */
  function written(to, language, day) {
    const country = byId("country").value;
    const [usual, usualSet, isPosts, at] = to.written[language];
    const [address, set] = at[country] || [usual, usualSet];
    const lines = address < 0 ? byId(`to-${data.to.indexOf(to)}`).firstChild.textContent.split("\n")
      : data.addresses[address].map((line) => data.lines[line]);
    if (isPosts && !at[country]) lines.splice(-1, 1, ...(country === to.in ? [] : [countryLine(to.in, country, language)]));
    const stretch = data.languages[language].until.findIndex((last) => day <= last);
    return { address: lines.join("\n"), letters: data.sets[set][stretch] };
  }

  const FIELDS = ["own", "address", "place"];

  /** Return the number of the letter with the fields that are given, and with as few others as it cannot do without. */
  function variantOf(letters, given) {
    const size = (number) => FIELDS.filter((_, bit) => number & (1 << bit)).length;
    const possible = letters.map((_, number) => number).filter((number) => letters[number] >= 0);
    const more = possible.filter((number) => (number & given) === given);
    return (more.length ? more : possible).sort((one, other) => size(one) - size(other))[0];
  }

  const bitsOf = (visitor) => FIELDS.reduce((bits, field, bit) => bits + (visitor[field].length ? 1 << bit : 0), 0);

  /** Return a part; what stands in the page to be read without this script is taken from there. */
  function partOf(number) {
    const [kind, content] = data.parts[number], shown = byId(`part-${number}`);
    if (content !== undefined) return [kind, content];
    if (kind !== "list") return [kind, shown.textContent];
    return [kind, [shown.start || 0, [...shown.children].map((item) => [["p", item.textContent]])]];
  }

  /** Return the parts of the letter as it is now. */
  function letterNow(shown) {
    const language = state.language, day = dayOfLetter();
    const to = data.to[state.recipient];
    const { address, letters } = written(to, language, day);
    const visitor = visitorOf(language, day);
    const words = data.interface[state.interface], number = variantOf(letters, bitsOf(visitor));
    state.needed = FIELDS.filter((field, bit) => number & (1 << bit) && !visitor[field].length);
    if (shown) {
      for (const field of state.needed) visitor[field] = field === "address" ? [`[${words[field]}]`] : `[${words[field]}]`;
      visitor.name = visitor.name || `[${words.name}]`;
    }
    const parts = data.letters[letters[number]].map(partOf)
      .map(([kind, content]) => (kind === "address" ? [kind, address] : [kind, content]));
    return filledParts(parts, visitor);
  }

  // --- The letter as text: what `lettergen mailto --copy` prints (lettergen/pages/mail/body.py) ---------------------

  const textOf = (content) => (typeof content === "string" ? content
    : content.map((one) => (typeof one === "string" ? one : one[1])).join(""));

  /** Return groups of lines, each a text and how deep it is quoted. */
  function groupsOf([kind, content], depth) {
    if (kind === "quote") return content.flatMap((part) => groupsOf(part, depth + 1));
    if (kind === "list") return listGroups(content, depth);
    const lines = textOf(content).split("\n").map((line) => [line.replace(/^ +| +$/g, ""), depth]);
    return [kind === "enclosed" ? [["=".repeat(40), depth], ...lines] : lines];
  }

  function listGroups([start, items], depth) {
    const groups = items.map((item, at) => {
      const found = item.flatMap((part) => groupsOf(part, depth));
      const all = found.length ? found : [[["", depth]]];
      all[0][0] = [`${start ? start + at + "." : "–"} ${all[0][0][0]}`, all[0][0][1]];
      return all;
    });
    return groups.every((one) => one.length === 1) ? [groups.map((one) => one[0][0])] : groups.flat();
  }

  function plainText(parts) {
    const head = parts.find(([kind]) => kind === "head");
    const isSaid = head && head[1].includes("\n");
    return parts.filter(([kind]) => kind !== "about" && !(kind === "return" && isSaid))
      .flatMap((part) => groupsOf(part, 0))
      .map((group) => group.filter(([line]) => line).map(([line, depth]) => "> ".repeat(depth) + line).join("\n"))
      .filter(Boolean).join("\n\n").replace(/[\u00a0\u202f]/g, " ") + "\n";
  }

  // --- The letter on the page ---------------------------------------------------------------------------------------

  const TAGS = { heading: "h3", subject: "h3", title: "h3", enclosed: "h3" };

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function pieces(into, content) {
    for (const one of typeof content === "string" ? [content] : content) {
      const [style, text] = typeof one === "string" ? ["", one] : one;
      let inner = into;
      for (const tag of style.split(" ").filter(Boolean)) inner = inner.appendChild(element(tag));
      text.split("\n").forEach((line, at) => {
        if (at) inner.append(element("br"));
        inner.append(line);
      });
    }
    return into;
  }

  function drawn([kind, content]) {
    if (kind === "quote") {
      const quote = element("blockquote");
      quote.append(...content.map(drawn));
      return quote;
    }
    if (kind === "list") {
      const list = element(content[0] ? "ol" : "ul");
      if (content[0]) list.start = content[0];
      for (const item of content[1]) list.appendChild(element("li")).append(...item.map(drawn));
      return list;
    }
    const made = pieces(element(TAGS[kind] || "p", undefined, kind), content);
    made.dir = "auto";
    return made;
  }

  function drawLetter() {
    const words = data.interface[state.interface], article = byId("letter");
    const parts = letterNow(true);
    article.lang = state.language;
    article.dir = data.languages[state.language].direction;
    article.replaceChildren(...parts.filter(([kind]) => kind !== "about").map(drawn));
    byId("own-field").hidden = !hasOwnWords();
    for (const field of FIELDS) {
      const isNeeded = state.needed.includes(field);
      byId(field).required = isNeeded;
      byId(`${field}-optional`).textContent = isNeeded ? "" : `(${words.optional})`;
    }
    layOut(parts);
  }

  function hasOwnWords() {
    const { letters } = written(data.to[state.recipient], state.language, dayOfLetter());
    return letters[7] !== letters[6];
  }

  // --- Paper: the stationery of the visitor's country, for a window envelope ------------------------------------------

  const PAGE_TOP = 12, MM_PER_PT = 25.4 / 72;

  function layOut(parts) {
    const key = data.sheets.by[byId("country").value] || data.sheets.usual;
    const { size, margins, address, text, head, isRight, ...sheet } = data.sheets.of[key];
    const article = byId("letter"), set = (name, value) => article.style.setProperty(name, value);
    // The page begins at the marks for folding; the letter's own padding holds on every page.
    const left = sheet.marks[0];
    const mm = (number) => `${Math.round(number * 100) / 100}mm`;
    const [, , width, height] = address;
    // An address field may reach into the right margin; what overflows has the browser shrink the sheet.
    const right = Math.min(margins[1], size[0] - address[0] - width);
    article.classList.toggle("window-right", isRight);
    set("--address-left", mm(address[0] - left));
    set("--address-top", mm(address[1] - PAGE_TOP));
    set("--address-width", mm(width));
    set("--address-size", `${sizeOf(parts, "address", 11, 8, width, height)}pt`);
    set("--return-size", `${sizeOf(parts, "return", 8, 5, width, sheet.return[2])}pt`);
    set("--return-top", mm(sheet.return[1] - PAGE_TOP));
    set("--return-height", mm(sheet.return[2]));
    set("--notation-top", mm((sheet.notation || text) - PAGE_TOP));
    set("--text-top", mm(text - PAGE_TOP));
    set("--text-left", mm(margins[3] - left));
    set("--text-right", mm(margins[1] - right));
    article.append(...sheet.marks.slice(1).map((top) => {
      const mark = element("div", undefined, "mark");
      mark.style.top = mm(top - PAGE_TOP);
      return mark;
    }));
    set("--head-height", mm(head - PAGE_TOP));
    set("--head-beside", mm(isRight ? address[0] - left : size[0] - margins[1] - address[0] - address[2]));
    const rules = byId("sheet").sheet;
    while (rules.cssRules.length) rules.deleteRule(0);
    rules.insertRule(`@page { size: ${size[0]}mm ${size[1]}mm;` +
      ` margin: ${PAGE_TOP}mm ${right}mm ${margins[2]}mm ${left}mm; }`);
  }

  /** Return the size of type, in points, in which lines of a part fit into a box. */
  function sizeOf(parts, wanted, usual, least, width, height) {
    const lines = (parts.find(([kind]) => kind === wanted) || ["", ""])[1].split("\n");
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${usual * 10}px ${getComputedStyle(byId("letter")).fontFamily}`;
    const widest = Math.max(...lines.map((line) => pen.measureText(line).width)) / 10 * MM_PER_PT;
    const fits = Math.min(1, width / widest, height / (lines.length * usual * 1.2 * MM_PER_PT));
    return Math.max(least, Math.floor(usual * fits * 10) / 10);
  }

  // --- What the tone rules advise about own words (lettergen/letters/checks/wording.py) -----------------------------

  const KINDS = { "an insult": "insult", "a verdict on the reader": "verdict", "a threat": "threat",
    sarcasm: "sarcasm", "a political word": "politics" };
  const QUOTED = /“[^”]*”|«[^»]*»|„[^“]*“|"[^"]*"|「[^」]*」/g;
  const patterns = new Map();

  const folded = (text) => text.split(/\s+/).join(" ").trim().replace(/’/g, "'").toLowerCase().replace(/ß/g, "ss");

  /** Return a pattern for folded text: whole words, in which `*` stands for any ending or further words. */
  function pattern(entries) {
    const key = entries.join("\n");
    if (!patterns.has(key)) {
      const parts = [...entries].sort((one, other) => other.length - one.length).map((entry) => folded(entry)
        .replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/ \\\*/g, " [^,:;\\]]+").replace(/\\\*/g, `[${LETTER}]*`));
      patterns.set(key, new RegExp(`(^|[^${LETTER}])(${parts.join("|")})(?![${LETTER}])`, "gu"));
    }
    return patterns.get(key);
  }

  /** Return words that were found in folded text as they were written, if they stand there so. */
  function asWritten(words, line) {
    const at = line.toLowerCase().indexOf(words);
    return at < 0 ? words : line.slice(at, at + words.length);
  }

  function* advice(own, language) {
    const tone = data.languages[language].tone;
    const count = own.split(/\s+/).filter(Boolean).length;
    for (const line of tone ? own.replace(QUOTED, " · ").split("\n") : []) {
      for (const [kind, words, unless] of tone.impolite) {
        const text = unless.length ? folded(line).replace(pattern(unless), "$1 · ") : folded(line);
        for (const match of text.matchAll(pattern(words))) yield [KINDS[kind], { word: asWritten(match[2], line) }];
      }
      yield* loud(line, tone);
      const doubled = new RegExp(`(?:^|[^${LETTER}])([\\p{L}]{2,}) (\\1)(?![${LETTER}’'-])`, "giu");
      for (const match of line.replace(/[ \u00a0]+/g, " ").matchAll(doubled)) {
        const isName = tone.capitalsAreNames && /^\p{Lu}/u.test(match[2]);
        const word = match[1].toLowerCase();
        if (!isName && !tone.doubled.includes(word)) yield ["twice", { word }];
      }
    }
    if (count > data.mostOwnWords) yield ["long", { count, most: data.mostOwnWords }];
  }

  function* loud(line, tone) {
    for (const clause of line.split(new RegExp(`[^${LETTER}\\s'’-]+`, "u"))) {
      let run = [];
      for (const word of [...clause.split(/\s+/), ""]) {
        if (/^\p{L}{2,}$/u.test(word) && word === word.toUpperCase() && word !== word.toLowerCase()) {
          run.push(word);
          continue;
        }
        if (run.length > 1 && run.join("").length >= 10) yield ["shouting", { word: run.join(" ") }];
        run = [];
      }
    }
    for (const word of new Set(line.match(/\p{L}+/gu) || [])) {
      if (tone.shouted.includes(word)) yield ["shouting", { word }];
    }
    if (/[!！]/.test(line)) yield ["exclamation", {}];
  }

  function drawAdvice() {
    const words = data.interface[state.interface], own = byId("own").value;
    const told = new Set();
    for (const [kind, values] of hasOwnWords() ? advice(own, state.language) : []) {
      told.add(put(words[kind], values));
      if (told.size >= 8) break;
    }
    const list = byId("advice"), before = list.textContent;
    if (before === [...told].join("")) return;
    list.replaceChildren(...[...told].map((text) => element("li", text)));
    byId("advice-part").hidden = !told.size;
  }

  // --- Sending ------------------------------------------------------------------------------------------------------

  const put = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));

  function say(key, values) {
    byId("told").textContent = put(data.interface[state.interface][key], values || {});
  }

  /** Say what is missing, and go there; return whether nothing is. */
  function isComplete() {
    const words = data.interface[state.interface];
    if (today() > data.last) return false;
    const wanted = ["country", "name", ...FIELDS.filter((field) => byId(field).required)];
    const missing = wanted.filter((field) => !byId(field).value.trim());
    for (const field of ["country", "name", "address", "place", "own"]) {
      const isMissing = missing.includes(field);
      byId(`${field}-error`).textContent = isMissing ? words.needed : "";
      byId(field).setAttribute("aria-invalid", String(isMissing));
    }
    if (missing.length) byId(missing[0]).focus();
    return !missing.length;
  }

  const encoded = (text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));

  /** Return the link that opens the mail program, and whether it holds the letter. */
  function mailLink(parts) {
    const about = parts.find(([kind]) => kind === "about")[1];
    const start = `mailto:${data.to[state.recipient].mail}?subject=${encoded(about)}`;
    const whole = `${start}&body=${encoded(plainText(parts).trimEnd().replace(/\n/g, "\r\n"))}`;
    return whole.length <= data.longestLink ? [whole, true] : [start, false];
  }

  /** Copy a text; return whether the browser did. Where it does not, the text is selected to be copied by hand. */
  async function copied(text) {
    const field = byId("text");
    field.value = text;
    byId("text-part").hidden = false;
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      field.focus();
      field.select();
      return document.execCommand("copy");
    }
  }

  async function mail(event) {
    event.preventDefault();
    if (!isComplete()) return;
    const parts = letterNow(false);
    const [link, isWhole] = mailLink(parts);
    if (isWhole) say("opening");
    else say((await copied(plainText(parts))) ? "too_long" : "too_long_by_hand");
    const opener = element("a");
    opener.href = link;
    opener.click();
  }

  async function copy() {
    if (isComplete()) say((await copied(plainText(letterNow(false)))) ? "copied" : "copy_by_hand");
  }

  function save() {
    if (!isComplete()) return;
    const file = "letter.txt";
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([plainText(letterNow(false))], { type: "text/plain;charset=utf-8" }));
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say("saved", { file });
  }

  function print() {
    if (isComplete()) window.print();
  }

  // --- What the visitor chooses -------------------------------------------------------------------------------------

  function languageName(code) {
    try {
      return new Intl.DisplayNames([state.interface], { type: "language" }).of(code);
    } catch {
      return (data.interface[code] || {}).name_of_language || code;
    }
  }

  function countryNames() {
    const own = data.languages[state.interface];
    if (own) return own.countries.split(" ").map((name) => name.replace(/_/g, " "));
    try {
      const names = new Intl.DisplayNames([state.interface], { type: "region" });
      return countries.map((code) => names.of(code));
    } catch {
      return Object.values(data.languages)[0].countries.split(" ").map((name) => name.replace(/_/g, " "));
    }
  }

  function options(select, entries, chosen) {
    select.replaceChildren(...entries.map(([value, text]) => {
      const one = element("option", text);
      one.value = value;
      one.selected = String(value) === String(chosen);
      return one;
    }));
  }

  function drawCountries() {
    const names = countryNames(), words = data.interface[state.interface];
    const entries = countries.map((code, at) => [code, names[at]])
      .sort((one, other) => one[1].localeCompare(other[1], state.interface));
    options(byId("country"), [["", words.choose], ...entries], byId("country").value);
  }

  function drawRecipients() {
    const country = byId("country").value;
    const own = country in data.writers ? data.writers[country] : data.writers[""];
    const found = country && own.length ? own : data.to.map((_, number) => number);
    if (!found.includes(state.recipient)) state.recipient = found[0];
    options(byId("recipient"), found.map((number) => [number, data.to[number].name]), state.recipient);
    byId("recipient-note").textContent = country && !own.length ? data.interface[state.interface].nobody : "";
    drawLetterLanguages();
  }

  function drawLetterLanguages() {
    const found = Object.keys(data.to[state.recipient].written), words = data.interface[state.interface];
    state.language = [state.wanted, state.interface].find((code) => found.includes(code)) || found[0];
    options(byId("letter-language"), found.map((code) => [code, languageName(code)]), state.language);
    byId("letter-language-field").hidden = found.length < 2;
    const told = { language: languageName(state.language) };
    byId("letter-language-note").textContent = state.language === state.interface ? "" : put(words.read_here, told);
    byId("own-hint").textContent = put(words.own_hint, told);
    byId("own").lang = state.language;
    byId("no-email").hidden = Boolean(data.to[state.recipient].mail);
    byId("mail").hidden = !data.to[state.recipient].mail;
    renew();
  }

  function drawInterface() {
    const words = data.interface[state.interface];
    document.documentElement.lang = state.interface;
    for (const one of document.querySelectorAll("[data-says]")) one.textContent = words[one.dataset.says];
    document.title = words.title;
    const day = new Intl.DateTimeFormat(spoken().find((tag) => tag.startsWith(state.interface)) || state.interface, { dateStyle: "long", timeZone: "UTC" });
    const now = today();
    byId("days").textContent = now > data.last ? put(words.expired, { date: day.format(new Date(data.last)) }) : "";
    for (const one of document.querySelectorAll("button")) one.disabled = now > data.last;
    drawCountries();
    drawRecipients();
  }

  function renew() {
    drawLetter();
    drawAdvice();
  }

  let isDue = false;
  function renewSoon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      renew();
    });
  }

  const spoken = () => navigator.languages || [navigator.language];

  function start() {
    state.interface = spoken().map((tag) => tag.split("-")[0]).find((code) => code in data.interface) || "en";
    options(byId("language"), Object.keys(data.interface)
      .map((code) => [code, data.interface[code].name_of_language]), state.interface);
    byId("language").addEventListener("change", (event) => {
      state.interface = event.target.value;
      state.wanted = "";
      byId("told").textContent = "";
      drawInterface();
    });
    byId("country").addEventListener("change", drawRecipients);
    byId("recipient").addEventListener("change", (event) => {
      state.recipient = Number(event.target.value);
      drawLetterLanguages();
    });
    byId("letter-language").addEventListener("change", (event) => {
      state.wanted = event.target.value;
      drawLetterLanguages();
    });
    for (const id of ["name", "address", "place", "own"]) byId(id).addEventListener("input", renewSoon);
    byId("form").addEventListener("submit", (event) => event.preventDefault());
    byId("mail").addEventListener("click", mail);
    byId("copy").addEventListener("click", copy);
    byId("print").addEventListener("click", print);
    byId("save").addEventListener("click", save);
    drawInterface();
    byId("plain").hidden = true;
    byId("page").hidden = false;
  }

  start();
})();
