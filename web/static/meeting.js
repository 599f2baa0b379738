// The weekly meeting: when the next step of a deal is planned, the focus goes to the next deal's line, else to the next person.
let upNext = null;
document.addEventListener('submit', e => {
  const row = e.target.closest?.('[data-step]')?.closest('li');
  if (!row) return;
  const rows = [...row.parentNode.children], below = rows.slice(rows.indexOf(row) + 1).map(r => r.querySelector('[name=text]')).find(Boolean);
  const person = row.closest('section').nextElementSibling?.querySelector('.unfold');
  upNext = { row: row.id, to: (below || person)?.id || '' };
}, true);
document.addEventListener('htmx:after:swap', () => {
  if (!upNext) return;
  const { row, to } = upNext, wrong = document.getElementById(row)?.querySelector('[aria-invalid],[role=alert]');
  upNext = null;
  if (!wrong) document.getElementById(to)?.focus();
});
