// Defines Plaid.create as Plaid's own script does (plaid.com/docs/link/web), for the built-in bank.
// It styles through the CSSOM only, so that the page around it needs no 'unsafe-inline'.
(() => {
  'use strict';

  const self = document.currentScript || document.querySelector('script[src*="/link/v2/stable/link-initialize.js"]');
  const source = new URL(self ? self.src : location.href, location.href);
  const base = source.origin + source.pathname.replace(/\/link\/v2\/stable\/link-initialize\.js$/, '');
  const SLOW_MS = 15000;
  const ANSWER_MS = 3000;

  const style = (element, rules) => Object.assign(element.style, rules);

  // A page that sets light or dark gets a pane to match; otherwise the pane follows the system.
  const scheme = () => {
    const said = getComputedStyle(document.documentElement).colorScheme.trim();
    return said === 'light' || said === 'dark' ? said : null;
  };

  const create = (config) => {
    if (!config || typeof config.token !== 'string' || !config.token) {
      throw new Error('Plaid.create needs a token.');
    }
    let dialog = null;
    let frame = null;
    let loaded = false;
    let patience = 0;
    let slow = 0;
    let lastFocus = null;
    let seen = new Set();
    let sessionId = '';
    const narrow = matchMedia('(max-width: 480px), (max-height: 560px)');

    const call = (name, ...args) => {
      if (typeof config[name] !== 'function') return;
      // An error in the application's callback is reported as its own and does not keep the pane open.
      try { config[name](...args); } catch (error) { setTimeout(() => { throw error; }); }
    };

    const close = () => {
      if (!dialog) return;
      clearTimeout(patience);
      clearTimeout(slow);
      removeEventListener('message', hear);
      narrow.removeEventListener('change', fit);
      dialog.close();
      dialog.remove();
      dialog = frame = null;
      document.documentElement.style.overflow = '';
      if (lastFocus && lastFocus.isConnected) lastFocus.focus();
    };

    const leaveWithoutPane = () => {
      const metadata = { institution: null, status: null, link_session_id: sessionId, request_id: '' };
      close();
      call('onEvent', 'EXIT', { ...metadata, timestamp: new Date().toISOString() });
      call('onExit', null, metadata);
    };

    // The pane is asked to leave, but one that does not answer cannot hold anyone back.
    const tell = (kind) => {
      frame.contentWindow.postMessage({ link: kind }, source.origin);
      clearTimeout(patience);
      patience = setTimeout(leaveWithoutPane, ANSWER_MS);
    };

    const hear = (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== source.origin) return;
      const news = event.data;
      if (!news || news.link !== 'page') return;
      loaded = true;
      clearTimeout(patience);
      sessionId = news.link_session_id || sessionId;
      for (const { event_id, event_name, metadata } of news.events || []) {
        if (seen.has(event_id)) continue;
        seen.add(event_id);
        call('onEvent', event_name, metadata);
      }
      const result = news.result;
      if (!result) return;
      close();
      if (result.kind === 'success') call('onSuccess', result.public_token, result.metadata);
      else call('onExit', result.error, result.metadata);
    };

    const fit = () => {
      if (!frame) return;
      style(frame, narrow.matches
        ? { width: '100%', height: '100%', borderRadius: '0' }
        : { width: '400px', height: 'min(680px, calc(100dvh - 48px))', borderRadius: '12px' });
    };

    // The token is in this one address only: a form that posts it would need the page's form-action. The response
    // redirects to an address without it.
    const address = () => {
      const url = new URL(base + '/link/start');
      url.searchParams.set('token', config.token);
      url.searchParams.set('embed', '1');
      url.searchParams.set('origin', location.origin);
      const wanted = scheme();
      if (wanted) url.searchParams.set('scheme', wanted);
      if (config.receivedRedirectUri) url.searchParams.set('received', config.receivedRedirectUri);
      return url.href;
    };

    const waiting = () => {
      const note = document.createElement('div');
      note.setAttribute('role', 'status');
      style(note, { position: 'absolute', inset: '0', margin: 'auto', width: '280px', height: '96px',
        font: '16px system-ui, sans-serif', textAlign: 'center', color: '#fff' });
      slow = setTimeout(() => {
        if (loaded || !dialog) return;
        note.textContent = 'The bank isn\'t responding. ';
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = 'Close';
        style(button, { font: 'inherit', padding: '10px 20px', marginTop: '12px' });
        button.addEventListener('click', leaveWithoutPane);
        note.append(document.createElement('br'), button);
        note.style.zIndex = '1';
      }, SLOW_MS);
      return note;
    };

    const open = () => {
      if (dialog) return;
      lastFocus = document.activeElement;
      loaded = false;
      seen = new Set();
      dialog = document.createElement('dialog');
      dialog.setAttribute('aria-label', 'Link a bank');
      style(dialog, { position: 'fixed', inset: '0', width: '100vw', height: '100dvh', maxWidth: 'none',
        maxHeight: 'none', margin: '0', padding: '0', border: '0', overflow: 'hidden',
        background: 'rgba(12, 14, 18, 0.6)', placeItems: 'center' });
      frame = document.createElement('iframe');
      frame.title = 'Link a bank';
      frame.src = address();
      style(frame, { position: 'relative', display: 'block', border: '0', background: 'transparent',
        colorScheme: scheme() || 'light dark' });
      fit();
      frame.addEventListener('load', () => frame && frame.focus());
      // Escape outside the pane; inside, the pane handles it. The pane decides whether to ask first.
      dialog.addEventListener('cancel', (event) => {
        event.preventDefault();
        if (loaded) tell('escape');
        else leaveWithoutPane();
      });
      dialog.append(waiting(), frame);
      addEventListener('message', hear);
      narrow.addEventListener('change', fit);
      document.body.append(dialog);
      document.documentElement.style.overflow = 'hidden';
      dialog.showModal();
      dialog.style.display = 'grid';
      frame.focus();
    };

    const exit = (options) => {
      if (!dialog) return;
      tell(options && options.force ? 'force' : 'leave');
    };

    setTimeout(() => call('onLoad'), 0);
    return { open, exit, destroy: close, submit: () => {} };
  };

  window.Plaid = Object.freeze({ create });
})();
