// Sessions of an outline are moved by their grips; the buttons beside them do the same without.

for (const rows of document.querySelectorAll("[data-rows]")) {
  for (const grip of rows.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => begin(event, grip));
  }
}

function begin(event, grip) {
  if (event.button !== 0) return;
  event.preventDefault();
  const row = grip.closest("[data-move]");
  const home = row.nextElementSibling;
  const list = row.parentElement;
  row.classList.add("is-dragged");

  const move = (at) => {
    const over = document.elementsFromPoint(at.clientX, at.clientY);
    const other = over.find((each) => each.matches?.("[data-move]") && each !== row);
    const into = over.find((each) => each.matches?.("[data-module]"))?.querySelector("[data-rows]");
    if (other) {
      const box = other.getBoundingClientRect();
      other[at.clientY < box.top + box.height / 2 ? "before" : "after"](row);
    } else if (into && !into.contains(row)) into.append(row);
  };
  const end = (at) => {
    document.removeEventListener("pointermove", move);
    for (const type of ["pointerup", "pointercancel"]) document.removeEventListener(type, end);
    row.classList.remove("is-dragged");
    if (at.type === "pointercancel") list.insertBefore(row, home);
    else if (row.parentElement !== list || row.nextElementSibling !== home) send(row);
  };
  // Of the page, not of the grip: an element that is put elsewhere loses what it has captured.
  document.addEventListener("pointermove", move);
  for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, end);
}

function send(row) {
  const form = document.getElementById("places");
  const place = [...row.parentElement.children].indexOf(row) + 1;
  form.action = row.dataset.move;
  add(form, "module_id", row.closest("[data-module]").dataset.module);
  add(form, "position", place);
  form.submit();
}

function add(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
}
