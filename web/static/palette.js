// The palette: opened by Ctrl K, by the box at the head of the page, or by the phone's search; the server finds, arrows
// choose, Enter goes there. The focus goes back to where it came from. `g` and a letter go to a line of the menu.
const dialog = document.getElementById('palette');
if (dialog) {
  const box = document.getElementById('pal-q'), list = document.getElementById('pal-hits'), find = document.getElementById('find');
  let opener = null;
  const options = () => [...list.querySelectorAll('a[role=option]')];
  const chosen = () => list.querySelector('[aria-selected=true]');
  const choose = option => {
    chosen()?.setAttribute('aria-selected', 'false');
    if (!option) { box.removeAttribute('aria-activedescendant'); return; }
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', option.id);
  };
  const open = words => {
    if (dialog.open) return;
    opener = document.activeElement === document.body ? document.getElementById('main') : document.activeElement;
    box.value = words;
    dialog.showModal();
    box.focus();
    htmx.process(box); // A key may come before htmx has walked the page.
    box.dispatchEvent(new CustomEvent('ask'));
  };
  dialog.addEventListener('close', () => opener?.focus({ preventScroll: true }));
  dialog.addEventListener('click', e => { if (e.target === dialog || e.target.closest('[data-shut]')) dialog.close(); });
  dialog.querySelector('[data-keys-open]').addEventListener('click', () => { dialog.close(); document.getElementById('keys').showModal(); });
  // The box of the page: a press or a letter opens the palette; merely coming to it by Tab does not.
  find?.addEventListener('click', () => open(find.value));
  const hand = e => { if (e.isComposing) return; const words = find.value; find.value = ''; open(words); };
  find?.addEventListener('input', hand);
  find?.addEventListener('compositionend', hand);
  document.addEventListener('htmx:after:swap', () => { if (dialog.open) choose(box.value.trim() ? options()[0] : null); });

  document.addEventListener('keydown', e => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); dialog.open ? dialog.close() : open(''); return; }
    if (!dialog.open || e.isComposing) return;
    const all = options(), at = all.indexOf(chosen());
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const by = e.key === 'ArrowDown' ? 1 : -1;
      choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
    } else if (e.key === 'Enter' && e.target === box && chosen()) {
      e.preventDefault(); e.stopPropagation();
      e.ctrlKey || e.metaKey ? window.open(chosen().href) : chosen().click();
    }
  }, true);
}

let waits = 0;
document.addEventListener('keydown', e => {
  const typing = e.target.closest?.('input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]');
  if (typing || e.ctrlKey || e.metaKey || e.altKey || dialog?.open || !('keys' in document.body.dataset)) { waits = 0; return; }
  if (Date.now() < waits) {
    const line = document.querySelector(`.nav [data-go="${CSS.escape(e.key)}"]`);
    if (line) { e.preventDefault(); e.stopPropagation(); line.click(); }
  }
  waits = e.key === 'g' ? Date.now() + 1500 : 0;
}, true);
