// The parts that screens are made of. Names, questions and texts come from banks. They are inserted as text, never as
// markup, so that no bank or shop can put a script into this page.

/** Creates an element; strings in `content` stay text. */
export function element(tag, properties, ...content) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...content);
  return made;
}

/** Creates a text field or a choice; either may have pictures. */
export function field({ id, label, kind, options = [], picture }) {
  const typed = { name: id, required: true, autocomplete: kind === "code" ? "one-time-code" : "off" };
  if (kind !== "options" && kind !== "pictures") {
    const input = element("input", { ...typed, type: kind === "password" ? "password" : "text" });
    return element("label", {}, label, ...drawn(picture), input);
  }
  const choice = (it) => {
    const radio = element("input", { ...typed, type: "radio", value: it.value });
    return element("label", { className: "choice" }, radio, ...drawn(it.picture), it.label);
  };
  return element("fieldset", {}, element("legend", {}, label), ...options.map(choice));
}

function drawn(picture) {
  const src = picture && `data:${picture.media_type};base64,${picture.base64}`;
  return src ? [element("img", { alt: "From your bank", src })] : [];
}

/** Creates a line of a list: a name with a line below it, and a value on the right. */
export function row(name, below, right) {
  return element("div", { className: "row" }, element("div", {}, name, element("small", {}, below)), right);
}

/** Formats an amount, which is a decimal string: converting it to a number would round it. */
export function money(amount, currency, signDisplay = "auto") {
  if (amount === null) return element("span", {}, "Balance unknown");
  // Banks may name currencies that browsers do not know.
  const isKnown = /^[A-Z]{3}$/.test(currency ?? "");
  const words = isKnown
    ? new Intl.NumberFormat(undefined, { style: "currency", currency, signDisplay }).format(amount)
    : `${amount} ${currency ?? ""}`;
  return element("span", { className: "money" }, words);
}

/** Formats a date like 2026-03-01 in words. */
export function day(date) {
  return new Date(`${date}T12:00`).toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}
