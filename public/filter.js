// A choice in a filter applies itself. Not one made with the keyboard, where every arrow key is a choice: the button
// applies that.
"use strict";

for (const select of document.querySelectorAll("form.filter select")) {
  let typed = false;
  select.addEventListener("keydown", () => (typed = true));
  select.addEventListener("pointerdown", () => (typed = false));
  select.addEventListener("change", () => typed || select.form.requestSubmit());
}
