// What single parts of pages need beside app.js: a sheet over the page, and files dropped on it.

// A sheet over the page: a link that says so opens it, as does a refusal. What was changed in it is drawn when it closes.
const sheet = async address => {
  const over = $('#sheet');
  await htmx.ajax('GET', address, { target: '#sheet-body', swap: 'innerMorph' });
  if (!over.open) over.showModal();
  $('h2', over)?.focus();
};
on('click', e => {
  const link = e.target.closest?.('a[data-sheet]'), over = $('#sheet');
  if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey) { e.preventDefault(); sheet(link.getAttribute('href')); }
  if (over?.open && (e.target === over || e.target.closest('#sheet [data-shut]'))) { e.preventDefault(); over.close(); }
});
on('close', () => { if ($('#sheet [data-changed]')) location.reload(); }, $('#sheet') || document);

// A link to a folded card unfolds it.
const unfold = () => document.getElementById(location.hash.slice(1))?.querySelector(':scope>header>a.unfold[aria-expanded=false]')?.click();
on('hashchange', unfold, window);
on('load', unfold, window);

// A file dropped on the zone is a file chosen.
on('dragover', e => { const z = !held && e.target.closest?.('.dropzone'); if (z) { e.preventDefault(); z.classList.add('over'); } });
on('dragleave', e => e.target.closest?.('.dropzone')?.classList.remove('over'));
on('drop', e => {
  const zone = !held && e.target.closest?.('.dropzone');
  if (zone) { e.preventDefault(); zone.classList.remove('over'); $('input[type=file]', zone).files = e.dataTransfer.files; }
});
