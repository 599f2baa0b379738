// What HTML cannot do alone. Every page works without this file. Events are caught on the document, so that
// swapped-in parts need no set-up; nothing of a client rests in localStorage.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
