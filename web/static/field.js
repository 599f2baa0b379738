// The result form of the field pages: photos are made small before they are sent, and shown where they were chosen.
// Without this file they go as they are, and the server makes them small.
const SIDE = 1600, THUMB = 160;

const scaled = (picture, side) => {
  const by = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(picture.width * by), height: Math.round(picture.height * by) });
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
};

const shrink = async input => {
  const file = input.files[0], shot = input.closest('.shot');
  shot.querySelector('img')?.remove();
  if (!file) return;
  let picture;
  // What cannot be read here is left as it is: the server says what is wrong with it.
  try { picture = await createImageBitmap(file, { imageOrientation: 'from-image' }); } catch { return; }
  const thumb = Object.assign(new Image(), { src: scaled(picture, THUMB).toDataURL('image/jpeg', .7), alt: file.name });
  shot.append(thumb);
  const small = await new Promise(done => scaled(picture, SIDE).toBlob(done, 'image/jpeg', .8));
  if (!small || small.size > file.size || input.files[0] !== file) return;
  const kept = new DataTransfer();
  kept.items.add(new File([small], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }));
  input.files = kept.files;
};

document.querySelectorAll('form[data-photos]').forEach(form => form.classList.add('live'));
document.addEventListener('change', e => { if (e.target.matches?.('[data-photos] input[type=file]')) shrink(e.target); });
// A sending that failed leaves the form as it is, ready to be sent again.
for (const name of ['htmx:error', 'htmx:response:error']) document.addEventListener(name, () => document.querySelectorAll('form[data-photos]').forEach(form => delete form.dataset.busy));
