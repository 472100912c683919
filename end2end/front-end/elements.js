// The parts that screens are made of. Names, questions and texts come from banks: they are put in as text, never as
// markup, so that no bank and no shop can write a script into this page.

/** An element; what is text in `content` stays text. */
export function element(tag, properties, ...content) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...content);
  return made;
}

/** A text to type, or a choice; either may come with pictures. */
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

/** A line of a list: a name with something below it, and something at the right. */
export function row(name, below, right) {
  return element("div", { className: "row" }, element("div", {}, name, element("small", {}, below)), right);
}

/** An amount is a decimal text, and formatted as such: a number would round it. */
export function money(amount, currency, signDisplay = "auto") {
  if (amount === null) return element("span", {}, "Balance unknown");
  // Not every currency that a bank names is one that browsers know.
  const isKnown = /^[A-Z]{3}$/.test(currency ?? "");
  const words = isKnown
    ? new Intl.NumberFormat(undefined, { style: "currency", currency, signDisplay }).format(amount)
    : `${amount} ${currency ?? ""}`;
  return element("span", { className: "money" }, words);
}

/** A day like 2026-03-01, in words. */
export function day(date) {
  return new Date(`${date}T12:00`).toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}
