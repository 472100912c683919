// The script of Link's pages: it reports to the page around the pane, handles its request to leave, filters the list of
// institutions as the person types, and waits for the visit to an institution's own site. Every page works without it.
(() => {
  'use strict';
  const { parent: origin, message, messages, poll, version, done } = document.body.dataset;
  const embedded = Boolean(origin) && window.parent !== window;

  const press = (name) => {
    const button = document.querySelector(`[data-press="${name}"]`);
    if (button) button.click();
  };

  if (embedded) {
    if (message) window.parent.postMessage(JSON.parse(message), origin);
    addEventListener('message', (event) => {
      if (event.source !== window.parent || event.origin !== origin || !event.data) return;
      const kinds = { leave: 'leave', escape: 'escape', force: 'force' };
      if (kinds[event.data.link]) press(kinds[event.data.link]);
    });
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) press('escape');
    });
  }

  // Pages of MX's Connect do not know who opened them; their messages contain no secret.
  const host = window.parent !== window ? window.parent : window.opener;
  if (messages && host) JSON.parse(messages).forEach((one) => host.postMessage(one, '*'));

  // On a new page the focus goes to its first field or to its heading, so that screen readers announce it.
  const first = document.querySelector('[data-focus]') || document.querySelector('h1');
  if (first) first.focus({ preventScroll: true });

  const search = document.querySelector('[data-filter]');
  if (search) {
    const rows = Array.from(document.querySelectorAll('[data-name]'));
    const none = document.querySelector('[data-none]');
    search.addEventListener('input', () => {
      const wanted = search.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !row.dataset.name.includes(wanted);
        if (!row.hidden) shown += 1;
      }
      if (none) none.hidden = shown > 0;
    });
  }

  // At least one account must be selected.
  const boxes = Array.from(document.querySelectorAll('[data-account]'));
  if (boxes.length) {
    const go = document.querySelector('[data-needs-one]');
    const asks = document.querySelector('[data-choose-one]');
    const check = () => {
      go.disabled = !boxes.some((box) => box.checked);
      if (asks) asks.hidden = !go.disabled;
    };
    boxes.forEach((box) => box.addEventListener('change', check));
    check();
  }

  // A second press of a button must not send the answer twice.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.target === '_blank') {
      window.open('', 'bank-window', 'popup,width=480,height=720');
      form.target = 'bank-window';
      document.body.dataset.waiting = '1';
      return;
    }
    if (form.target) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    document.body.dataset.busy = '1';
  });
  addEventListener('pageshow', () => {
    delete document.body.dataset.busy;
    document.querySelectorAll('form[data-sent]').forEach((form) => delete form.dataset.sent);
  });

  if (poll) {
    const look = async () => {
      try {
        const answer = await fetch(poll, { cache: 'no-store' });
        if (answer.ok && (await answer.text()).trim() !== version) { location.reload(); return; }
      } catch (error) { /* The bank may be restarting: ask again. */ }
      setTimeout(look, 1000);
    };
    setTimeout(look, 1000);
  }

  if (done) window.close();
})();
