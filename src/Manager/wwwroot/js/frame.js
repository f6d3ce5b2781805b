// The frame's behaviour that needs no server: menus, theme, palette, clocks, shortcuts.
const root = document.documentElement;
const year = 60 * 60 * 24 * 365;

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; SameSite=Strict; max-age=${value ? year : 0}`;
}

function setTheme(value) {
  if (value) root.dataset.theme = value; else delete root.dataset.theme;
  remember('theme', value);
  markTheme();
  document.dispatchEvent(new CustomEvent('themechange'));
}

function markTheme() {
  for (const button of document.querySelectorAll('[data-action="theme"]')) {
    button.setAttribute('aria-pressed', String((root.dataset.theme ?? '') === button.dataset.value));
  }
}

function setDrawer(open) {
  root.toggleAttribute('data-drawer', open);
  document.querySelector('.topbar [data-action="drawer"]')?.setAttribute('aria-expanded', String(open));
  if (open) document.querySelector('.sidebar a')?.focus();
}

function openPalette() {
  const palette = document.getElementById('palette');
  if (!palette || palette.open) return;
  palette.showModal();
  const input = palette.querySelector('input');
  input.focus();
  input.select();
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.value);
  } catch {
    // Without TLS browsers have no clipboard interface; the old way still works there.
    const area = Object.assign(document.createElement('textarea'), { value: button.dataset.value, className: 'offscreen' });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  button.dataset.done = '';
  setTimeout(() => delete button.dataset.done, 1500);
}

const actions = {
  theme: button => setTheme(button.dataset.value),
  drawer: () => setDrawer(!root.hasAttribute('data-drawer')),
  sidebar() {
    const icons = root.dataset.sidebar !== 'icons';
    if (icons) root.dataset.sidebar = 'icons'; else delete root.dataset.sidebar;
    remember('sidebar', icons ? 'icons' : '');
  },
  palette: openPalette,
  copy,
  reload: () => location.reload(),
  skip: () => document.getElementById('main')?.focus(),
  close: button => button.closest('dialog')?.close(),
};

document.addEventListener('click', event => {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest('[data-action]');
  if (button) {
    if (button.matches('a.skip')) event.preventDefault();
    actions[button.dataset.action]?.(button);
  }
  const inside = target?.closest('details.menu');
  const chosen = target?.closest('.menu-list a, .menu-list button');
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (menu !== inside || chosen) menu.open = false;
  }
  if (target?.closest('.sidebar a')) setDrawer(false);
  if (target?.closest('dialog a') || target?.matches('dialog')) target.closest('dialog').close();
  const row = target?.closest('tr[data-href]');
  if (row && !target.closest('a, button, summary, input, label, .menu') && !String(getSelection())) row.querySelector('a')?.click();
});

document.addEventListener('toggle', event => {
  const menu = event.target;
  if (!(menu instanceof HTMLDetailsElement) || !menu.matches('.menu') || !menu.open) return;
  markTheme();
  const list = menu.querySelector('.menu-list');
  list.classList.remove('upward');
  if (list.getBoundingClientRect().bottom > innerHeight - 8) list.classList.add('upward');
}, true);

const typing = element => element?.closest?.('input, textarea, select, [contenteditable]');
let prefix = '';
const places = { o: '/', s: '/services', r: '/routes', c: '/consumers', p: '/plugins', u: '/upstreams', d: '/data-planes' };

document.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.key === 'Escape') {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
    setDrawer(false);
  }
  const palette = event.target.closest?.('#palette');
  if (palette) {
    const links = [...palette.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement);
    if (event.key === 'ArrowDown') { event.preventDefault(); links[Math.min(at + 1, links.length - 1)]?.focus(); }
    if (event.key === 'ArrowUp') { event.preventDefault(); (at <= 0 ? palette.querySelector('input') : links[at - 1]).focus(); }
    if (event.key === 'Enter' && at < 0) { event.preventDefault(); links[0]?.click(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (prefix === 'g') {
    prefix = '';
    const place = places[event.key];
    if (place) [...document.querySelectorAll('.sidebar a')].find(a => a.getAttribute('href') === place)?.click();
    return;
  }
  if (event.key === 'g') { prefix = 'g'; setTimeout(() => { prefix = ''; }, 1200); }
  const shortcut = { '/': '[data-key="/"]', n: '[data-key="n"]', e: '[data-key="e"]' }[event.key];
  const found = shortcut && document.querySelector(shortcut);
  if (found) {
    event.preventDefault();
    if (found.matches('input')) found.focus(); else found.click();
  }
});

// Clocks: one timer for the whole page.
const units = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
const words = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });

class RelativeTime extends HTMLElement {
  static observedAttributes = ['at'];
  attributeChangedCallback() { this.tick(); }
  connectedCallback() { clocks.add(this); this.tick(); }
  disconnectedCallback() { clocks.delete(this); }
  tick() {
    const seconds = Number(this.getAttribute('at')) - Date.now() / 1000;
    const size = Math.abs(seconds);
    const [unit, length] = units.find(([, length]) => size >= length) ?? units.at(-1);
    const text = size < 2 ? 'now' : words.format(Math.trunc(seconds / length), unit);
    if (this.textContent !== text) this.textContent = text;
  }
}

const clocks = new Set();
customElements.define('relative-time', RelativeTime);
setInterval(() => { for (const clock of clocks) clock.tick(); }, 1000);

// Keeps the session's cookie fresh while someone is at the keyboard.
let touched = Date.now();
function touch() {
  if (Date.now() - touched < 5 * 60 * 1000 || !document.getElementById('sign-out')) return;
  touched = Date.now();
  fetch('/session/touch', { method: 'POST', redirect: 'manual' });
}
for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, touch, { passive: true });

// A restarted Manager does not know this page's connection any more: a fresh page does, as soon as somebody answers.
const modal = document.getElementById('components-reconnect-modal');
let asking = false;
async function comeBack() {
  if (asking || !modal.matches('.components-reconnect-rejected, .components-reconnect-failed')) return;
  asking = true;
  while (!(await fetch('/robots.txt', { cache: 'no-store' }).catch(() => null))?.ok) await new Promise(next => setTimeout(next, 2000));
  location.reload();
}
if (modal) new MutationObserver(comeBack).observe(modal, { attributeFilter: ['class'] });

if (/Mac|iPhone|iPad/.test(navigator.platform)) root.dataset.mac = '';

export function setTexts(texts) {
  for (const [name, text] of Object.entries(texts)) {
    for (const element of document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`)) {
      if (element.textContent !== text) element.textContent = text;
    }
  }
}

export function showDialog(dialog) { if (!dialog.open) dialog.showModal(); }
export function closeDialog(dialog) { dialog.close(); }
export function focusFirstProblem() {
  const field = document.querySelector('[aria-invalid="true"], .form-problems');
  field?.closest('details')?.setAttribute('open', '');
  field?.focus();
  field?.scrollIntoView({ block: 'center' });
}
