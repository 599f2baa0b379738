// Today: when a line has left the list, the focus goes to the next one's tick, or to the list's head.
let near = null;
document.addEventListener('submit', e => {
  const row = e.target.closest?.('[data-tick]')?.closest('li');
  if (row) near = (row.nextElementSibling || row.previousElementSibling)?.querySelector('.tick-off')?.id || '';
}, true);
document.addEventListener('htmx:after:swap', () => {
  if (near === null) return;
  const next = document.getElementById(near) || document.getElementById('agenda-h');
  near = null;
  if (document.activeElement.matches('body,main')) next?.focus({ preventScroll: true });
});
