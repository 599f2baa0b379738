// A quote: finishing it saves what is written in the proposal first, and sends whoever left a line unsaved back to it.
const chosen = i => ([...i.options].find(o => o.defaultSelected) ?? i.options[0])?.value;
const changed = i => i.type === 'hidden' || i.type === 'submit' ? false : i.type === 'checkbox' ? i.checked !== i.defaultChecked : i.options ? i.value !== chosen(i) : 'defaultValue' in i && i.value !== i.defaultValue;
const isChanged = form => [...form.elements].some(changed);
document.addEventListener('submit', async e => {
  const form = e.target;
  if (!form.matches?.('[data-finish]')) return;
  const line = [...document.querySelectorAll('.qform')].find(isChanged), words = document.getElementById('f-proposal');
  if (!line && !(words && isChanged(words))) return;
  e.preventDefault(), e.stopImmediatePropagation();
  if (line) {
    document.getElementById('unsaved').hidden = false;
    line.querySelector('[data-submit]').focus();
    return;
  }
  const answer = await fetch(words.action, { method: 'POST', body: new URLSearchParams(new FormData(words)), headers: { 'HX-Request': 'true' } });
  answer.ok ? form.submit() : words.requestSubmit();
}, true);
