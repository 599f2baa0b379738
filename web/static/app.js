// What HTML cannot do alone; every page works without it. Events are caught on the document, so that swapped-in
// parts need no set-up. Nothing of a client rests in localStorage; drafts live in this tab until they are saved.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const typing = e => e.target.closest?.('input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]');
const on = (name, act, where = document) => where.addEventListener(name, act);

// Messages: they leave by themselves, unless they are being read or pointed at.
const leave = toast => setTimeout(() => toast.matches(':hover,:focus-within') ? leave(toast) : toast.remove(), 8000);
const watch = () => $$('#toasts .toast:not([data-seen])').forEach(t => { t.dataset.seen = ''; leave(t); });
const say = text => {
  const toast = document.createElement('div');
  toast.className = 'toast bad'; toast.setAttribute('role', 'alert'); toast.textContent = text;
  $('#toasts').append(toast); watch();
};

// Menus (<details class=drop>): one open at a time; Escape and a click outside close; Escape gives the focus back.
let reopen = [];
const shut = keep => { reopen = reopen.filter(id => $('#' + id)?.contains(keep)); $$('details.drop[open]').forEach(d => d.contains(keep) || (d.open = false)); };
on('click', e => {
  shut(e.target);
  const take = e.target.closest('[data-take]');
  if (take) { const i = document.getElementById(take.dataset.for); i.value = take.dataset.take; i.focus(); }
  if (e.target.closest('[data-restore]')) restore(e.target.closest('form'));
  if (e.target.closest('[data-forget]')) forget(e.target.closest('form'));
});

// Keys. Single keys can be switched off (body without data-keys).
let row = -1;
const keys = {
  '/': () => $('[data-filter]') || $('#find'), c: () => $('[data-key=c]'), e: () => $('[data-key=e]'), '?': () => $('#keys'),
  j: () => step(1), k: () => step(-1),
};
const step = by => {
  const rows = $$('[data-row] a'), at = rows.indexOf(document.activeElement);
  const links = $$('[data-row]').map(r => $('a', r)).filter(Boolean);
  row = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, links.indexOf(rows[at]) + by));
  return links[row];
};
on('keydown', e => {
  if (e.key === 'Escape') { const last = $$('details.drop[open]').pop(); reopen = []; if (last) { last.open = false; $('summary', last).focus(); } return; }
  if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') { e.target.form?.requestSubmit(); return; }
  if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || !('keys' in document.body.dataset)) return;
  const found = keys[e.key]?.();
  if (!found) return;
  e.preventDefault();
  if (found.id === 'keys') found.showModal();
  else if (found.dataset.key) { found.click(); $('.menu a', found.parentNode)?.focus(); }
  else found.focus();
});

// A form goes once: a second press while the first is under way does nothing.
on('submit', e => {
  const form = e.target;
  if (form.matches('[data-once]')) {
    if ('busy' in form.dataset) { e.preventDefault(); return; }
    form.dataset.busy = '';
    setTimeout(() => delete form.dataset.busy, 15000);
  }
  if (form.matches('[data-draft]')) sessionStorage.setItem('sent', form.dataset.draft);
  if (form.matches('[method=post]:not([hx-post],[data-sign-in])')) sessionStorage.setItem('posted', JSON.stringify([location.pathname, place(document.activeElement)]));
  // A session that ran out takes no drafts with it, but the next person gets none of them.
  if (form.matches('[data-sign-out]') || form.matches('[data-sign-in]') && $('#name').value.trim() !== sessionStorage.getItem('who')) sessionStorage.clear();
});
on('pageshow', () => $$('[data-busy]').forEach(f => delete f.dataset.busy), window);

// Drafts: what was typed and not saved is offered again. Passwords and files are never kept.
const kept = form => $$('input:not([type=hidden]):not([type=password]):not([type=file]),textarea,select', form).filter(i => i.name);
const draft = form => 'draft:' + form.dataset.draft;
const read = i => i.matches('[type=checkbox],[type=radio]') ? i.checked : i.value;
const write = (i, v) => i.matches('[type=checkbox],[type=radio]') ? (i.checked = v) : (i.value = v);
on('input', e => {
  const form = e.target.closest?.('form[data-draft]');
  if (form) sessionStorage.setItem(draft(form), JSON.stringify(kept(form).map(i => [i.name, read(i)])));
});
const forget = form => { sessionStorage.removeItem(draft(form)); $('[data-offer]', form).hidden = true; };
const restore = form => {
  const values = JSON.parse(sessionStorage.getItem(draft(form)) || '[]');
  kept(form).forEach((i, n) => values[n]?.[0] === i.name && write(i, values[n][1]));
  $('[data-offer]', form).hidden = true;
};
const offer = () => {
  const form = $('form[data-draft]'), sent = sessionStorage.getItem('sent');
  sessionStorage.removeItem('sent');
  // What was sent is saved once another page answers, unless that page tells of a failure.
  const same = form?.dataset.draft === sent && (!('composer' in form.dataset) || $('[aria-invalid],[role=alert]', form));
  if (sent && !same && !$('[data-why]')) sessionStorage.removeItem('draft:' + sent);
  if (!form) return;
  const values = JSON.parse(sessionStorage.getItem(draft(form)) || '[]');
  const differs = kept(form).some((i, n) => values[n]?.[0] === i.name && values[n][1] !== read(i));
  if (differs) $('[data-offer]', form).hidden = false;
};

// Boards: dragging with a mouse presses the button of the card's own menu. Touch and keyboard use the menu.
// Said on the way over the card: at the press itself the browser has decided already.
let held = null;
on('pointerover', e => { const card = e.target.closest?.('[data-card]'); if (card) card.draggable = e.pointerType === 'mouse' && !!$('[data-move]', card); });
on('dragstart', e => { held = e.target.closest?.('[data-card]'); held?.classList.add('drag'); });
on('dragover', e => {
  const lane = held && e.target.closest('[data-lane]');
  if (lane && target(lane)) { e.preventDefault(); mark(lane); } else mark(null);
});
on('drop', e => {
  const lane = held && e.target.closest('[data-lane]'), button = lane && target(lane);
  if (!button) return;
  e.preventDefault();
  held.home = [held.parentNode, held.nextSibling];
  $('ol', lane).prepend(held);
  button.form.requestSubmit(button);
});
on('dragend', () => { held?.classList.remove('drag'); mark(null); held = null; });
const target = lane => $$('[data-move] button', held).find(b => b.value === lane.dataset.lane);
const mark = lane => $$('[data-lane].over').forEach(l => l !== lane && l.classList.remove('over')) || lane?.classList.add('over');
const back = form => { const card = form?.closest?.('[data-card]'); if (card?.home) { card.home[0].insertBefore(card, card.home[1]); delete card.home; } };

// htmx: a refusal or a breakdown never takes anything from the screen.
// After a swap the menus that were open are open again, unless they were shut meanwhile, and the focus is where it was.
let at = '';
// A button of a card's menu is gone afterwards: its card is where the focus was.
const place = e => e.id || $('summary', e.closest('[data-card]') || document.createElement('i'))?.id || e.closest('[id]')?.id || '';
// What stands in a menu that was closed loses the focus only when the page is drawn next.
const lost = () => document.activeElement === document.body || document.activeElement.checkVisibility?.() === false;
on('htmx:before:swap', e => {
  reopen = $$('#facets details[open]').map(d => d.id); at = place(document.activeElement);
  // The browser would complain of an autofocus that comes while something has the focus.
  e.detail.tasks?.forEach(t => t.fragment && $$('[autofocus]', t.fragment).forEach(i => { i.removeAttribute('autofocus'); i.dataset.focus = ''; }));
});
on('htmx:after:swap', () => {
  reopen.forEach(id => { const d = document.getElementById(id); if (d) d.open = true; });
  const wanted = $('[data-focus]');
  if (wanted) { delete wanted.dataset.focus; wanted.focus(); }
  else if (at && lost()) document.getElementById(at)?.focus();
  if (at && lost()) $('#main')?.focus({ preventScroll: true });
  watch();
});
on('htmx:response:error', e => {
  const { response, text } = e.detail.ctx;
  back(e.detail.ctx.sourceElement);
  if (response.status === 401) { location.reload(); return; }
  const told = response.status < 500 && new DOMParser().parseFromString(text, 'text/html'), why = told && $('[data-why]', told);
  // Something has to come first: its sheet says what, and leads on. A form within the sheet is answered by the sheet.
  if (why && why.dataset.sheet) { sheet(why.dataset.sheet); return; }
  if (e.detail.ctx.target?.id === 'sheet-body') return;
  // What the answer itself says beside its fields needs no second sentence.
  if (why || !told || !$('[role=alert],[aria-invalid]', told)) say(why ? why.textContent : document.body.dataset.serverError);
});
on('htmx:error', e => { if (e.detail.ctx) { back(e.detail.ctx.sourceElement); say(document.body.dataset.netError); } });

// The page that answers a form goes on from where the form was, else from its own beginning, past the menus.
const resume = () => {
  const [path, id] = JSON.parse(sessionStorage.getItem('posted') || '[]');
  sessionStorage.removeItem('posted');
  if (!path || !lost() || $('[autofocus]')) return;
  if (path === location.pathname) document.getElementById(id)?.focus({ preventScroll: true });
  if (lost()) $('#main')?.focus({ preventScroll: true });
};

$$('[data-take]').forEach(b => { b.hidden = false; });
if (document.body.dataset.user) sessionStorage.setItem('who', document.body.dataset.user);
watch();
offer();
resume();
