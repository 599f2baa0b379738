// The composer: the usual weapon follows the mode as long as nobody chose another; what was saved leaves no draft.
document.addEventListener('change', e => {
  const form = e.target.closest?.('[data-composer]');
  if (form && e.target.name === 'kind') {
    const weapon = form.elements.weapon, preset = form.elements.preset;
    if (weapon && weapon.value === preset.value) weapon.value = preset.value = e.target.dataset.weapon;
  }
  if (e.target.matches?.('.attach input[type=file]')) {
    const label = e.target.labels[0];
    label.dataset.text ??= label.textContent;
    label.textContent = e.target.files[0]?.name ?? label.dataset.text;
  }
  const day = e.target.closest?.('[data-day]');
  if (day) { const i = document.getElementById('f-next_step_on'); i.value = day.value; }
});
// A client of late is filled in where something may be written already: the link would open an empty form.
document.addEventListener('click', e => {
  const link = e.target.closest?.('[data-recent] a'), client = document.getElementById('f-account');
  if (!link || !client || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  client.value = link.textContent;
  for (const told of ['input', 'change']) client.dispatchEvent(new Event(told, { bubbles: true }));
  document.getElementById('f-text').focus();
});
let writing = '';
document.addEventListener('submit', e => { if (e.target.matches('[data-composer]')) writing = e.target.dataset.draft; });
document.addEventListener('htmx:after:swap', () => {
  if (!writing) return;
  const form = document.querySelector('[data-composer]');
  if (form?.querySelector('[role=alert]')) { form.querySelector('[aria-invalid]')?.focus(); return; }
  sessionStorage.removeItem('draft:' + writing);
  sessionStorage.removeItem('sent');
  writing = '';
});
// A check-in asks for the place when it is pressed, once, and sends it rounded: the exact one stays on the device.
document.addEventListener('submit', e => {
  const form = e.target;
  if (!form.matches?.('[data-check-in]') || form.dataset.asked || !navigator.geolocation) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  form.dataset.asked = '1';
  const button = form.querySelector('button');
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(found => {
    for (const name of ['latitude', 'longitude']) form.elements[name].value = found.coords[name].toFixed(2);
    button.disabled = false;
    form.requestSubmit();
  }, () => {
    button.disabled = false;
    form.querySelector('[data-no-place]').hidden = false;
  }, { timeout: 15000, maximumAge: 0 });
}, true);
