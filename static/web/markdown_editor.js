// Makes a field for Markdown handier: tools that write its marks, pasting from word processors,
// and a preview. Without this script the field takes Markdown all the same.

const PAUSE = 600; // milliseconds without a key before a preview is asked for
const LARGEST_PASTE = 2_000_000; // characters of HTML; past that the browser pastes plain text

for (const field of document.querySelectorAll("textarea[data-markdown]")) enhance(field);

function enhance(field) {
  const box = field.closest("[data-markdown-editor]");
  const parts = box.querySelector("template").content.cloneNode(true);
  const tools = parts.querySelector("[data-tools]");
  const preview = parts.querySelector("[data-preview-box]");
  field.before(tools);
  box.append(preview);
  offerTools(field, tools);
  listenToKeys(field, tools);
  field.addEventListener("paste", (event) => paste(field, event));
  keepPreview(field, preview);
}

// --- tools

const ACTS = { bold, heading, list, numbers, link, table, file };

function offerTools(field, tools) {
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) ACTS[button.dataset.act](field, button);
  });
  const bar = tools.querySelector("[role=toolbar]");
  const buttons = [...bar.querySelectorAll("button")];
  const choose = (chosen) => {
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
  };
  choose(buttons[0]);
  bar.addEventListener("focusin", (event) => choose(event.target));
  bar.addEventListener("keydown", (event) => {
    const forward = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const at = buttons.indexOf(event.target);
    const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length].focus();
  });
}

function listenToKeys(field, tools) {
  field.addEventListener("keydown", (event) => {
    const act = { b: "bold", k: "link" }[event.key.toLowerCase()];
    const isShortcut = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey;
    if (!act || !isShortcut || event.isComposing) return;
    event.preventDefault();
    ACTS[act](field, tools.querySelector(`[data-act=${act}]`));
  });
}

/** Put text in the place of a part, then select some of it. The browser can undo it. */
function replace(field, start, end, text, from = text.length, to = from) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);
  const isDone = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
  if (!isDone) {
    field.setRangeText(text, start, end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(start + from, start + to);
}

function selected(field) {
  return field.value.slice(field.selectionStart, field.selectionEnd);
}

/** Put text in the place of the selection, with an empty line before it. */
function replaceByBlock(field, text, from = text.length, to = from) {
  const before = field.value.slice(0, field.selectionStart);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const after = field.value.slice(field.selectionEnd);
  const end = !after || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  replace(field, field.selectionStart, field.selectionEnd, gap + text + end, gap.length + from, gap.length + to);
}

function bold(field, button) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const chosen = selected(field);
  if (value.slice(0, start).endsWith("**") && value.startsWith("**", end)) {
    replace(field, start - 2, end + 2, chosen, 0, chosen.length);
    return;
  }
  const words = chosen.trim();
  const said = words || button.dataset.text;
  const lead = chosen.length - chosen.trimStart().length;
  const trail = words ? chosen.slice(lead + words.length) : "";
  const text = `${chosen.slice(0, lead)}**${said}**${trail}`;
  replace(field, start, end, text, lead + 2, lead + 2 + said.length);
}

/** Rewrite each of the lines the selection touches. */
function rewriteLines(field, rewrite) {
  const { value } = field;
  const start = value.slice(0, field.selectionStart).lastIndexOf("\n") + 1;
  const next = value.indexOf("\n", field.selectionEnd);
  const end = next < 0 ? value.length : next;
  const text = rewrite(value.slice(start, end).split("\n")).join("\n");
  replace(field, start, end, text, text.includes("\n") ? 0 : text.length, text.length);
}

function heading(field) {
  rewriteLines(field, (lines) => lines.map((line) => {
    const marks = line.match(/^#* */)[0];
    const next = { "": "## ", "##": "### " }[marks.trim()] ?? "";
    return next + line.slice(marks.length);
  }));
}

const LIST_MARK = /^\s*(?:[-*+]|\d+[.)]) +/;

function markLines(field, isMarked, mark) {
  rewriteLines(field, (lines) => {
    const isList = lines.every((line) => isMarked.test(line));
    return lines.map((line, index) => (isList ? "" : mark(index)) + line.replace(LIST_MARK, ""));
  });
}

function list(field) {
  markLines(field, /^\s*[-*+] /, () => "- ");
}

function numbers(field) {
  markLines(field, /^\s*\d+[.)] /, (index) => `${index + 1}. `);
}

function link(field, button) {
  const chosen = selected(field).trim();
  const { selectionStart: start, selectionEnd: end } = field;
  if (/^(?:https?:\/\/|mailto:)\S+$/i.test(chosen)) {
    const { text } = button.dataset;
    replace(field, start, end, `[${text}](${chosen})`, 1, 1 + text.length);
  } else {
    const said = chosen || button.dataset.text;
    replace(field, start, end, `[${said}](https://)`, said.length + 3, said.length + 11);
  }
}

function table(field, button) {
  const { text, cell } = button.dataset;
  const rows = [`| ${text} 1 | ${text} 2 |`, "| --- | --- |", `| ${cell} | ${cell} |`, `| ${cell} | ${cell} |`];
  replaceByBlock(field, rows.join("\n"), 2, 4 + text.length);
}

function file(field, button) {
  const select = button.parentElement.querySelector("select");
  const option = select.selectedOptions[0];
  if (!option?.value) {
    select.focus();
    return;
  }
  const { text } = button.dataset;
  if ("image" in option.dataset) replaceByBlock(field, `![${text}](file:${option.value})`, 2, 2 + text.length);
  else replace(field, field.selectionStart, field.selectionEnd, `[${escaped(option.text)}](file:${option.value})`);
}

// --- pasting

function paste(field, event) {
  const html = event.clipboardData?.getData("text/html") ?? "";
  const text = html.length > LARGEST_PASTE ? "" : fromHtml(html);
  if (!text) return; // the browser pastes what is plain
  event.preventDefault();
  if (/\n|^(?:#+|-|\d+\.) /.test(text)) replaceByBlock(field, text);
  else replace(field, field.selectionStart, field.selectionEnd, text);
}

const LEFT_OUT = new Set(["head", "style", "script", "template", "title", "meta", "link", "img", "picture", "svg", "object", "iframe", "video", "audio", "select", "button"]);
const BLOCKS = new Set(["p", "div", "section", "article", "main", "aside", "header", "footer", "nav", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "caption", "address", "hr", "td", "th", "tr"]);

/** Return HTML as Markdown: headings, bold, italic, lists, tables, links; "" where it has none. */
function fromHtml(html) {
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

// --- preview

function keepPreview(field, preview) {
  const shown = preview.querySelector("[data-shown]");
  shown.lang = field.closest("[lang]").lang;
  shown.dir = field.dir;
  let waiting;
  let request;
  const ask = async () => {
    request?.abort();
    request = new AbortController();
    const options = {
      method: "POST",
      headers: { "X-CSRFToken": field.form.elements.csrf_token?.value ?? "" },
      body: new URLSearchParams({ text: field.value }),
      redirect: "error", // signed out, it would be the sign-in page
      signal: request.signal,
    };
    try {
      const answer = await fetch(field.dataset.preview, options);
      if (!answer.ok) throw new Error(answer.statusText);
      shown.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") shown.textContent = shown.dataset.failed;
    }
  };
  const askSoon = (pause) => {
    clearTimeout(waiting);
    if (preview.open) waiting = setTimeout(ask, pause);
  };
  field.addEventListener("input", () => askSoon(PAUSE));
  preview.addEventListener("toggle", () => askSoon(0));
  preview.open = !navigator.connection?.saveData;
}
