// Budget: its screens and how they connect. Access to Passbook is in passbook.js.
import { day, element, field, money, row } from "./elements.js";
import { api, comeBack, isAnswer, isLoggedIn, logIn, logOut, passbook } from "./passbook.js";

const DAYS = 5;
const $ = (id) => document.getElementById(id);
let watching; // The link whose progress is on the screen.

const answer = new URLSearchParams(location.search);
$("log-out").onclick = () => run(leave);
welcome();
if (isAnswer(answer)) run(() => comeBack(answer).then(overview));

/* ---- Screens ---------------------------------------------------------------------------------- */

function welcome() {
  const words = "See all your bank accounts in one place. Budget reads them from your Passbook.";
  show("Welcome", element("p", {}, words), button("Log in with Passbook", logIn, "main"));
}

async function leave() {
  const ended = logOut();
  welcome();
  await ended;
  say("You’re logged out.");
}

async function overview() {
  const all = ["/me", "/connections", "/accounts", "/transactions?limit=200"].map((path) => api(path));
  const [{ email }, { connections }, { accounts }, { transactions }] = await Promise.all(all);
  $("where").replaceChildren(`${email}, Passbook at ${new URL(passbook).host}`);
  const open = accounts.filter((account) => !account.closed_at);
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const days = Object.entries(Object.groupBy(transactions, ({ date }) => date)).slice(0, DAYS);
  const unready = connections.filter((it) => !["success", "unlinking", "unlinked"].includes(it.link_status));
  show(
    "Your accounts",
    ...unready.map((it) => row(`${it.institution} needs your attention`, "", button("Continue", () => watch(it)))),
    ...open.map((it) => row(it.name, whose(it), money(it.balances.current, it.balances.currency))),
    ...(open.length ? [] : [element("p", {}, "No accounts yet. Link a bank to see them here.")]),
    element("p", {}, button("Link a bank", search, "main"), button("Refresh", overview)),
    ...days.flatMap(([date, rows]) => [
      element("h3", {}, day(date)),
      ...rows.map((it) => row(it.name, names.get(it.account_id) ?? "", money(it.amount, it.currency, "always"))),
    ]),
  );
}

function search() {
  const found = element("ul", {});
  const look = async ([{ value }]) => {
    const { banks, refusals } = await api(`/banks?${new URLSearchParams({ name: value })}`);
    // The others have a log-in page of their own or need a provider's window: see POST /link-tokens and /widget-urls.
    const ways = banks.flatMap((bank) => bank.ways.map((way) => ({ ...way, institution: bank.name })));
    const here = ways.filter((way) => way.credentials && !way.own_login);
    found.replaceChildren(...here.map((way) => element("li", {}, button(way.institution, () => logInAt(way)))));
    if (here.length === 0) say("No bank by that name takes a log-in here.");
    if (refusals.length > 0) say(refusals.map((refusal) => refusal.message).join(" "));
  };
  show("Link a bank", form([{ id: "name", label: "Your bank’s name", kind: "text" }], "Search", look), found, back());
}

/** Asks for the log-in at a bank: the first one, or another for an existing connection. */
async function logInAt({ provider, institution_id, institution, id }) {
  const bank = `${encodeURIComponent(provider)}/${encodeURIComponent(institution_id)}`;
  const { fields } = await api(`/banks/${bank}`);
  const send = async (typed) => {
    const credentials = typed.map((it) => ({ field: it.id, value: it.value }));
    const begun = id
      ? await api(`/connections/${id}/credentials`, { credentials })
      : await api("/connections/credentials", { provider, institution_id, credentials });
    await watch(begun.connection);
  };
  const words = "What you type goes to your bank. Neither Budget nor Passbook keeps it.";
  show(`Log in to ${institution}`, element("p", {}, words), form(fields, "Log in", send), back());
}

/** Checks the progress of a link once a second, and asks the person what the bank asks. */
async function watch(connection) {
  const told = element("p", { role: "status" }, "Asking your bank…");
  show(`Linking ${connection.institution}`, told, back());
  const mine = (watching = Symbol());
  for (;;) {
    // Cheap to poll: the browser sends the last ETag along and gets a body only when it has changed.
    const status = await api(`/connections/${connection.id}/status`).catch((error) => ({ error }));
    if (watching !== mine) return; // The person has gone on to another screen.
    if (status.error) throw status.error;
    if (status.link_status === "challenged") return ask(connection, status.challenges);
    if (["wrong_credentials", "other_error"].includes(status.link_status)) {
      await logInAt(connection);
      return say(status.problem?.message ?? "The bank didn’t let you in.");
    }
    if (status.transactions_status !== "downloading" && status.link_status !== "processing") {
      await overview();
      return say(status.problem?.message ?? `${connection.institution} is linked.`);
    }
    const sentence = status.link_status === "success" && status.progress?.sentence;
    if (sentence && told.textContent !== sentence) told.textContent = sentence;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function ask(connection, challenges) {
  const send = async (typed) => {
    const answers = typed.map((it) => ({ challenge: it.id, value: it.value }));
    await api(`/connections/${connection.id}/answers`, { answers });
    await watch(connection);
  };
  show(`${connection.institution} has a question`, form(challenges, "Continue", send), back());
}

/* ---- Parts of screens ------------------------------------------------------------------------- */

/** Replaces the screen and moves the focus to its heading. */
function show(title, ...content) {
  watching = undefined;
  say("");
  $("session").hidden = !isLoggedIn();
  const heading = element("h2", { tabIndex: -1 }, title);
  $("screen").replaceChildren(heading, ...content);
  heading.focus();
}

function say(words) {
  $("message").textContent = words;
}

/** Runs what the person asked for. Shows errors, and the log-in again when access has ended. */
async function run(action) {
  say("");
  try {
    await action();
  } catch (error) {
    if (!isLoggedIn()) welcome();
    say(error.message);
  }
}

/** Builds a form of a bank's questions; `send` gets the typed values by id. */
function form(questions, label, send) {
  const onsubmit = (event) => {
    event.preventDefault();
    run(() => send([...new FormData(event.target)].map(([id, value]) => ({ id, value }))));
  };
  return element("form", { onsubmit }, ...questions.map(field), element("button", { className: "main" }, label));
}

function whose({ institution, mask }) {
  return mask ? `${institution} ··${mask}` : institution;
}

function back() {
  return button("Back to your accounts", overview, "quiet");
}

function button(words, action, className = "") {
  return element("button", { type: "button", className, onclick: () => run(action) }, words);
}
