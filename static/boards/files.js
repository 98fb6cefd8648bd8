// The files of a post within the form it is written in: the editor hears which it may name, and a
// picture that is pasted into a text is sent with them.

const fieldset = document.querySelector("fieldset[data-place]");
if (fieldset) listen(fieldset);

function listen(files) {
  const { form } = files;
  files.addEventListener("file-settled", () => tell(files, form));
  form.addEventListener("paste", (event) => {
    const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    const hasWords = event.clipboardData?.types.includes("text/html");
    if (!pictures.length || hasWords || event.target.localName !== "textarea") return;
    event.preventDefault();
    files.dispatchEvent(new CustomEvent("take-files", { detail: { files: pictures } }));
    files.scrollIntoView({ block: "nearest" });
  });
}

function tell(files, form) {
  const ready = [...files.querySelectorAll("[data-intake][data-state=ready]")];
  const named = ready.map(({ dataset }) => ({ id: dataset.intake, name: dataset.name, mimetype: dataset.mimetype }));
  form.dispatchEvent(new CustomEvent("files-changed", { detail: { files: named } }));
}

// Chosen before these scripts had come over a slow line: sent now, as if chosen just then.
const chosen = document.querySelector(".composer-files input[type=file]");
if (chosen?.files.length) chosen.dispatchEvent(new Event("change", { bubbles: true }));
