// Copy buttons: each copies the text of the element that it names, and says so to everyone.
"use strict";

for (const button of document.querySelectorAll("button[data-copies]")) {
  const told = button.nextElementSibling;
  let wait;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    const copied = source !== null && (await copy(source));
    // Emptied first, so that a second copy is announced too.
    told.textContent = "";
    clearTimeout(wait);
    wait = setTimeout(() => {
      told.textContent = copied ? "Copied" : "Not copied. Select the text and copy it.";
      wait = setTimeout(() => (told.textContent = ""), 4000);
    }, 50);
  });
}

/** Copies the text of an element; returns whether that worked. */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {
    // There is no clipboard over plain http: select the text and copy that.
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }
}
