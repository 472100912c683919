// Single-key shortcuts. They only move the focus and follow links, so everything works without them. Each person can
// turn them off, as WCAG 2.1.4 asks: speech input and shaky hands press single keys by mistake.
"use strict";

{
  const OFF = "passbook-keys-off";
  const FIELD = "input:not([type=hidden]), select, textarea";
  const overview = document.getElementById("keys-overview");
  const choice = document.getElementById("keys-on");

  const shortcuts = {
    "/": search,
    "?": () => overview.showModal(),
    e: () => edit() || open(),
    j: () => move(1),
    k: () => move(-1),
  };

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
    const busy = event.defaultPrevented || modified || isTyping(event.target) || document.querySelector("dialog[open]");
    const act = !busy && choice.checked && Object.hasOwn(shortcuts, event.key) && shortcuts[event.key];
    if (act && act() !== false) event.preventDefault();
  });
  for (const opener of document.querySelectorAll("[data-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => overview.showModal());
  }
  overview.querySelector("[data-close]").addEventListener("click", () => overview.close());
  choice.checked = stored() === null;
  choice.addEventListener("change", () => store(!choice.checked));
  if (location.hash === "#search") search();

  /** Focuses the search, on the list of transactions if this page has none. */
  function search() {
    const field = document.querySelector("main input[type=search]");
    if (!field) return location.assign("/transactions#search");
    field.focus();
    field.select();
  }

  /** Focuses the first field of this page's transaction. */
  function edit() {
    const field = document.querySelector(`main form.own :is(${FIELD})`);
    if (!field) return false;
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    return true;
  }

  /** Opens the row that has the focus. */
  function open() {
    const link = row()?.querySelector("a[href]");
    if (!link) return false;
    link.click();
  }

  /** Moves the focus by a number of rows, from the row that has it or that the person came from. */
  function move(by) {
    const rows = [...document.querySelectorAll("main .rows > li")].filter(operated);
    if (rows.length === 0) return false;
    const from = rows.indexOf(row() ?? document.querySelector("main .rows > li:target"));
    const next = from < 0 ? 0 : Math.min(Math.max(from + by, 0), rows.length - 1);
    operated(rows[next]).focus({ preventScroll: true });
    rows[next].scrollIntoView({ block: "nearest" });
  }

  function row() {
    return document.activeElement?.closest("main .rows > li");
  }

  /** Returns what is focused in a row: the first link or button that is shown. */
  function operated(row) {
    return [...row.querySelectorAll("a[href], button, summary")].find((it) => it.getClientRects().length > 0);
  }

  function isTyping(target) {
    const written = `:is(${FIELD}):not([type=checkbox], [type=radio]), [contenteditable], [role=slider]`;
    return target instanceof Element && target.closest(written) !== null;
  }

  // A browser may refuse to store anything; the shortcuts are then on.
  function stored() {
    try {
      return localStorage.getItem(OFF);
    } catch {
      return null;
    }
  }

  function store(off) {
    try {
      if (off) localStorage.setItem(OFF, "yes");
      else localStorage.removeItem(OFF);
    } catch {
      // The choice then holds for this page.
    }
  }
}
