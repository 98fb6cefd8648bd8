// Makes a field for Markdown handier: tools that write its marks, pasting from word processors,
// and a preview. Without this script the field takes Markdown all the same.

const PAUSE = 600; // milliseconds without a key before a preview is asked for

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
  listenToOthers(field);
  offerFiles(field, tools);
  keepPreview(field, preview);
  offerPasting(field, box).catch(() => {}); // the browser pastes what is plain
}

// --- tools

const ACTS = { bold, heading, list, numbers, quote, code, link, table, file };

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

function quote(field) {
  rewriteLines(field, (lines) => {
    const isQuote = lines.every((line) => line.startsWith(">"));
    return lines.map((line) => (isQuote ? line.replace(/^> ?/, "") : `> ${line}`));
  });
}

/** Words of a line between ticks; several lines, or none, as a block of their own. */
function code(field, button) {
  const chosen = selected(field);
  const { value, selectionStart: start, selectionEnd: end } = field;
  if (value.slice(0, start).endsWith("`") && value.startsWith("`", end)) {
    replace(field, start - 1, end + 1, chosen, 0, chosen.length);
  } else if (chosen.includes("\n")) {
    replaceByBlock(field, `\`\`\`\n${chosen}\n\`\`\``, 4, 4 + chosen.length);
  } else {
    const said = chosen || button.dataset.text;
    replace(field, start, end, `\`${said}\``, 1, 1 + said.length);
  }
}

// --- files

function offerFiles(field, tools) {
  const box = tools.querySelector("[data-files]");
  if (!box) return;
  const select = box.querySelector("select");
  const words = box.querySelector("[data-words]");
  const input = words.querySelector("input");
  const ask = () => {
    words.hidden = !("image" in (select.selectedOptions[0]?.dataset ?? {}));
    complain(words, false);
  };
  select.addEventListener("change", ask);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // it would send the whole form
    file(field, box.querySelector("[data-act=file]"));
  });
  field.form.addEventListener("files-changed", (event) => {
    offer(select, event.detail.files);
    box.hidden = select.options.length < 2;
    ask();
  });
}

/** Put files into the list; what was chosen stays so, else a file that is new is chosen. */
function offer(select, files) {
  const known = new Set([...select.options].map((option) => option.value));
  const chosen = select.value;
  select.length = 1;
  for (const { id, name, mimetype } of files) {
    const option = new Option(name, id);
    if (mimetype.startsWith("image/")) option.dataset.image = "";
    select.add(option);
    if (chosen ? String(id) === chosen : !known.has(String(id))) option.selected = true;
  }
}

/** Put the chosen file at the caret; an image only with the words that stand for it. */
function file(field, button) {
  const box = button.closest("[data-files]");
  const select = box.querySelector("select");
  const option = select.selectedOptions[0];
  if (!option?.value) {
    select.focus();
    return;
  }
  if (!("image" in option.dataset)) {
    replace(field, field.selectionStart, field.selectionEnd, `[${escaped(option.text)}](file:${option.value})`);
    return;
  }
  const words = box.querySelector("[data-words]");
  const input = words.querySelector("input");
  const said = input.value.trim();
  complain(words, !said);
  if (!said) {
    input.focus();
    return;
  }
  replaceByBlock(field, `![${escaped(said)}](file:${option.value})`);
  input.value = "";
}

function complain(words, isWrong) {
  words.querySelector("[data-missing]").hidden = !isWrong;
  words.querySelector("input").setAttribute("aria-invalid", isWrong);
}

function escaped(words) {
  return words.replace(/[\\`*_[\]<&]/g, "\\$&");
}

// --- what other scripts put in

/** Text of several lines, as a quotation is, stands apart from what is there. */
function listenToOthers(field) {
  field.addEventListener("insert-text", (event) => {
    const { text } = event.detail;
    if (text.includes("\n")) replaceByBlock(field, text);
    else replace(field, field.selectionStart, field.selectionEnd, text);
  });
}

// --- pasting

async function offerPasting(field, box) {
  const { fromHtml } = await import(box.dataset.paste);
  field.addEventListener("paste", (event) => {
    const text = fromHtml(event.clipboardData?.getData("text/html") ?? "");
    if (!text) return; // the browser pastes what is plain
    event.preventDefault();
    if (/\n|^(?:#+|-|\d+\.) /.test(text)) replaceByBlock(field, text);
    else replace(field, field.selectionStart, field.selectionEnd, text);
  });
  box.dataset.pastes = "";
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
