// Turns what word processors put on the clipboard into Markdown. The editor asks for it by the
// address the page gives, so that a new version is never mixed with an old one.

const LARGEST_PASTE = 2_000_000; // characters of HTML; past that the browser pastes plain text

const LEFT_OUT = new Set(["head", "style", "script", "template", "title", "meta", "link", "img", "picture", "svg", "object", "iframe", "video", "audio", "select", "button"]);
const BLOCKS = new Set(["p", "div", "section", "article", "main", "aside", "header", "footer", "nav", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "caption", "address", "hr", "td", "th", "tr"]);

/** Return HTML as Markdown: headings, bold, italic, lists, tables, links; "" where it has none. */
export function fromHtml(html) {
  if (html.length > LARGEST_PASTE) return "";
  const source = new DOMParser().parseFromString(html, "text/html");
  const page = newPage();
  read(source.body, {}, page);
  close(page);
  const isPlain = page.blocks.every((block) => block.kind === "text" && block.isPlain);
  return isPlain && source.querySelectorAll("p").length < 2 ? "" : write(page.blocks);
}

/** What has been read: blocks, the runs of the block that is open, and what that will be. */
function newPage() {
  return { blocks: [], runs: [], next: { kind: "text" }, depth: 0 };
}

function close(page) {
  const words = say(page.runs, page.next.kind === "heading");
  if (words) {
    const isPlain = !page.runs.some((run) => run.bold || run.italic || run.href);
    page.blocks.push({ ...page.next, words, isPlain });
    if (page.next.kind === "item") page.next = { ...page.next, kind: "more" };
  }
  page.runs = [];
}

/** Read an element as a block of its own; what follows it belongs to the block around it. */
function readAs(next, element, marks, page) {
  close(page);
  const around = page.next;
  page.next = next ?? around;
  read(element, marks, page);
  close(page);
  page.next = next || around.kind !== "item" ? around : page.next;
}

function read(element, marks, page) {
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) page.runs.push({ text: node.data.replace(/[\s\u00a0]+/g, " "), ...marks });
    else if (node.nodeType === Node.ELEMENT_NODE && !isLeftOut(node)) readElement(node, marks, page);
  }
}

function readElement(element, marks, page) {
  const name = element.localName;
  const level = headingLevel(element);
  if (name === "br") page.runs.push({ text: "\n" });
  else if (name === "table") readTable(element, marks, page);
  else if (level) readAs({ kind: "heading", level }, element, {}, page);
  else if (name === "ul" || name === "ol") readList(element, marks, page);
  else if (name === "li") readAs(listItem(element, page), element, marksOf(element, marks), page);
  else if (wordLevel(element)) readAs(wordItem(element), element, marksOf(element, marks), page);
  else if (BLOCKS.has(name)) readAs(null, element, marksOf(element, marks), page);
  else read(element, marksOf(element, marks), page);
}

function isLeftOut(element) {
  const style = element.getAttribute("style") ?? "";
  return LEFT_OUT.has(element.localName) || /mso-list:\s*ignore|mso-hide:\s*all|display:\s*none/i.test(style) || /^MsoToc\d/.test(element.className);
}

function headingLevel(element) {
  if (/^h[1-6]$/.test(element.localName)) return Number(element.localName[1]);
  if (element.getAttribute("role") === "heading") return Number(element.getAttribute("aria-level")) || 2;
  return element.classList.contains("MsoTitle") ? 1 : 0;
}

function marksOf(element, marks) {
  const weight = styleOf(element, "font-weight");
  const slant = styleOf(element, "font-style");
  const name = element.localName;
  const now = { ...marks };
  if (weight) now.bold = weight.startsWith("bold") || Number(weight) >= 600; // Google Docs wraps all in a <b> that is not bold
  else if (name === "b" || name === "strong") now.bold = true;
  if (slant) now.italic = slant !== "normal";
  else if (name === "i" || name === "em") now.italic = true;
  if (name === "a") now.href = /^(?:https?:\/\/|mailto:)/i.test(element.getAttribute("href") ?? "") ? element.getAttribute("href") : marks.href;
  return now;
}

/** `element.style` is empty: the security policy of the page also holds for what is parsed in it. */
function styleOf(element, property) {
  const said = new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]+)`, "i").exec(element.getAttribute("style") ?? "");
  return said?.[1].trim() ?? "";
}

function readList(element, marks, page) {
  close(page);
  page.depth += 1;
  for (const child of element.children) if (!isLeftOut(child)) readElement(child, marks, page);
  close(page);
  page.depth -= 1;
}

/** Word on the web and Google Docs say the level beside lists that are nested in no other. */
function listItem(element, page) {
  const list = element.parentElement;
  const said = element.dataset.ariaLevel ?? element.getAttribute("aria-level");
  const number = element === list.querySelector("li") ? Number(list.getAttribute("start")) || 1 : 0;
  return { kind: "item", level: Number(said) || page.depth || 1, isOrdered: list.localName === "ol", number };
}

/** Word's lists are paragraphs; only their style tells the level, and a hidden part the mark. */
function wordLevel(element) {
  const found = /mso-list:[^;]*\blevel(\d)/i.exec(element.getAttribute("style") ?? "");
  return found ? Number(found[1]) : 0;
}

function wordItem(element) {
  const mark = element.querySelector("[style*='mso-list:Ignore' i], [style*='mso-list: Ignore' i]")?.textContent.trim() ?? "";
  return { kind: "item", level: wordLevel(element), isOrdered: /^\(?[\p{L}\p{N}]+[.)]|^[①-⑳]/u.test(mark), number: parseInt(mark, 10) || 0 };
}

function readTable(element, marks, page) {
  close(page);
  if (element.rows.length === 1 && element.rows[0].cells.length === 1) {
    readAs(null, element.rows[0].cells[0], marks, page); // a box around text
    return;
  }
  if (element.caption) readAs(null, element.caption, marks, page);
  const rows = [];
  [...element.rows].forEach((row, at) => {
    const line = (rows[at] ??= []);
    for (const cell of row.cells) {
      let column = line.findIndex((each) => each === undefined);
      if (column < 0) column = line.length;
      for (let down = 0; down < Math.min(cell.rowSpan || 1, element.rows.length - at); down += 1) {
        const each = (rows[at + down] ??= []);
        for (let aside = 0; aside < Math.min(cell.colSpan, 50); aside += 1) each[column + aside] = down || aside ? "" : cellWords(cell, at === 0);
      }
    }
  });
  if (rows.length) page.blocks.push({ kind: "table", rows });
}

function cellWords(cell, isHeading) {
  const within = newPage();
  if (isHeading) within.next = { kind: "heading" }; // bold as it is
  read(cell, {}, within);
  close(within);
  return within.blocks.map((block) => block.words ?? block.rows.flat().join(" ")).join(" ").replace(/\\?\n/g, " ").replaceAll("|", "\\|");
}

// --- writing Markdown

function escaped(text) {
  return text.replace(/[\\`*]|\](?=[([:])|<(?=[a-z/!?])|&(?=#?\w+;)|\b_|_\b/gi, "\\$&");
}

/** Return runs as one text. Marks stand at words, never at the spaces beside them. */
function say(runs, isHeading) {
  const joined = [];
  for (const run of runs) {
    const last = joined.at(-1);
    const isSame = last && last.text !== "\n" && run.text !== "\n" && !last.bold === !run.bold && !last.italic === !run.italic && last.href === run.href;
    if (isSame) last.text += run.text;
    else joined.push({ ...run });
  }
  const text = joined.map((run) => sayRun(run, isHeading)).join("").replace(/ {2,}/g, " ").replace(/ *\n */g, "\n").trim();
  return guarded(text.replaceAll("\n", isHeading ? " " : "\\\n"));
}

function sayRun(run, isHeading) {
  const words = run.text.trim();
  if (!words) return run.text;
  const marks = (run.bold && !isHeading ? "**" : "") + (run.italic ? "*" : "");
  let said = escaped(words);
  if (run.href) said = `[${said}](${run.href.replace(/[\s()<>\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`)})`;
  const [before, after] = run.text.split(words);
  return before + marks + said + marks + after;
}

/** Keep a line from beginning a heading, a quotation or a date's list; typed lists become lists. */
function guarded(text) {
  return text
    .replace(/^(?:[#>]|-(?=-|$)|\+(?= |$)|=)/gm, "\\$&")
    .replace(/^(\d{3,9}|\d+(?=[.)] +\d))(?=[.)])/gm, "$1\\");
}

function write(blocks) {
  const top = Math.min(...blocks.map((block) => block.level && block.kind === "heading" ? block.level : 9));
  const lists = [];
  let text = "";
  let last = "";
  for (const block of blocks) {
    const isInList = block.kind === "item" || block.kind === "more";
    lists.length = isInList ? Math.min(lists.length, block.level) : 0;
    text += block.kind === "item" && /^(?:item|more)$/.test(last) ? "\n" : text && "\n\n";
    if (block.kind === "item") text += itemLead(lists, block) + block.words;
    else if (block.kind === "more") text += " ".repeat(widthOf(lists)) + block.words;
    else if (block.kind === "heading") text += `${"#".repeat(Math.min(block.level - top + 2, 4))} ${block.words}`;
    else if (block.kind === "table") text += writeTable(block.rows);
    else text += block.words;
    last = block.kind;
  }
  return text;
}

/** Return indent and mark of an item, keeping `lists`, the lists that are open around it. */
function itemLead(lists, { level, isOrdered, number }) {
  const depth = Math.min(level, lists.length + 1);
  const open = lists[depth - 1];
  if (open && open.isOrdered === isOrdered) open.number += 1;
  else lists[depth - 1] = { isOrdered, number: number || 1 };
  const list = lists[depth - 1];
  const mark = isOrdered ? `${list.number}. ` : "- ";
  const indent = " ".repeat(widthOf(lists.slice(0, depth - 1)));
  list.width = mark.length;
  return indent + mark;
}

function widthOf(lists) {
  return lists.reduce((sum, list) => sum + list.width, 0);
}

function writeTable(rows) {
  const width = Math.max(...rows.map((row) => row.length));
  const lines = rows.map((row) => `| ${Array.from({ length: width }, (_, at) => row[at] || " ").join(" | ")} |`);
  return [lines[0], `|${" --- |".repeat(width)}`, ...lines.slice(1)].join("\n");
}
